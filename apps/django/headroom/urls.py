"""Every path of contract/openapi.yaml."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from headroom.bare_urls import handler400, handler403, handler404, handler500
from headroom.bare_urls import urlpatterns as bare_urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    *bare_urlpatterns,
    path("staff/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("shop.urls")),
]
