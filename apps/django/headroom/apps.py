"""Tells Django that the admin is the staff's site."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class StaffConfig(AdminConfig):
    default_site = "shop.staff.StaffSite"
