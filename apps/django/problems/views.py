"""Django's error handlers (handler400 and its like in headroom/urls.py)."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from problems.exceptions import InvalidParameter
from problems.responses import problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, InvalidParameter):
        return problem(request, HTTPStatus.BAD_REQUEST, exception.detail, field=exception.field)
    if isinstance(exception, DisallowedHost):
        detail = "The Host header must name a host of this app."
        return problem(request, HTTPStatus.BAD_REQUEST, detail, field="Host")
    return problem(request, HTTPStatus.BAD_REQUEST, "The request could not be understood.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND, "There is nothing at this path.")


def server_error(request: HttpRequest) -> HttpResponse:
    detail = "Something went wrong here. It was logged; trying again may not help."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
