"""The session, for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token

from accounts.decorators import unauthorized
from accounts.forms import MOST_EMAIL_CHARACTERS, MOST_PASSWORD_CHARACTERS
from accounts.sessions import begin_session
from validation.decorators import require_http_methods
from validation.json_bodies import read_json, text

CREDENTIALS = {
    "email": text(most=MOST_EMAIL_CHARACTERS),
    "password": text(most=MOST_PASSWORD_CHARACTERS),
}


@require_http_methods(["GET", "HEAD", "POST", "DELETE"], without_body=["DELETE"])
def session(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        given = read_json(request, CREDENTIALS)
        email, password = given["email"].strip().lower(), given["password"]
        customer = authenticate(request, email=email, password=password)
        if customer is None:
            raise unauthorized("Email or password is wrong.")
        begin_session(request, customer)
    elif request.method == "DELETE":
        logout(request)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _session_now(request)


def _session_now(request: HttpRequest) -> HttpResponse:
    customer = None
    if request.user.is_authenticated:
        user = request.user
        customer = {"id": user.pk, "email": user.email, "name": user.name}
    return JsonResponse({"customer": customer, "csrfToken": get_token(request)})
