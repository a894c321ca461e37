"""For the views of a customer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from accounts.models import Customer
from problems.exceptions import Refusal

P = ParamSpec("P")


class CustomerRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: Customer


CustomerView = Callable[Concatenate[CustomerRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def api_login_required(view: CustomerView[P]) -> View[P]:
    """Anonymous requests get 401: a program cannot follow a redirect to a form."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            raise unauthorized("Log in first: POST /api/session.")
        return view(cast(CustomerRequest, request), *args, **kwargs)

    return cast("View[P]", guarded)


def unauthorized(detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Session"})
