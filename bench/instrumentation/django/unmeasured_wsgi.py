"""The app's WSGI application, unrecorded; DJANGO_SETTINGS_MODULE names its settings."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
