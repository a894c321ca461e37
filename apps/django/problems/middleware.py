"""Turns what Django has no error handler for into problems: 405, refusals by other names."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from problems.database import database_unavailable, unavailability
from problems.exceptions import Refusal
from problems.responses import problem


class ProblemMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
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
