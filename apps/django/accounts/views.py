"""The pages to register, to log in and to log out."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth import login as begin_session
from django.contrib.auth import logout as end_session
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from psycopg.errors import UniqueViolation

from accounts.forms import AccountForm, LoginForm, RegistrationForm
from accounts.login import log_in
from accounts.models import Customer
from headroom.redirects import SeeOther, next_path


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, "Register", RegistrationForm())
    form = RegistrationForm(request.POST)
    if form.is_valid():
        try:
            customer = Customer.objects.create_user(**form.cleaned_data)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            # Asked for beforehand, two at once would both be told that it is free.
            form.add_error("email", "Somebody has registered with it before.")
        else:
            begin_session(request, customer)
            return _go_on(request)
    return _refuse(request, "Register", form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, "Log in", LoginForm())
    form = LoginForm(request.POST)
    if form.is_valid():
        if log_in(request, **form.cleaned_data):
            return _go_on(request)
        # Which of the two it was would tell who is a customer.
        form.add_error("password", "Email or password is wrong.")
    return _refuse(request, "Log in", form)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    return SeeOther(reverse("shop:home"))


def _show(request: HttpRequest, title: str, form: AccountForm) -> HttpResponse:
    if request.user.is_authenticated:
        return SeeOther(reverse("shop:home"))
    context = {"title": title, "form": form, "next": next_path(request.GET.get("next"))}
    return render(request, "accounts/form.html", context)


def _refuse(request: HttpRequest, title: str, form: AccountForm) -> HttpResponse:
    context = {"title": title, "form": form, "next": next_path(request.POST.get("next"))}
    return render(request, "accounts/form.html", context, status=HTTPStatus.BAD_REQUEST)


def _go_on(request: HttpRequest) -> HttpResponse:
    return SeeOther(next_path(request.POST.get("next")) or reverse("shop:home"))
