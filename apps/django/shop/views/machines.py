"""What is for crawlers alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from headroom.stateless import stateless


@stateless
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap = request.build_absolute_uri(reverse("shop:sitemap"))
    context = {"sitemap": sitemap}
    return render(request, "shop/robots.txt", context, content_type="text/plain; charset=utf-8")
