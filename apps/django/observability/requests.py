"""Records each request: how long it took, under which method, route and status.

The time is taken around the whole WSGI call, outside Django: from gunicorn handing over the parsed
request until it closes the answer, which it does after the last byte went to the socket. What lies
before that (waiting for a free thread, reading and parsing the head) no app can see; a client can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch

from observability.metrics import request_duration

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE_KEY: Final = "headroom.route"
"""Where in the WSGI environment the route's template stands, once one matched."""

KNOWN_METHODS: Final = frozenset(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]
)

_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType]


class RoutedHandler(WSGIHandler):
    """Django's own, which tells the recording around it which route matched.

    Also where a method is then refused; and without the price of a middleware.
    """

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        match = super().resolve_request(request)
        # Under WSGI, META is the environment itself.
        request.META[ROUTE_KEY] = template_of(match.route)
        return match


@cache
def template_of(route: str) -> str:
    """A route as contract/openapi.yaml writes it. There is a fixed number of them."""
    if route.startswith("static/"):
        return ""
    if route.startswith("admin/"):
        return "/admin/"
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


class RecordedApplication:
    """A WSGI application whose requests are recorded."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._under_way: set[_RecordedAnswer] = set()

    @property
    def active_requests(self) -> int:
        return len(self._under_way)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = _RecordedAnswer(environ, start_response, self._under_way)
        try:
            answer.body = self._application(environ, answer.start)
        except BaseException:
            answer.close()
            raise
        return answer


class _RecordedAnswer:
    """One answer on its way through: recorded when the server closes it."""

    __slots__ = ("_environ", "_start_response", "_started_at", "_status", "_under_way", "body")

    def __init__(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        under_way: set[_RecordedAnswer],
    ) -> None:
        self._started_at = perf_counter()
        self._environ = environ
        self._start_response = start_response
        self._status = "500"
        self.body: Iterable[bytes] = ()
        # Adding to and removing from a set is atomic under the GIL: no lock on this path.
        self._under_way = under_way
        under_way.add(self)

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: Any = None,
        /,
    ) -> Callable[[bytes], object]:
        self._status = status
        return self._start_response(status, headers, exc_info)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        seconds = perf_counter() - self._started_at
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            _record(self._environ, self._status, seconds)
            self._under_way.discard(self)


_observers: dict[tuple[str, str, str], Callable[[float], None]] = {}
"""By method, route and status line."""


def _record(environ: WSGIEnvironment, status: str, seconds: float) -> None:
    method = environ["REQUEST_METHOD"]
    if method not in KNOWN_METHODS:
        method = "_OTHER"
    series = (method, environ.get(ROUTE_KEY, ""), status)
    try:
        observe = _observers[series]
    except KeyError:
        code = status.partition(" ")[0]
        observe = _observers[series] = request_duration.series(method, series[1], code).observe
    observe(seconds)
