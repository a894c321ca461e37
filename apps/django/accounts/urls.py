"""Paths of the accounts, beside those of the shop."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import api
from accounts.views import LoginView, RegisterView
from validation.decorators import require_http_methods, require_POST

form_methods = require_http_methods(["GET", "HEAD", "POST"])

app_name = "accounts"
urlpatterns = [
    path(
        "register",
        form_methods(RegisterView.as_view(extra_context={"title": "Register"})),
        name="register",
    ),
    path(
        "login",
        form_methods(LoginView.as_view(extra_context={"title": "Log in"})),
        name="login",
    ),
    path("logout", require_POST(LogoutView.as_view()), name="logout"),
    path("api/session", api.session),
]
