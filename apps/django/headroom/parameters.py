"""Reads parameters as the contract bounds them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from problems.exceptions import InvalidParameter


def whole_number(
    parameters: Mapping[str, str], name: str, *, least: int, most: int, default: int
) -> int:
    value = parameters.get(name)
    if value is None:
        return default
    # int() would also read "+1", "1_0" and digits of other scripts.
    if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise InvalidParameter(name, f"{name} must be a whole number from {least} to {most}.")
    return int(value)
