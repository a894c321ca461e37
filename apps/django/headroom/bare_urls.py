"""Paths of the profile `bare`: what needs none of Django's optional middleware."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from exhibits import views as exhibits
from micro import views as micro
from micro.planted_work import with_planted_work
from operations import views as operations

urlpatterns = [
    path("plaintext", micro.plaintext),
    path("json", micro.json),
    path("db", with_planted_work(micro.db, settings.PLANTED_WORK_MS)),
    path("queries", micro.queries),
    path("updates", micro.updates),
    path("cached-queries", micro.cached_queries),
    path("fortunes", micro.fortunes),
    path("wait", exhibits.wait),
    path("work", exhibits.work),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
]

handler400 = "problems.views.bad_request"
handler403 = "problems.views.permission_denied"
handler404 = "problems.views.page_not_found"
handler500 = "problems.views.server_error"
