"""A Django entry as TechEmpower's rules have one: the ORM, and no middleware at all.

Written from the rules. Connections persist, one a thread (Django's own way of keeping them).
"""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

_database = urlsplit(os.environ["DATABASE_URL"])

ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _database.hostname,
        "PORT": _database.port,
        "NAME": _database.path[1:],
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = ["entry"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "entry.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
TIME_ZONE = "UTC"
