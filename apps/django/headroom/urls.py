"""Every path of contract/openapi.yaml."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from exhibits import views as exhibits
from micro import views as micro
from operations import views as operations

urlpatterns = [
    path("plaintext", micro.plaintext),
    path("json", micro.json),
    path("db", micro.db),
    path("queries", micro.queries),
    path("updates", micro.updates),
    path("cached-queries", micro.cached_queries),
    path("fortunes", micro.fortunes),
    path("wait", exhibits.wait),
    path("work", exhibits.work),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("shop.urls")),
]

handler400 = "problems.views.bad_request"
handler403 = "problems.views.permission_denied"
handler404 = "problems.views.page_not_found"
handler500 = "problems.views.server_error"
