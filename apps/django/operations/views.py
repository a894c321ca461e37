"""What an orchestrator asks."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse

from headroom.methods import require_safe
from headroom.responses import CompactJsonResponse
from headroom.stateless import stateless


@stateless
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return CompactJsonResponse({"status": "ok"})


@stateless
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return CompactJsonResponse({"status": "ok"})
