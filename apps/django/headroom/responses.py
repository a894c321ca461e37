"""Responses that more than one app of this project gives."""

from __future__ import annotations

from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

_ENCODER: Final = DjangoJSONEncoder(separators=(",", ":"))
"""One for all answers: JsonResponse makes one for each."""


class CompactJsonResponse(HttpResponse):
    """JSON without the spaces that Python's json puts between items, as the contract writes it."""

    def __init__(self, data: Any, content_type: str = "application/json", **kwargs: Any) -> None:
        # As bytes: of a text Django would look for the charset in the content type first.
        super().__init__(_ENCODER.encode(data).encode(), content_type=content_type, **kwargs)
