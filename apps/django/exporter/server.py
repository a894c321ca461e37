"""Serves the metrics page: a process of its own, beside the workers, under gunicorn's master.

contract/README.md, "Metrics pages", says how, for this app as for all others.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from exporter.cgroup import CgroupCollector
from exporter.processes import PROC, ProcessCollector

PARENT_CHECK_SECONDS = 0.5
CLIENT_SECONDS = 10.0
"""What a client has to send the head of its request, and then to take the page."""
LINGER_SECONDS = 1.0
LONGEST_LINE_BYTES = 1 << 13

logger = logging.getLogger(__name__)


class SharedPage:
    """Renders one page at a time for everybody who asks.

    Whoever asks during a rendering gets the next one, together with all others who do: so no page
    is older than its request.
    """

    def __init__(self, render: Callable[[], bytes]) -> None:
        self._render = render
        self._renderer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="metrics-page")
        self._lock = threading.Lock()
        self._next: Future[bytes] | None = None

    def ask(self) -> Future[bytes]:
        with self._lock:
            if self._next is None:
                self._next = self._renderer.submit(self._render_next)
            return self._next

    def _render_next(self) -> bytes:
        with self._lock:
            self._next = None
        return self._render()


class Head(io.RawIOBase):
    """Reads from a client until its time is over, however little it sends at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._due = time.monotonic() + CLIENT_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._due - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(CLIENT_SECONDS)


class Handler(BaseHTTPRequestHandler):
    """Answers one request, whatever its method."""

    server: ExporterServer
    timeout = CLIENT_SECONDS

    def handle(self) -> None:
        self.rfile = io.BufferedReader(Head(self.connection))
        self.raw_requestline = self.rfile.readline(LONGEST_LINE_BYTES)
        if self.parse_request():
            self._respond()

    def _respond(self) -> None:
        # Not self.path, in which several slashes at the beginning have become one.
        path, _, query = self.requestline.split()[1].partition("?")
        if self.request_version == "HTTP/1.1" and "Host" not in self.headers:
            self._send(HTTPStatus.BAD_REQUEST, b"The Host header is missing.\n")
        elif path != "/metrics":
            self._send(HTTPStatus.NOT_FOUND, b"Metrics are at /metrics.\n")
        elif self.command not in ("GET", "HEAD"):
            self._send(HTTPStatus.METHOD_NOT_ALLOWED, b"GET or HEAD it.\n", Allow="GET, HEAD")
        else:
            self._send_page(parse_qs(query).get("name[]", []))

    def _send_page(self, names: list[str]) -> None:
        try:
            page = self.server.own_page(names) if names else self.server.page.ask().result()
        except Exception:
            logger.exception("The metrics page could not be made.")
            message = b"The metrics page could not be made.\n"
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, message)
        else:
            self._send(HTTPStatus.OK, page, **{"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    def _send(self, status: HTTPStatus, body: bytes, **headers: str) -> None:
        self.send_response(status)
        plain = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))}
        for name, value in (plain | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A scrape is no event."""


class ExporterServer(ThreadingHTTPServer):
    """Serves on a socket that already listens: the master made it, and keeps it.

    A thread for each connection, so that a slow client keeps nobody else waiting.
    """

    def __init__(self, listener: socket.socket, page: SharedPage, own: CollectorRegistry) -> None:
        super().__init__(listener.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.page = page
        self._own = own

    def own_page(self, names: list[str]) -> bytes:
        """These metrics alone, of those that need nothing of the workers."""
        return generate_latest(self._own.restricted_registry(names))

    def shutdown_request(self, request: Any) -> None:
        """Waits for the client to close: a body left unread would turn the end into a reset."""
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(LINGER_SECONDS)
            request.recv(1 << 16)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that left, or was too slow, is no event either.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def live_children(master: int, directory: Path) -> Iterator[int]:
    """This process and the workers: the master removes the gauges of one that ended."""
    yield os.getpid()
    for path in directory.glob("gauge_livesum_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if pid != master:
            yield pid


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("listener", type=int, help="file descriptor of the listening socket")
    parser.add_argument("master", type=int, help="process id of gunicorn's master")
    parser.add_argument("directory", type=Path, help="where the processes keep their metrics")
    parser.add_argument("--cgroup", action="store_true", help="the cgroup is the app's own")
    arguments = parser.parse_args()
    # Ctrl-C reaches every process of the terminal; this one is watched until the last answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    registry = CollectorRegistry()
    # prometheus-client says nothing of its multiprocess types.
    MultiProcessCollector(registry, arguments.directory)
    # To be asked by name, each collector is asked once which names it has.
    own = CollectorRegistry(auto_describe=True)
    if PROC.exists():
        children = partial(live_children, arguments.master, arguments.directory)
        own.register(ProcessCollector(arguments.master, children))
    if arguments.cgroup:
        own.register(CgroupCollector())
    registry.register(own)

    page = SharedPage(partial(generate_latest, registry))
    server = ExporterServer(socket.socket(fileno=arguments.listener), page, own)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.getppid() == arguments.master:
        time.sleep(PARENT_CHECK_SECONDS)
    # The master was killed, and with it the workers: nobody else is left to tidy up.
    shutil.rmtree(arguments.directory, ignore_errors=True)


if __name__ == "__main__":
    main()
