"""The app's settings, without what measures it."""

from __future__ import annotations

from headroom.settings import *  # noqa: F403 - settings are taken over whole
from headroom.settings import DATABASES

DATABASES["default"]["ENGINE"] = "database"
