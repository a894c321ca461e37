"""The staff's site: Django's admin, entered by the shop's own form to log in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffSite(AdminSite):
    site_title = site_header = "Headroom shop"

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def refusing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            # Django would ask customers to log in again, as somebody else.
            if not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        # It is called as the view it stands around: AdminSite's signature asks for that very type.
        return refusing  # type: ignore[return-value]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The shop's own form, where attempts are counted."""
        next_page = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(next_page)
