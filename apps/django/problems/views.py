"""Django's error handlers (handler400 and its like in headroom/urls.py)."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse

from problems.database import database_unavailable, unavailability
from problems.exceptions import InvalidParameter
from problems.responses import problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, InvalidParameter):
        return problem(request, HTTPStatus.BAD_REQUEST, exception.detail, field=exception.field)
    if isinstance(exception, DisallowedHost):
        detail = "The Host header must name a host of this app."
        return problem(request, HTTPStatus.BAD_REQUEST, detail, field="Host")
    if isinstance(exception, TooManyFieldsSent):
        return _too_many_fields(request)
    # To Django a session that cannot be written was deleted meanwhile.
    error = unavailability(exception)
    if error is not None:
        return database_unavailable(request, error)
    return problem(request, HTTPStatus.BAD_REQUEST, "The request could not be understood.")


def _too_many_fields(request: HttpRequest) -> HttpResponse:
    """Django says the same of a form as of a query string, and has emptied the form by now."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if request.method == "POST" and request.body.count(b"&") >= most:
        detail = "The form has too many fields."
        return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    detail = f"A query string may have {most} parameters."
    return problem(request, HTTPStatus.BAD_REQUEST, detail)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, HTTPStatus.FORBIDDEN, "This is for the staff.")


def csrf_failure(request: HttpRequest, reason: str) -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. Its `reason` is for the developer of a form."""
    detail = (
        "The CSRF token is missing or wrong, or another site sent the form: ask for the form again."
    )
    return problem(request, HTTPStatus.FORBIDDEN, detail)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND, "There is nothing at this path.")


def server_error(request: HttpRequest) -> HttpResponse:
    # From a middleware, such as that of sessions: those have no process_exception around them.
    error = unavailability(sys.exc_info()[1])
    if error is not None:
        return database_unavailable(request, error)
    detail = "Something went wrong here. It was logged; trying again may not help."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
