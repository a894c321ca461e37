"""Checks credentials, by page or API, with a limit to how often an address may be tried."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.http import HttpRequest

from accounts.models import LoginAttempt
from problems.exceptions import Refusal


class RateLimitedBackend(ModelBackend):
    """Django's own. Raises 429 after too many attempts, whether or not a customer has the address.

    A hash is computed for an unknown address too: ModelBackend sees to that.
    """

    def authenticate(  # type: ignore[override] # The address is the user name here.
        self, request: HttpRequest | None, email: str, password: str, **kwargs: Any
    ) -> AbstractBaseUser | None:
        _count_attempt(email)
        customer = super().authenticate(request, username=email, password=password)
        if customer is not None:
            LoginAttempt.objects.filter(email=email).delete()
        return customer


def _count_attempt(email: str) -> None:
    """Counts first, then checks: guesses sent at once get no more tries than guesses in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count_login_attempt(%s)", [email])
        [wait_seconds] = cursor.fetchone()
    if wait_seconds > 0:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too many attempts to log in: try again in {wait_seconds} seconds.",
            headers={"Retry-After": str(wait_seconds)},
        )
