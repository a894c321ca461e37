"""Marks views that are the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponseBase

from headroom.methods import bodiless_methods_of, methods_of

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


def is_unguarded(view: Callable[..., HttpResponseBase], method: str | None) -> bool:
    """Neither session nor body matters to the answer. A 405 is the same for everybody, too."""
    methods = methods_of(view)
    return is_stateless(view) or (bool(methods) and method not in methods)


def reads_body(view: Callable[..., HttpResponseBase], method: str | None) -> bool:
    return not (
        method in BODILESS_METHODS
        or method in bodiless_methods_of(view)
        or is_unguarded(view, method)
    )
