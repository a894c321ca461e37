"""Django's settings: what differs from its defaults, and nothing that is not used."""

from __future__ import annotations

import logging
import os

from headroom.environment import read_app_environment

environment = read_app_environment(os.environ)

ALLOWED_HOSTS = environment.allowed_hosts

# A path is either in the contract or not found: nothing is redirected.
APPEND_SLASH = False

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # /cached-queries keeps all 10,000 rows of `world`; locmem holds 300 by itself.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
        "TIMEOUT": None,
    }
}

# By Django's defaults the client merges parameters into the text, and each statement is parsed and
# planned anew, as are pg's unnamed ones in the Express app. Prepared, it is sent without them, and
# a connection that has seen it five times keeps its plan (psycopg's own default).
PREPARING = (
    {"server_side_binding": True, "prepare_threshold": 5} if environment.prepared_statements else {}
)

DATABASES = {
    "default": {
        # Django's PostgreSQL backend, timed.
        "ENGINE": "observability.postgresql",
        "NAME": environment.database["dbname"],
        "USER": environment.database.get("user", ""),
        "PASSWORD": environment.database.get("password", ""),
        "HOST": environment.database["host"],
        "PORT": environment.database.get("port", ""),
        "OPTIONS": {
            **PREPARING,
            "pool": {
                # All connections are made at the first use: no request pays for one later.
                "min_size": environment.pool_size,
                "max_size": environment.pool_size,
                "timeout": environment.pool_timeout_seconds,
                # After a failure the pool tries again ever later, and lets nobody else try. Given
                # up this soon, the first request after the database is back gets a connection.
                "reconnect_timeout": environment.pool_timeout_seconds,
            },
        },
    }
}

INSTALLED_APPS = ["micro", "problems"]

_is_debugging = environment.log_level == "DEBUG"


def _is_own_fault(record: logging.LogRecord) -> bool:
    """An exception that nobody handled; not an answer of 4xx or 503 that a client was given."""
    return record.exc_info is not None and record.levelno >= logging.ERROR


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # Like gunicorn's own lines.
        "line": {
            "format": "[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s",
            "datefmt": "%Y-%m-%d %H:%M:%S %z",
        }
    },
    "filters": {
        "own_faults": {"()": "django.utils.log.CallbackFilter", "callback": _is_own_fault},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level},
    # Below debug no line is written for a request that was merely refused.
    "loggers": {
        "django": {"handlers": [], "level": environment.log_level},
        "django.request": {"filters": [] if _is_debugging else ["own_faults"]},
        "django.security": {"level": "DEBUG" if _is_debugging else "CRITICAL"},
        # It would warn at each HEAD that the body is dropped, which is what HEAD means.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

OPTIONAL_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
]

MIDDLEWARE = [
    "observability.requests.RouteMiddleware",
    *(OPTIONAL_MIDDLEWARE if environment.full_middleware else []),
    "problems.middleware.ProblemMiddleware",
]

ROOT_URLCONF = "headroom.urls"

SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # No form yet that a forged request could send.
    "security.W004",  # HSTS and
    "security.W008",  # redirects to HTTPS: the lab measures plain HTTP on its own machine.
    "security.W009",  # Nothing is signed yet, so there is no SECRET_KEY.
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# Like the database. It is also what the logs are stamped in.
TIME_ZONE = "UTC"
