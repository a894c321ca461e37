"""Decorators that say of a view which methods it takes, and whether it needs session or body.

They leave that on the view, where middleware and metrics find it: a request with another method is
not an operation of the app, whether Django or a view refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import HttpResponseBase
from django.views.decorators import http

BODILESS_METHODS = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])
"""What clients send along with these is never looked at."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def require_http_methods(
    methods: Iterable[str], *, without_body: Iterable[str] = ()
) -> Callable[[View], View]:
    """`without_body`: methods of the view that may carry a body, which it does not read."""
    taken, bodiless = tuple(methods), tuple(without_body)

    def decorate(view: View) -> View:
        decorated = http.require_http_methods(taken)(view)
        # Functions carry attributes as Django's own csrf_exempt does; mypy knows of none.
        decorated.methods = taken  # type: ignore[attr-defined]
        decorated.bodiless_methods = bodiless  # type: ignore[attr-defined]
        return decorated

    return decorate


require_safe = require_http_methods(["GET", "HEAD"])
require_POST = require_http_methods(["POST"])  # noqa: N816 (Django's name)


def methods_of(view: Callable[..., object]) -> tuple[str, ...]:
    """Empty where the view does not say."""
    methods: tuple[str, ...] = getattr(view, "methods", ())
    return methods


def bodiless_methods_of(view: Callable[..., object]) -> tuple[str, ...]:
    methods: tuple[str, ...] = getattr(view, "bodiless_methods", ())
    return methods


def stateless(view: View) -> View:
    """The view reads neither session nor body, so the middleware does not either.

    Django would read the session for its CSRF token before any view is called: one more statement
    per request. And it would answer a POST without a token by 403, where these views say 405.
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
