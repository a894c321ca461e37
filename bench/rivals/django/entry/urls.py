"""The paths that the bench asks for."""

from __future__ import annotations

from django.urls import path

from entry import views

urlpatterns = [
    path("plaintext", views.plaintext),
    path("json", views.json),
    path("db", views.db),
    path("queries", views.queries),
    path("updates", views.updates),
    path("fortunes", views.fortunes),
]
