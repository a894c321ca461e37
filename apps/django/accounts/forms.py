"""The forms to register and to log in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from headroom.form_fields import TextField

MOST_EMAIL_CHARACTERS = 254
LEAST_PASSWORD_CHARACTERS = 10
MOST_PASSWORD_CHARACTERS = 128

# Who it reaches, only a letter can tell.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def require_address(value: str) -> None:
    # The length first: on a long text the pattern takes seconds to fail.
    if len(value) > MOST_EMAIL_CHARACTERS or not _ADDRESS.fullmatch(value):
        raise ValidationError("Give an email address.")


class AddressField(TextField):
    """Addresses are kept in small letters, and found by them."""

    def __init__(self) -> None:
        super().__init__(
            label="Email",
            max_length=MOST_EMAIL_CHARACTERS,
            validators=[require_address],
            widget=forms.EmailInput({"autocomplete": "email"}),
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").lower()


class AccountForm(forms.Form):
    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")


class RegistrationForm(AccountForm):
    email = AddressField()
    name = TextField(max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    password = TextField(
        strip=False,
        min_length=LEAST_PASSWORD_CHARACTERS,
        max_length=MOST_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class LoginForm(AccountForm):
    email = AddressField()
    password = TextField(
        strip=False,
        max_length=MOST_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
