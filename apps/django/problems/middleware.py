"""Turns what Django has no error handler for into problems: 405, refusals by other names."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from problems.database import database_unreachable, is_database_out_of_reach
from problems.exceptions import Refusal
from problems.responses import problem

logger = logging.getLogger(__name__)


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
        if is_database_out_of_reach(exception):
            logger.debug("The database could not be asked.", exc_info=exception)
            return database_unreachable(request)
        return None
