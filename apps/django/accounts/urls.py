"""Paths of the accounts, beside those of the shop."""

from __future__ import annotations

from django.urls import path

from accounts import api, views

app_name = "accounts"
urlpatterns = [
    path("register", views.register, name="register"),
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("api/session", api.session),
]
