"""Django's sessions in the database, of which only the keys that Django draws are looked up."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import login
from django.contrib.sessions.backends import db
from django.http import HttpRequest

from accounts.models import Customer


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Any key is kept until the session is read.

        Django drops a short one at once. Its middleware then deletes the cookie, and so makes
        responses vary by cookie that have nothing to do with the session.
        """
        return bool(key)

    def _get_session_from_db(self) -> Any:
        """Django would look up any key, and PostgreSQL fails at one that holds a NUL."""
        if not re.fullmatch("[0-9a-z]{32}", self.session_key or ""):
            self._session_key = None
            return None
        return super()._get_session_from_db()  # type: ignore[misc] # Missing from the stubs.


def begin_session(request: HttpRequest, customer: Customer) -> None:
    """Under a new key. Django would keep the old one where the same customer logs in again."""
    request.session.flush()
    login(request, customer)
