"""The forms of cart and checkout."""

from __future__ import annotations

from django import forms

from problems.exceptions import InvalidParameter
from shop.cart import MOST_OF_A_PRODUCT
from validation.fields import TextField, WholeNumberField

LARGEST_ID = 2_147_483_647


class AddToCartForm(forms.Form):
    product = WholeNumberField(min_value=1, max_value=LARGEST_ID)
    quantity = WholeNumberField(min_value=1, max_value=MOST_OF_A_PRODUCT)


class ChangeCartForm(forms.Form):
    quantity = WholeNumberField(min_value=0, max_value=MOST_OF_A_PRODUCT)


class CheckoutForm(forms.Form):
    idempotency_key = TextField()


def require_valid(form: forms.Form) -> None:
    """Browsers enforce these bounds: a wrong value came from a program, which gets a problem."""
    for field, errors in form.errors.items():
        raise InvalidParameter(field, f"{field}: {errors[0]}")
