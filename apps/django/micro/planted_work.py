"""A regression on purpose, to see the lab find one (PLANTED_WORK_MS in contract/README.md)."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def with_planted_work(view: View, milliseconds: int) -> View:
    """The view, after this much CPU time of its thread; the view itself when that is none."""
    if milliseconds == 0:
        return view

    @wraps(view)
    def planted(request: HttpRequest) -> HttpResponse:
        end = time.thread_time() + milliseconds / 1000
        while time.thread_time() < end:
            pass
        return view(request)

    return planted
