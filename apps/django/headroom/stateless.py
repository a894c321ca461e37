"""Marks views that are the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote

from django.http import HttpResponseBase
from django.urls import Resolver404, resolve

BODILESS_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])
"""What clients send along with these is never looked at."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def stateless(view: View) -> View:
    """The view reads neither session nor body, so the middleware does not either.

    Django would read the session for its CSRF token before any view is called: a statement a
    request. And it would answer a POST without a token with 403, where these views say 405.
    """
    # Functions carry attributes as Django's own csrf_exempt does; mypy knows of none.
    view.is_stateless = True  # type: ignore[attr-defined]
    return view


def is_stateless(view: Callable[..., HttpResponseBase]) -> bool:
    return getattr(view, "is_stateless", False)


def needs_body(method: str, path: str) -> bool:
    """Whether such a request cannot be answered before its body has arrived."""
    if method in BODILESS_METHODS:
        return False
    try:
        view = resolve(unquote(path)).func
    except Resolver404:
        return False
    return not is_stateless(view)
