"""Sessions and CSRF protection that cost a request nothing where it needs neither."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden
from django.http.cookie import parse_cookie
from django.middleware.csrf import CsrfViewMiddleware

from headroom.stateless import is_unguarded

_SESSION_KEY = re.compile("[0-9a-z]{32}")
"""As Django draws them."""


class LazySessionMiddleware(SessionMiddleware):
    """Django's, but it leaves an answer alone that has nothing to do with the session."""

    def process_request(self, request: HttpRequest) -> None:
        request.session = self.SessionStore(_session_key(request))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        # Django's would tell whoever sends a cookie that can be no session's to forget it, and
        # caches that the answer depends on cookies.
        if not request.session.accessed:
            return response
        response = super().process_response(request, response)
        if settings.SESSION_COOKIE_NAME in response.cookies:
            # Only https keeps a Secure cookie, and whether it is https a proxy says by request.
            response.cookies[settings.SESSION_COOKIE_NAME]["secure"] = request.is_secure()
        return response


def _session_key(request: HttpRequest) -> str | None:
    """What the cookie says, where it can be a key: Django would ask for any, and fail at a NUL.

    Of several the first counts, as in Express: browsers send that of the longest path first
    (RFC 6265, section 5.4), where Django keeps the last.
    """
    name = settings.SESSION_COOKIE_NAME
    key = request.COOKIES.get(name)
    cookies = request.META.get("HTTP_COOKIE", "")
    if cookies.count(f"{name}=") > 1:
        key = parse_cookie(";".join(reversed(cookies.split(";")))).get(name)
    return key if key is not None and _SESSION_KEY.fullmatch(key) else None


class SessionCsrfMiddleware(CsrfViewMiddleware):
    """Django's, but it looks into the session only once it knows that the view may."""

    def process_request(self, request: HttpRequest) -> None:
        """Too early: which view it will be is not known yet."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if is_unguarded(callback, request.method):
            return None
        super().process_request(request)
        return super().process_view(request, callback, callback_args, callback_kwargs)
