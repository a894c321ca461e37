"""For views that are a customer's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import Customer
from headroom.redirects import SeeOther
from problems.exceptions import Refusal

P = ParamSpec("P")


class CustomerRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: Customer


CustomerView = Callable[Concatenate[CustomerRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def to_login(request: HttpRequest) -> SeeOther:
    """To the form to log in, and from there back to where the request was going."""
    return SeeOther(f"{reverse('accounts:login')}?next={quote(request.get_full_path(), safe='')}")


def customer_required(view: CustomerView[P]) -> View[P]:
    """For a page: nobody is sent to log in."""
    return _required(view, to_login)


def api_customer_required(view: CustomerView[P]) -> View[P]:
    """For the API: nobody is told to."""
    return _required(view, _unauthorized)


def unauthorized(detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Session"})


def _unauthorized(request: HttpRequest) -> HttpResponse:
    raise unauthorized("Log in first: POST /api/session.")


def _required(
    view: CustomerView[P], answer_nobody: Callable[[HttpRequest], HttpResponse]
) -> View[P]:
    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return answer_nobody(request)
        return view(cast(CustomerRequest, request), *args, **kwargs)

    return cast("View[P]", guarded)
