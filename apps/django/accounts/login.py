"""Logging in, by page or API: with a limit to how often it may be tried."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth import authenticate, login
from django.db import connection
from django.http import HttpRequest

from accounts.models import Customer, LoginAttempt
from problems.exceptions import Refusal


def log_in(request: HttpRequest, email: str, password: str) -> Customer | None:
    """The customer, in a session with another id and token; none where either is wrong.

    Raises 429 after too many attempts, whether or not a customer has the address.
    """
    _count_attempt(email)
    # An address that nobody has costs a hash too: ModelBackend sees to it.
    customer = authenticate(request, email=email, password=password)
    if not isinstance(customer, Customer):
        return None
    LoginAttempt.objects.filter(email=email).delete()
    login(request, customer)
    return customer


def _count_attempt(email: str) -> None:
    """Counts before it looks: guesses sent at once get no more tries than any other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count_login_attempt(%s)", [email])
        [wait_seconds] = cursor.fetchone()
    if wait_seconds > 0:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too many attempts to log in: try again in {wait_seconds} seconds.",
            headers={"Retry-After": str(wait_seconds)},
        )
