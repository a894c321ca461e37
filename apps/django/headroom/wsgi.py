"""The WSGI application that gunicorn serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from observability.requests import RecordedApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headroom.settings")

application = RecordedApplication(get_wsgi_application())
