"""Refuses a body of a type that nothing here reads, before the CSRF token is looked for in it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from headroom.stateless import is_stateless
from problems.responses import problem

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class BodyTypeMiddleware:
    """The API takes JSON, a page its form: by itself Django reads a form's token in both."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponse | None:
        if request.method in SAFE_METHODS or is_stateless(view) or not _has_body(request):
            return None
        is_api = request.path_info.startswith("/api/")
        wanted = "application/json" if is_api else "application/x-www-form-urlencoded"
        if request.content_type == wanted:
            return None
        return problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The body must be {wanted}.")


def _has_body(request: HttpRequest) -> bool:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return length > 0 or "HTTP_TRANSFER_ENCODING" in request.META
