"""CSRF protection that costs a request nothing where there is nothing to protect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

from headroom.stateless import is_stateless


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
        if is_stateless(callback):
            return None
        super().process_request(request)
        return super().process_view(request, callback, callback_args, callback_kwargs)
