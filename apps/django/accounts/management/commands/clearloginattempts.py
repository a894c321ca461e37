"""Deletes counts of login attempts that have run out, as `clearsessions` deletes sessions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.models import LoginAttempt


class Command(BaseCommand):
    help = "Deletes the counts of login attempts whose window has ended. To be run daily, by cron."

    def handle(self, *args: Any, **options: Any) -> None:
        LoginAttempt.objects.filter(window_ends_at__lt=now()).delete()
