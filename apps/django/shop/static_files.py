"""The style sheet of the shop, and what Django's admin brings.

In front of most Django apps a web server does this; the lab has none, so that what is measured is
the app. A file a page, and none while a load runs: no library is needed for it.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from posixpath import normpath

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils.cache import patch_cache_control

from headroom.methods import require_safe
from headroom.stateless import stateless

FRESH_SECONDS = 3600


@stateless
@require_safe
def static_file(request: HttpRequest, path: str) -> FileResponse:
    # finders would also read "a//b", "a/./b" and "a/".
    if normpath(path) != path:
        raise Http404
    try:
        found = finders.find(path)
    except SuspiciousFileOperation:  # It leads out of the apps' folders.
        found = None
    if found is None or not Path(found).is_file():
        raise Http404
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    # It closes the file.
    response = FileResponse(Path(found).open("rb"), content_type=content_type)  # noqa: SIM115
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response
