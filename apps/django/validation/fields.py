"""Fields of forms that take what the contract takes, where Django's take more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from validation.values import digits_in, is_text


class TextField(forms.CharField):
    """Looks for control characters before it strips: Python counts some of them as white space."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and not is_text(value):
            raise ValidationError("Control characters are not allowed.", code="invalid")
        return super().to_python(value)


class WholeNumberField(forms.IntegerField):
    """ASCII digits alone: Django's would also read "+1", "1.0", "1_0" and other scripts' digits."""

    def to_python(self, value: Any) -> int | None:
        if value is None:
            return None
        digits = digits_in(str(value))
        if digits is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(digits) if digits else None
