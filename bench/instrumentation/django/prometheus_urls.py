"""The app's paths, and django-prometheus's /metrics."""

from __future__ import annotations

from django.urls import include, path
from headroom.urls import *  # noqa: F403 - handler404 and its like are found by name
from headroom.urls import urlpatterns

urlpatterns = [*urlpatterns, path("", include("django_prometheus.urls"))]
