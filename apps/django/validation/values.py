"""What counts as text and as a number: contract/README.md, "Text". Both apps take the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

from problems.exceptions import InvalidParameter

# All that is not XML 1.0's Char (https://www.w3.org/TR/xml/#charsets).
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_text(value: str) -> bool:
    return _NOT_TEXT.search(value) is None


def to_text(value: str) -> str:
    """For XML, which cannot hold the rest even escaped."""
    return _NOT_TEXT.sub("\ufffd", value)


def digits_in(value: str) -> str | None:
    """Without the white space around them, perhaps empty; None where there is anything else."""
    digits = value.strip() if is_text(value) else value
    return digits if re.fullmatch("[0-9]{0,10}", digits) else None


def whole_number_in(
    parameters: Mapping[str, str], name: str, *, least: int, most: int, default: int
) -> int:
    value = parameters.get(name)
    if value is None:
        return default
    # int() would also read "+1", "1_0" and digits of other scripts.
    if not re.fullmatch("[0-9]{1,10}", value) or not least <= int(value) <= most:
        raise InvalidParameter(name, f"{name} must be a whole number from {least} to {most}.")
    return int(value)
