"""The forms to register and to log in."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import Customer
from validation.fields import TextField

MOST_EMAIL_CHARACTERS = 254
LEAST_PASSWORD_CHARACTERS = 10
MOST_PASSWORD_CHARACTERS = 128

# Only sending mail proves that an address reaches anybody.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def require_address(value: str) -> None:
    # The length first: on a long text the pattern takes seconds to fail.
    if len(value) > MOST_EMAIL_CHARACTERS or not _ADDRESS.fullmatch(value):
        raise ValidationError("Give an email address.")


class AddressField(TextField):
    """Addresses are kept and looked up in lower case."""

    def __init__(self) -> None:
        super().__init__(
            label="Email",
            max_length=MOST_EMAIL_CHARACTERS,
            validators=[require_address],
            widget=forms.EmailInput({"autocomplete": "email"}),
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").lower()


class RegistrationForm(forms.Form):
    email = AddressField()
    name = TextField(max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    password = TextField(
        strip=False,
        min_length=LEAST_PASSWORD_CHARACTERS,
        max_length=MOST_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class LoginForm(forms.Form):
    """What Django's LoginView asks of a form, with the address as the user name."""

    email = AddressField()
    password = TextField(
        strip=False,
        # To a browser it is. A guess of none is one all the same, and counted.
        required=False,
        max_length=MOST_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput({"autocomplete": "current-password", "required": True}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.customer: Customer | None = None

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self.customer = authenticate(self.request, **self.cleaned_data)
            if self.customer is None:
                # Which of the two it was would tell who is a customer.
                self.add_error("password", "Email or password is wrong.")
        return self.cleaned_data

    def get_user(self) -> Customer | None:
        return self.customer
