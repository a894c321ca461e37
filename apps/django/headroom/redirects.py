"""Redirects within the shop."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.http import HttpResponseRedirect

# One slash; a second, or a backslash, which browsers read as one, would begin a host.
_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f]*")


class SeeOther(HttpResponseRedirect):
    """The answer to a form: whatever the method was, the other page is got."""

    status_code = HTTPStatus.SEE_OTHER


def next_path(value: str | None) -> str:
    """The path to go on to, if it is one of this shop; else nothing."""
    return value if value is not None and _PATH.fullmatch(value) else ""
