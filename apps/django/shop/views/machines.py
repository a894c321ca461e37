"""For crawlers alone."""

from __future__ import annotations

from django.contrib.sitemaps.views import sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shop.sitemaps import sitemaps
from validation.decorators import require_safe, stateless
from validation.values import whole_number_in

MOST_PARTS = 50_000
"""Sitemaps that an index may name, by the protocol."""


@stateless
@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    # Django answers 404 to a value that is not a number.
    whole_number_in(request.GET, "p", least=1, most=MOST_PARTS, default=1)
    return sitemap(request, sitemaps=sitemaps, section=section)


@stateless
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    address = request.build_absolute_uri(reverse("shop:sitemap"))
    context = {"sitemap": address}
    return render(request, "shop/robots.txt", context, content_type="text/plain; charset=utf-8")
