"""What the contract asks of the shop's responses alone: headers, and redirects by 303."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from validation.decorators import is_stateless

# The pages need a style sheet and their own forms, and nothing else: no script runs here at all.
PAGES_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Django's admin brings scripts and icons of its own.
ADMIN_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

NEVER_STORED: Final = re.compile("(api/)?(cart|checkout|login|logout|orders|register|session)\\b")
"""Routes of a customer and of accounts. Set here: a refusal by middleware never reaches a view."""


class ShopResponseMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and not match.namespaces:
            return response  # Of a route that is not the shop's.
        # Django redirects by 302, and leaves it to browsers to follow a POST by a GET.
        if response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER
        is_admin = match is not None and match.namespace == "admin"
        response.headers["Content-Security-Policy"] = ADMIN_POLICY if is_admin else PAGES_POLICY
        is_static = request.path_info.startswith(settings.STATIC_URL)
        if not is_static and (match is None or not is_stateless(match.func)):
            # No cache may give to somebody else what depends on who asks.
            patch_vary_headers(response, ["Cookie"])
            is_personal = match is not None and NEVER_STORED.match(match.route)
            if is_personal or settings.SESSION_COOKIE_NAME in request.COOKIES:
                patch_cache_control(response, no_store=True)
        return response
