"""Records each request: how long it took, under which method, route and status.

The time is taken around the whole WSGI call, outside Django: from gunicorn handing over the parsed
request until it closes the answer, which it does after the last byte went to the socket. What lies
before that (waiting for a free thread, reading and parsing the head) no app can see; a client can.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from observability.metrics import request_duration
from validation.decorators import methods_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SAFE_METHODS: Final = ("GET", "HEAD")
"""Those that keep their name without a route; clients may invent others without end."""
STAFF_METHODS: Final = ("GET", "HEAD", "POST")
"""The staff's pages are one route. It takes what any of them does."""

CLIENT_CLOSED_REQUEST: Final = 499
"""nginx's status for a client that went away."""

_OBSERVE: Final = "headroom.observe"
"""Where in the WSGI environment stands what the request counts into, once there is an answer."""


class MeasuredHandler(WSGIHandler):
    """Django's own, whose requests are recorded: by itself, without the price of a middleware."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: set[int] = set()

    @property
    def active_requests(self) -> int:
        return len(self._under_way)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
        started_at = perf_counter()
        # Adding to and removing from a set is atomic under the GIL: no lock on this path.
        self._under_way.add(id(environ))
        try:
            answer: HttpResponseBase = super().__call__(environ, start_response)
        except BaseException:
            self._record(environ, perf_counter() - started_at)
            raise
        close = answer.close

        def close_and_record() -> None:
            seconds = perf_counter() - started_at
            # Or the answer would hold itself, and wait for the garbage collector.
            del answer.close
            try:
                close()
            finally:
                self._record(environ, seconds)

        # What the server calls when it has sent the last byte, or given up. To mypy a method is no
        # attribute that can be replaced.
        answer.close = close_and_record  # type: ignore[method-assign]
        return answer

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        # Under WSGI, META is the environment itself.
        method, route = operation_of(request.META["REQUEST_METHOD"], request.resolver_match)
        request.META[_OBSERVE] = _observer(method, route, response.status_code)
        return response

    def record_cut(self, method: str, path: str, seconds: float) -> None:
        """Of a request whose body never came, and which Django therefore never saw."""
        match = None
        with suppress(Resolver404):
            match = resolve(unquote(path))
        _observer(*operation_of(method, match), CLIENT_CLOSED_REQUEST)(seconds)

    def _record(self, environ: WSGIEnvironment, seconds: float) -> None:
        try:
            observe = environ.get(_OBSERVE)
            # Where Django itself broke, the server answers in its place.
            observe = observe or _observer(*operation_of(environ["REQUEST_METHOD"], None), 500)
            observe(seconds)
        finally:
            self._under_way.discard(id(environ))


def operation_of(method: str, match: ResolverMatch | None) -> tuple[str, str | None]:
    """Method and route where the route takes the method. All else is counted together.

    So whatever a client makes up, it adds no series for each route or for each method.
    """
    if match is not None and method in (methods_of(match.func) or _methods_of_staff(match.route)):
        return method, match.route
    return method if method in SAFE_METHODS else "_OTHER", None


def _methods_of_staff(route: str) -> tuple[str, ...]:
    """Django's admin does not say which methods its views take."""
    return STAFF_METHODS if route.startswith("staff/") else ()


@cache
def _observer(method: str, route: str | None, status: int) -> Callable[[float], None]:
    """There is a fixed number of routes, and of what else these may be."""
    template = "" if route is None else template_of(route)
    return request_duration.series(method, template, str(status)).observe


def template_of(route: str) -> str:
    """A route as contract/openapi.yaml writes it."""
    if route.startswith("staff/"):
        return "/staff/"
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
