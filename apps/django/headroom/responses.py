"""Responses that more than one app of this project gives."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse


class CompactJsonResponse(JsonResponse):
    """JSON without the spaces that Python's json puts between items, as the contract writes it."""

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, safe=False, json_dumps_params={"separators": (",", ":")}, **kwargs)
