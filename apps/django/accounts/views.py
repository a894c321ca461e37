"""The pages to register, to log in and to log out."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.contrib.auth import views as auth_views
from django.contrib.auth.views import RedirectURLMixin
from django.db import IntegrityError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView
from psycopg.errors import UniqueViolation

from accounts.forms import LoginForm, RegistrationForm
from accounts.models import Customer
from accounts.sessions import begin_session


class AccountFormView(RedirectURLMixin, FormView[Any]):
    """A form for visitors who are not logged in, from which they go on to `next`."""

    next_page = "shop:home"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(self.next_page)
        return super().get(request, *args, **kwargs)

    def form_invalid(self, form: Form) -> HttpResponse:
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.BAD_REQUEST)

    # The stubs are of a later Django, which passes the request on.
    def get_success_url_allowed_hosts(self) -> set[str]:  # type: ignore[override]
        """`next` is a path: not even this site's own host may be in it."""
        return set()

    # As above.
    def get_redirect_url(self) -> str:  # type: ignore[override]
        """Django would also follow a relative path, and escape control characters."""
        url = super().get_redirect_url()
        return url if re.fullmatch(r"/[^\x00-\x1f\x7f]*", url) else ""


class LoginView(AccountFormView, auth_views.LoginView):
    # The stubs ask for a subclass of AuthenticationForm, whose field is `username`.
    authentication_form = LoginForm  # type: ignore[assignment]
    template_name = "accounts/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        begin_session(self.request, form.get_user())
        return redirect(self.get_success_url())


class RegisterView(AccountFormView):
    form_class = RegistrationForm
    template_name = "accounts/register.html"

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            customer = Customer.objects.create_user(**form.cleaned_data)
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            # Checked beforehand, two visitors at once would both be told that it is free.
            form.add_error("email", "Somebody has registered with it before.")
            return self.form_invalid(form)
        begin_session(self.request, customer)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{self.redirect_field_name: self.get_redirect_url()}, **kwargs
        )
