"""Requests that show one property of the runtime."""

from __future__ import annotations

import hashlib
import math
import re
import time

from django.http import HttpRequest, HttpResponse, JsonResponse

from problems.exceptions import InvalidParameter
from validation.decorators import require_safe, stateless

ROUNDS_PER_UNIT = 1000


@stateless
@require_safe
def wait(request: HttpRequest) -> HttpResponse:
    ms = _bounded(request, "ms", least=0, most=10_000)
    time.sleep(ms / 1000)
    return JsonResponse({"ms": ms})


@stateless
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    units = _bounded(request, "units", least=1, most=1000)
    digest = bytes(32)
    # hashlib lets go of the GIL only above 2,047 bytes: this holds it, as work in Python does.
    for _ in range(units * ROUNDS_PER_UNIT):
        digest = hashlib.sha256(digest).digest()
    return JsonResponse({"units": units, "digest": digest.hex()})


def _bounded(request: HttpRequest, name: str, *, least: int, most: int) -> int:
    value = request.GET.get(name, "")
    # int() refuses thousands of digits.
    number = float(value) if re.fullmatch("-?[0-9]+", value) else math.nan
    if not least <= number <= most:
        raise InvalidParameter(name, f"{name} must be a whole number from {least} to {most}.")
    return int(number)
