"""An error as RFC 9457's problem details or, for a client that accepts HTML, as a page."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

# Python has changed its mind about this one between its versions.
_TITLES = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Payload Too Large"}


def problem(
    request: HttpRequest, status: HTTPStatus, detail: str, *, field: str | None = None
) -> HttpResponse:
    """`detail` is for the client: it says nothing of the machine or of what went wrong inside."""
    document = {
        "type": "about:blank",
        "title": _TITLES.get(status, status.phrase),
        "status": status.value,
        "detail": detail,
        **({"field": field} if field is not None else {}),
    }
    response: HttpResponse
    # Without a preference (`*/*`, which curl and programs send) it is the first.
    if request.get_preferred_type(["application/problem+json", "text/html"]) == "text/html":
        response = render(request, "problem.html", document, status=status)
    else:
        response = JsonResponse(document, status=status, content_type="application/problem+json")
    # CommonMiddleware would add it, were it not the one that refuses a wrong Host.
    response.headers["Content-Length"] = str(len(response.content))
    return response
