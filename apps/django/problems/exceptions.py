"""What a view raises to refuse a request."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import BadRequest


class InvalidParameter(BadRequest):
    """A parameter is missing or wrong: 400, with the parameter named."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


class Refusal(Exception):
    """Any other refusal: its status, and what the client is told."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


class Missing(Refusal):
    """The path is right, and what it names is not there."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, detail)


class Conflict(Refusal):
    """Right by itself, and not possible as things stand."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.CONFLICT, detail)
