"""A database out of reach: no fault of a request's, nor a bug."""

from __future__ import annotations

import logging
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from problems.responses import problem

RETRY_AFTER_SECONDS = 1


def is_database_out_of_reach(exception: BaseException | None) -> bool:
    """No connection in time (to Django an OperationalError like any), or one that broke."""
    return isinstance(exception, (OperationalError, InterfaceError))


def database_unreachable(request: HttpRequest) -> HttpResponse:
    detail = "The database cannot be reached in time. Try again shortly."
    response = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


class OwnFaults(logging.Filter):
    """Lets an exception pass that nobody handled; not an answer of 4xx or 503."""

    def filter(self, record: logging.LogRecord) -> bool:
        return (
            record.exc_info is not None
            and record.levelno >= logging.ERROR
            and not is_database_out_of_reach(record.exc_info[1])
        )
