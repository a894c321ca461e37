"""The WSGI application that gunicorn serves."""

from __future__ import annotations

import os

import django

from observability.requests import MeasuredHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headroom.settings")

# What get_wsgi_application() does, around a handler of our own.
django.setup(set_prefix=False)
application = MeasuredHandler()
