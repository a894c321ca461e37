"""Turns what Django has no error handler for into problems: 405, refusals by other names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, UnreadablePostError

from problems.database import database_unavailable, unavailability
from problems.exceptions import Refusal
from problems.responses import problem

MOST_SKIPPED_BYTES = 1 << 20
"""A client that sends more to where nothing is wanted loses its connection."""
SKIPPED_AT_ONCE_BYTES = 1 << 16


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            _skip_body(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        allowed = response.headers["Allow"]
        refusal = problem(
            request, HTTPStatus.METHOD_NOT_ALLOWED, f"This path takes {allowed} alone."
        )
        refusal.headers["Allow"] = allowed
        return refusal

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            response = problem(request, exception.status, exception.detail)
            for name, value in exception.headers.items():
                response.headers[name] = value
            return response
        error = unavailability(exception)
        return None if error is None else database_unavailable(request, error)


def _skip_body(request: HttpRequest) -> None:
    """Reads what the client sent along, so that its connection can carry the next request.

    gunicorn announces that it keeps the connection, and yet cuts it when more than 64 KB are left.
    """
    with suppress(UnreadablePostError):  # The client left: then there is nothing to keep.
        for _ in range(MOST_SKIPPED_BYTES // SKIPPED_AT_ONCE_BYTES):
            if len(request.read(SKIPPED_AT_ONCE_BYTES)) < SKIPPED_AT_ONCE_BYTES:
                return
