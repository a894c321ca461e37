"""The app's settings with django-prometheus instead of its own measuring, by that package's README.

https://github.com/django-commons/django-prometheus
"""

from __future__ import annotations

from unmeasured_settings import *  # noqa: F403 - settings are taken over whole
from unmeasured_settings import DATABASES, INSTALLED_APPS, MIDDLEWARE

DATABASES["default"]["ENGINE"] = "django_prometheus.db.backends.postgresql"

INSTALLED_APPS = [*INSTALLED_APPS, "django_prometheus"]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    *MIDDLEWARE,
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# As many as the app's own; observability.metrics has them, and would register its metrics too.
PROMETHEUS_LATENCY_BUCKETS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075),
    *(0.1, 0.125, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 7.5, 10),
)

ROOT_URLCONF = "prometheus_urls"
