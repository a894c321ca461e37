"""Lets nothing but a form reach the pages, in UTF-8."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict

from headroom.stateless import is_stateless
from problems.responses import problem

FORM = "application/x-www-form-urlencoded"


class FormBodyMiddleware:
    """Django itself would read multipart too, and replace bytes that are no UTF-8."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or is_stateless(view):
            return None
        if request.path_info.startswith("/api/"):
            # Or the look for a token in a form would read, and refuse, what is none.
            request.POST = QueryDict()
            return None
        if not is_of_type(request, FORM) and not _is_without_body(request):
            detail = f"The body must be {FORM}, in UTF-8."
            return problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
        if not _is_properly_escaped(request.body):
            detail = "A form must be UTF-8, and each % in it begin an escape."
            return problem(request, HTTPStatus.BAD_REQUEST, detail)
        return None


def is_of_type(request: HttpRequest, media_type: str) -> bool:
    """And in UTF-8, where a charset is given."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return request.content_type == media_type and charset.lower() == "utf-8"


def _is_without_body(request: HttpRequest) -> bool:
    return not request.content_type and not int(request.META.get("CONTENT_LENGTH") or 0)


def _is_properly_escaped(body: bytes) -> bool:
    try:
        text = body.decode()
        unquote(text, errors="strict")
    except UnicodeDecodeError:
        return False
    return re.search("%(?![0-9A-Fa-f]{2})", text) is None
