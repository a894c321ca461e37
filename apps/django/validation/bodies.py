"""Which bodies reach a view: of a bounded size, JSON at the API and forms at the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from problems.responses import problem
from validation.decorators import BODILESS_METHODS, is_unguarded, reads_body

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class BodyLimitMiddleware:
    """Django's own limit leaves out the files of a multipart form, which no view takes."""

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


class BodyTypeMiddleware:
    """Before a CSRF token is looked for, which Django does in multipart forms too.

    And it would replace what is not UTF-8.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponse | None:
        if request.method in BODILESS_METHODS or is_unguarded(view, request.method):
            return None
        media_type = _media_type_at(request.path_info)
        if media_type == JSON:
            return _refuse_type(request, JSON) if _has_body(request) else None
        if not (request.META.get("CONTENT_TYPE") or _has_body(request)):
            return None
        refusal = _refuse_type(request, FORM)
        if refusal is None and not _is_properly_escaped(request.body):
            detail = "A form must be UTF-8, and each % in it begin an escape."
            refusal = problem(request, HTTPStatus.BAD_REQUEST, detail)
        return refusal


def needs_body(method: str, path: str, content_type: str) -> bool:
    """Whether such a request cannot be answered before its body has arrived."""
    path = unquote(path)
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return reads_body(view, method) and _is_of_type(content_type, _media_type_at(path))


def is_of_type(request: HttpRequest, media_type: str) -> bool:
    return _is_of_type(request.META.get("CONTENT_TYPE", ""), media_type)


def _is_of_type(content_type: str, media_type: str) -> bool:
    """And in UTF-8, where a charset is given. Nothing else may be given, so nothing is guessed."""
    pattern = rf'{re.escape(media_type)}([ \t]*;[ \t]*charset=("utf-8"|utf-8))?'
    return re.fullmatch(pattern, content_type, re.ASCII | re.IGNORECASE) is not None


def _media_type_at(path: str) -> str:
    return JSON if path.startswith("/api/") else FORM


def _refuse_type(request: HttpRequest, media_type: str) -> HttpResponse | None:
    if is_of_type(request, media_type):
        return None
    detail = f"The body must be {media_type}, in UTF-8."
    return problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


def _has_body(request: HttpRequest) -> bool:
    # Of one in chunks that is not awaited nothing may have arrived yet.
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return length > 0 or "HTTP_TRANSFER_ENCODING" in request.META


def _is_properly_escaped(body: bytes) -> bool:
    try:
        text = body.decode()
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return re.search("%(?![0-9A-Fa-f]{2})", text) is None
