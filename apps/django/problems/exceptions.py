"""What a view raises to refuse a request."""

from __future__ import annotations

from django.core.exceptions import BadRequest


class InvalidParameter(BadRequest):
    """A parameter is missing or wrong: 400, with the parameter named."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail
