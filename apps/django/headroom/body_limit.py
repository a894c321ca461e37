"""Refuses to read a body that is too large or encoded."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from headroom.stateless import reads_body
from problems.responses import problem


class BodyLimitMiddleware:
    """Django's own limit leaves out the files of a multipart form, which nobody wants here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH")
        if not length or not reads_body(view, request.method):
            return None
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return problem(
                request,
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "A body must have no Content-Encoding.",
            )
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(length) <= limit:
            return None
        return problem(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"A body may have {limit} bytes.",
        )
