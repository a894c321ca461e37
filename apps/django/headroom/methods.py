"""Django's decorators that say which methods a view takes, which they also leave on the view.

The metrics ask: a request with another method is no operation of the app, whoever refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import HttpResponseBase
from django.views.decorators import http

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
    """None at all where the view does not say."""
    methods: tuple[str, ...] = getattr(view, "methods", ())
    return methods


def bodiless_methods_of(view: Callable[..., object]) -> tuple[str, ...]:
    methods: tuple[str, ...] = getattr(view, "bodiless_methods", ())
    return methods
