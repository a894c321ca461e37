"""Reads JSON bodies, strictly: what is not in the contract's schema is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest

from problems.exceptions import InvalidParameter, Refusal
from validation.bodies import is_of_type
from validation.values import is_text

Check = Callable[[Any], bool]

MOST_DIGITS = 20
"""Beyond what any field may hold."""


def whole_number(*, least: int, most: int) -> Check:
    """To JSON 1.0 is a whole number; to Python True is one, too."""

    def is_one(value: Any) -> bool:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return type(value) is int and least <= value <= most

    return is_one


def text(*, most: int) -> Check:
    def is_one(value: Any) -> bool:
        return isinstance(value, str) and len(value) <= most and is_text(value)

    return is_one


def read_json(request: HttpRequest, checks: Mapping[str, Check]) -> dict[str, Any]:
    """An object with these fields and no others. The first that is wrong is named."""
    if not is_of_type(request, "application/json"):
        detail = "The body must be application/json, in UTF-8."
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    try:
        body = json.loads(
            request.body.decode(), parse_constant=_refuse_constant, parse_int=_to_number
        )
    except (ValueError, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body is no JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
    for name, is_right in checks.items():
        if name not in body or not is_right(body[name]):
            raise InvalidParameter(name, f"{name} is missing or not what is expected.")
    for name in body:
        if name not in checks:
            raise InvalidParameter(name, f"{name} is not expected.")
    return body


def _to_number(digits: str) -> int | float:
    """Python converts no text of thousands of digits, and they are JSON: a number, too large."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
