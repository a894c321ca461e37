"""TechEmpower's request types, by its rules."""

from __future__ import annotations

import random
import re
from operator import attrgetter

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected

from micro.cached_worlds import get_cached_worlds
from micro.models import WORLD_SIZE, Fortune, World
from validation.decorators import require_safe, stateless

MOST_ROWS = 500

MOST_ATTEMPTS = 3
"""To write rows back: a deadlock is rare, and one after another hardly happens."""


@stateless
@require_safe
def plaintext(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello, World!", content_type="text/plain")


@stateless
@require_safe
def json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"message": "Hello, World!"})


@stateless
@require_safe
def db(request: HttpRequest) -> HttpResponse:
    return JsonResponse(World.objects.get(pk=_random_id()).as_json())


@stateless
@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    worlds = [World.objects.get(pk=_random_id()) for _ in range(_count(request))]
    return JsonResponse([world.as_json() for world in worlds], safe=False)


@stateless
@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    # Distinct, or one row would be given two numbers.
    ids = random.sample(range(1, WORLD_SIZE + 1), _count(request))
    worlds = [World.objects.get(pk=world_id) for world_id in sorted(ids)]
    for world in worlds:
        world.random_number = random.randint(1, WORLD_SIZE)
    _write_back(worlds)
    return JsonResponse([world.as_json() for world in worlds], safe=False)


@stateless
@require_safe
def cached_queries(request: HttpRequest) -> HttpResponse:
    ids = [_random_id() for _ in range(_count(request))]
    return JsonResponse(get_cached_worlds(ids), safe=False)


@stateless
@require_safe
def fortunes(request: HttpRequest) -> HttpResponse:
    fortunes = list(Fortune.objects.all())
    fortunes.append(Fortune(id=0, message="Additional fortune added at request time."))
    # In Python, because a database sorts by its collation and not by code point.
    fortunes.sort(key=attrgetter("message"))
    return render(request, "fortunes.html", {"fortunes": fortunes})


def _write_back(worlds: list[World]) -> None:
    """Tries again when PostgreSQL ends this transaction to resolve a deadlock.

    An UPDATE locks rows in the order that its plan finds them, which Django cannot choose. With an
    index scan that is the order of ids; with a bitmap scan, as of a bloated table, that of places
    in the file, and two updates may each wait for a row of the other.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            World.objects.bulk_update(worlds, ["random_number"])
            return
        except OperationalError as error:
            if attempt == MOST_ATTEMPTS or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _random_id() -> int:
    return random.randint(1, WORLD_SIZE)


def _count(request: HttpRequest) -> int:
    """Anything but an optional minus sign and decimal digits counts as 1, then 1 to MOST_ROWS."""
    value = request.GET.get("count", "")
    # int() refuses thousands of digits.
    count = float(value) if re.fullmatch("-?[0-9]+", value) else 1
    return int(max(1, min(count, MOST_ROWS)))
