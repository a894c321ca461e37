"""Puts a request together from what has arrived of it, and never waits for more.

gunicorn's own parsers read the bytes. They ask a blocking socket for what is missing; here they are
given what there is, and the caller tries again when more has arrived.
"""

from __future__ import annotations

import io
import re
import socket
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkSize,
    LimitRequestHeaders,
    NoMoreData,
)
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

MOST_HEAD_BYTES: Final = 16 * 1024
"""As many as Node takes by itself (--max-http-header-size)."""

MOST_BODY_BYTES: Final = 64 * 1024

RECEIVED_AT_ONCE_BYTES: Final = 64 * 1024

DECODED_AT_ONCE_BYTES: Final = 4 * 1024
"""Each chunk copies what follows it: of many small ones in one piece that would be a lot."""

MOST_CHUNK_BYTES: Final = 2**64 - 1
"""Beyond this no parser of another language can count, and calls it malformed."""

LINE_END: Final = b"\r\n"

_ESCAPED_SLASH: Final = re.compile("%2F", re.IGNORECASE)
"""It stays one where a path is compared: it is escaped once more, as all decode a path once."""

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Incomplete(Exception):
    """The parser needs more than has arrived."""


class Arrived(Unreader):
    """What gunicorn's parsers read from, instead of a socket."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.buf.write(data)

    def chunk(self, size_hint: int | None = None) -> bytes:
        raise Incomplete


class Body:
    """A body on its way, of the length that its head announced; and the request that it is of."""

    def __init__(self, request: Request, missing: int) -> None:
        self.request = request
        self.size = missing
        self.is_awaited = True
        """The request is not answered before this has arrived."""
        self._since = perf_counter()
        self._missing = missing
        self._content = bytearray()

    @property
    def is_too_large(self) -> bool:
        return self.size > MOST_BODY_BYTES

    @property
    def seconds(self) -> float:
        """How long it has been on its way."""
        return perf_counter() - self._since

    def take(self, data: bytes) -> bytes | None:
        """Returns what follows the body in these bytes; None while it is incomplete."""
        part = data[: self._missing]
        self._missing -= len(part)
        # A body that no view awaits is read only to find the next request.
        if self.is_awaited:
            self._content += part
        return data[len(part) :] if self._missing == 0 else None

    def hand_over(self, *, is_whole: bool) -> Request:
        """The request, to be answered now: with its body, or without any that it could read."""
        content = io.BytesIO(self._content) if is_whole else UnreadBody()
        # Both have what is called of gunicorn's own Body.
        self.request.body = content  # type: ignore[assignment]
        self.is_awaited = False
        return self.request


class ChunkedBody(Body):
    """Its sizes and trailers are read by gunicorn, each when it is there as a whole."""

    def __init__(self, request: Request, reader: ChunkedReader) -> None:
        super().__init__(request, 0)
        # The stubs are of gunicorn 26, and lack it.
        reader.limit_trailer_section = MOST_HEAD_BYTES  # type: ignore[attr-defined]
        self._reader = reader
        self._undecoded = b""
        self._is_in_chunk = False

    def take(self, data: bytes) -> bytes | None:
        for start in range(0, len(data), DECODED_AT_ONCE_BYTES):
            end = start + DECODED_AT_ONCE_BYTES
            self._undecoded += data[start:end]
            while self._finish_chunk():
                source = Arrived(self._undecoded)
                try:
                    self._missing, rest = self._reader.parse_chunk_size(source)
                except Incomplete:
                    break
                if self._missing > MOST_CHUNK_BYTES:
                    raise InvalidChunkSize(b"%x" % self._missing)
                if self._missing == 0:
                    return source.take_buffered() + data[end:]
                self.size += self._missing
                self._is_in_chunk = True
                self._undecoded = rest or b""
        return None

    def _finish_chunk(self) -> bool:
        """Whether what has not been decoded begins with the size of a chunk."""
        if not self._is_in_chunk:
            return True
        self._undecoded = super().take(self._undecoded) or b""
        if self._missing > 0 or len(self._undecoded) < len(LINE_END):
            return False
        if not self._undecoded.startswith(LINE_END):
            raise ChunkMissingTerminator(self._undecoded[: len(LINE_END)])
        self._undecoded = self._undecoded[len(LINE_END) :]
        self._is_in_chunk = False
        return True

    def hand_over(self, *, is_whole: bool) -> Request:
        # Django takes a body without a length for none.
        self.request.headers.append(("CONTENT-LENGTH", str(self.size)))
        return super().hand_over(is_whole=is_whole)


class UnreadBody:
    """Of a request that is answered before its body has arrived."""

    def read(self, *_: int) -> bytes:
        raise OSError("The body has not arrived.")

    readline = readlines = __iter__ = read


class Incoming:
    """The requests of one connection. gunicorn takes it for the connection's parser."""

    def __init__(
        self,
        cfg: Any,
        sock: socket.socket,
        client: Any,
        needs_body: Callable[[Request], bool],
    ) -> None:
        self._cfg = cfg
        self._sock = sock
        self._client = client
        self._needs_body = needs_body
        self._count = 0
        self._arrived = b""
        self._is_ended = False
        self.body: Body | None = None
        """The one that is on its way."""
        self.wants_more = False
        """What has arrived is no whole request."""

    def __next__(self) -> Request | None:
        """The next request that can be answered; None when more of it has to arrive."""
        # What has arrived is answered before more is taken: or a client could fill the memory.
        is_more_needed = self.wants_more or not self._arrived
        self.wants_more = False
        if is_more_needed:
            self._receive()
        request = self._assemble()
        if request is None and self._is_ended:
            raise NoMoreData
        self.wants_more = request is None
        return request

    @property
    def is_ahead(self) -> bool:
        """More has arrived than what was answered."""
        return bool(self._arrived)

    def _receive(self) -> None:
        try:
            data = self._sock.recv(RECEIVED_AT_ONCE_BYTES)
        except BlockingIOError:
            return
        self._is_ended = not data
        self._arrived += data

    def _assemble(self) -> Request | None:
        body = self.body or self._take_head()
        if body is None:
            return None
        # Before its bytes are read: a request whose chunks are malformed is counted as cut.
        self.body = body
        rest = body.take(self._arrived)
        self._arrived = rest or b""
        if rest is not None:
            self.body = None
        if not body.is_awaited:
            return None if rest is None else self._assemble()
        is_whole = rest is not None
        if is_whole or body.is_too_large or not self._needs_body(body.request):
            return body.hand_over(is_whole=is_whole)
        # Private to gunicorn, so the stubs lack it.
        if body.request._expected_100_continue:  # type: ignore[attr-defined]
            body.request._expected_100_continue = False  # type: ignore[attr-defined]
            self._sock.sendall(CONTINUE)
        return None

    def _take_head(self) -> Body | None:
        if not self._arrived:
            return None
        source = Arrived(self._arrived)
        try:
            request = Request(self._cfg, source, self._client, self._count + 1)
        except Incomplete:
            if len(self._arrived) > MOST_HEAD_BYTES:
                raise LimitRequestHeaders("limit request head size") from None
            return None
        rest = source.take_buffered()
        if len(self._arrived) - len(rest) > MOST_HEAD_BYTES:
            raise LimitRequestHeaders("limit request head size")
        self._count += 1
        self._arrived = rest
        request.path = _ESCAPED_SLASH.sub("%252F", request.path or "")
        # A request that was put together has a body; the stubs allow for none.
        reader = request.body.reader  # type: ignore[union-attr]
        if isinstance(reader, ChunkedReader):
            return ChunkedBody(request, reader)
        return Body(request, getattr(reader, "length", 0))
