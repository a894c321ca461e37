"""gunicorn's gthread worker, whose request threads never wait for a client.

gthread reads a request, and writes its answer, on the thread that answers it: with nothing in
front that collects requests, as many slow clients as there are threads stop the app. Here
a thread takes what has arrived and goes on. Until the rest is there the connection waits in the
worker's poller, as an idle one does, and so does one whose client is slow to take its answer.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.message import Request

# The stubs are of gunicorn 26, and lack the constant.
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker  # type: ignore[attr-defined]

from headroom.environment import read_server_environment
from server.parser import RECEIVED_AT_ONCE_BYTES, Incoming

REQUEST_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"

LINGER_SECONDS = 2.0
"""What was sent is lost if more comes in after the connection is closed: so long it may end."""

LOOK_SECONDS = 0.25
"""Between two looks for clients whose time is over."""


class ClientSocket(socket.socket):
    """It never blocks, and keeps what its client has not taken yet."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        super().setblocking(False)
        self.unsent = b""

    def setblocking(self, flag: bool) -> None:
        """gthread makes a socket block while a thread has it."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.unsent += data
        self.flush()

    def flush(self) -> bool:
        """Sends what the kernel takes; returns whether it took any."""
        try:
            sent = self.send(self.unsent)
        except BlockingIOError:
            return False
        self.unsent = self.unsent[sent:]
        return True


class Connection(TConn):
    sock: ClientSocket
    # In place of gunicorn's, which would wait for what is missing.
    parser: Incoming  # type: ignore[assignment]

    def __init__(
        self,
        cfg: Any,
        sock: ClientSocket,
        client: Any,
        server: Any,
        needs_body: Callable[[Request], bool],
    ) -> None:
        super().__init__(cfg, sock, client, server)
        # There is no TLS and no HTTP/2 to begin with, and a thread is taken when data is there.
        self.initialized = True
        self.data_ready = True
        self.parser = Incoming(cfg, sock, client, needs_body)
        self.is_kept = False
        self.is_closing = False
        self.request_due: float | None = None
        """When the request that is arriving has to be there."""
        self.due = 0.0
        """When it has waited long enough for whatever it waits for."""


class PatientWorker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._client_seconds = read_server_environment(os.environ).client_timeout_seconds
        self._waiting: set[Connection] = set()
        self._next_look = 0.0

    def accept(self, listener: socket.socket) -> None:
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # Another worker was quicker, or the client left.
        self.nr_conns += 1
        sock = ClientSocket(accepted)
        conn = Connection(self.cfg, sock, client, listener.getsockname(), _needs_body)
        self._wait_for_request(conn)

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """gthread reads the rest of the body here, and the thread waits for it."""
        return keepalive

    # Its connections are all of the class above.
    def finish_request(self, conn: Connection, fs: Future[bool]) -> None:  # type: ignore[override]
        """For the main thread, when a request thread is done with what had arrived."""
        try:
            conn.is_kept = fs.result()
        except (Exception, SystemExit):
            conn.is_kept = False
        self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        incoming = conn.parser
        if conn.sock.unsent:
            due = time.monotonic() + self._client_seconds
            self._wait(conn, due, selectors.EVENT_WRITE, self._send)
        elif incoming.wants_more or (conn.is_kept and incoming.body is not None):
            self._wait_for_request(conn)
        elif not conn.is_kept:
            self._close(conn)
        elif incoming.is_ahead:
            conn.request_due = None
            self.enqueue_req(conn)
        else:
            conn.request_due = None
            self._keep(conn)

    def _keep(self, conn: Connection) -> None:
        """As gthread does."""
        now = time.monotonic()
        seconds = self.cfg.keepalive
        conn.timeout = now + (seconds if self.alive else min(seconds, STOP_KEEPALIVE_LINGER))
        self.keepalived_conns.append(conn)
        readable = partial(self.on_client_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def _wait_for_request(self, conn: Connection) -> None:
        if conn.request_due is None:
            conn.request_due = time.monotonic() + self._client_seconds
        self._wait(conn, conn.request_due, selectors.EVENT_READ, self._read)

    def _wait(
        self,
        conn: Connection,
        due: float,
        event: int,
        act: Callable[[Connection, ClientSocket], None],
    ) -> None:
        conn.due = due
        self._waiting.add(conn)
        self.poller.register(conn.sock, event, partial(act, conn))

    def _wait_no_more(self, conn: Connection) -> None:
        self._waiting.remove(conn)
        self.poller.unregister(conn.sock)

    def _read(self, conn: Connection, sock: ClientSocket) -> None:
        self._wait_no_more(conn)
        self.enqueue_req(conn)

    def _send(self, conn: Connection, sock: ClientSocket) -> None:
        try:
            if sock.flush():
                conn.due = time.monotonic() + self._client_seconds
        except OSError:
            sock.unsent = b""
            conn.is_kept = False
        if not sock.unsent:
            self._wait_no_more(conn)
            self._go_on(conn)

    def murder_pending(self) -> None:
        """Called after each round of events, and once a second when there are none."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        for conn in [conn for conn in self._waiting if conn.due <= now]:
            self._wait_no_more(conn)
            if conn.is_closing or conn.sock.unsent:
                self._drop(conn)
                continue
            with suppress(OSError):
                conn.sock.sendall(REQUEST_TIMEOUT)
            self._close(conn)

    def _close(self, conn: Connection) -> None:
        body = conn.parser.body
        if body is not None and body.is_awaited:
            # It will not come. An application that is not ours may not count requests.
            record = getattr(self.wsgi, "record_cut", None)
            if record is not None:
                record(body.request.method, body.request.path, body.seconds)
        if body is None and not conn.parser.is_ahead:
            self._drop(conn)
            return
        # The client may still be sending: closed now, its kernel could throw our answer away.
        conn.is_closing = True
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # It left.
            self._drop(conn)
            return
        due = time.monotonic() + LINGER_SECONDS
        self._wait(conn, due, selectors.EVENT_READ, self._discard)

    def _discard(self, conn: Connection, sock: ClientSocket) -> None:
        try:
            is_ended = not sock.recv(RECEIVED_AT_ONCE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            is_ended = True
        if is_ended:
            self._wait_no_more(conn)
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()


def _needs_body(request: Request) -> bool:
    # Imported here: the master loads this module, and only workers have Django.
    from validation.bodies import needs_body

    content_type = dict(request.headers).get("CONTENT-TYPE", "")
    return needs_body(request.method or "", request.path or "", content_type)
