"""CSRF protection that costs a request nothing where it is not needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

from validation.decorators import is_unguarded


class SessionCsrfMiddleware(CsrfViewMiddleware):
    """Django's, but it reads the token from the session only where the view may need it.

    With CSRF_USE_SESSIONS, Django's own reads the session of every request before the view is
    known. The feed and the API's catalogue would cost a customer a statement more, and vary by
    cookie, so that no cache could keep them.
    """

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
