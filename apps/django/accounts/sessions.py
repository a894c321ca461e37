"""Django's sessions in the database, of which only the keys that Django draws are looked up."""

from __future__ import annotations

import re

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """Django looks up any key of eight characters, and PostgreSQL fails at a NUL."""
        return key is not None and re.fullmatch("[0-9a-z]{32}", key) is not None
