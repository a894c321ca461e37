"""The request types of the rules."""

from __future__ import annotations

from operator import attrgetter
from random import randint, sample

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from entry.models import Fortune, World

WORLD_ROWS = 10_000


def plaintext(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello, World!", content_type="text/plain")


def json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"message": "Hello, World!"})


def db(request: HttpRequest) -> HttpResponse:
    return JsonResponse(_as_json(_read(randint(1, WORLD_ROWS))))


def queries(request: HttpRequest) -> HttpResponse:
    worlds = [_read(randint(1, WORLD_ROWS)) for _ in range(_count(request))]
    return JsonResponse([_as_json(world) for world in worlds], safe=False)


def updates(request: HttpRequest) -> HttpResponse:
    ids = sorted(sample(range(1, WORLD_ROWS + 1), _count(request)))
    worlds = [_read(world_id) for world_id in ids]
    for world in worlds:
        world.randomnumber = randint(1, WORLD_ROWS)
    World.objects.bulk_update(worlds, ["randomnumber"])
    return JsonResponse([_as_json(world) for world in worlds], safe=False)


def fortunes(request: HttpRequest) -> HttpResponse:
    rows = list(Fortune.objects.all())
    rows.append(Fortune(id=0, message="Additional fortune added at request time."))
    rows.sort(key=attrgetter("message"))
    return render(request, "fortunes.html", {"fortunes": rows})


def _read(world_id: int) -> World:
    return World.objects.get(id=world_id)


def _as_json(world: World) -> dict[str, int]:
    return {"id": world.id, "randomNumber": world.randomnumber}


def _count(request: HttpRequest) -> int:
    try:
        count = int(request.GET.get("count", ""))
    except ValueError:
        return 1
    return min(max(count, 1), 500)
