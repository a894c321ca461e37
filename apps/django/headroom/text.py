"""What counts as text: contract/README.md, "Text". Both apps take and drop the same characters."""

from __future__ import annotations

import re

# All that is not XML 1.0's Char (https://www.w3.org/TR/xml/#charsets).
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_text(value: str) -> bool:
    return _NOT_TEXT.search(value) is None


def to_text(value: str) -> str:
    """For XML, which cannot hold the rest even escaped."""
    return _NOT_TEXT.sub("\ufffd", value)
