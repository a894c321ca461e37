"""Django's settings: what differs from its defaults, and nothing that is not used."""

from __future__ import annotations

import os
from math import ceil

import django_stubs_ext

from headroom.environment import read_app_environment
from server.parser import MOST_BODY_BYTES

# Gives Django's classes the parameters that its stubs have: ModelAdmin[Product].
django_stubs_ext.monkeypatch()

environment = read_app_environment(os.environ)

ALLOWED_HOSTS = environment.allowed_hosts

# A path is either in the contract or not found: nothing is redirected.
APPEND_SLASH = False

AUTHENTICATION_BACKENDS = ["accounts.backends.RateLimitedBackend"]

AUTH_USER_MODEL = "accounts.Customer"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # /cached-queries keeps all 10,000 rows of `world`; locmem holds 300 by itself.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
        "TIMEOUT": None,
    }
}

CSRF_FAILURE_VIEW = "problems.views.csrf_failure"
# The contract's name for the header, which is that of other frameworks too.
CSRF_HEADER_NAME = "HTTP_X_CSRF_TOKEN"
# The token dies with the session; and one cookie less.
CSRF_USE_SESSIONS = True

# By Django's defaults the client merges parameters into the text, and each statement is parsed and
# planned each time, as are pg's unnamed ones in the Express app. Prepared, it is sent without them,
# and a connection that has seen it five times keeps its plan (psycopg's own default).
PREPARING = (
    {"server_side_binding": True, "prepare_threshold": 5} if environment.prepared_statements else {}
)

FOREVER_SECONDS = 10 * 365 * 24 * 60 * 60

POOL = {
    # A connection is opened when a request finds none free, and then kept, as in the Express app.
    # psycopg_pool by itself would close what was idle for ten minutes or open for an hour, and a
    # busy spell would pay for opening it again.
    "min_size": 0,
    "max_size": environment.pool_size,
    "max_idle": FOREVER_SECONDS,
    "max_lifetime": FOREVER_SECONDS,
    "timeout": environment.pool_timeout_seconds,
    # After a failure the pool retries with exponential backoff, and no request may connect by
    # itself meanwhile. With so short a limit, the first request after an outage gets a connection.
    "reconnect_timeout": environment.pool_timeout_seconds,
}

DATABASES = {
    "default": {
        # Observes database.base, which is the backend without metrics.
        "ENGINE": "observability.postgresql",
        "NAME": environment.database["dbname"],
        "USER": environment.database.get("user", ""),
        "PASSWORD": environment.database.get("password", ""),
        "HOST": environment.database["host"],
        "PORT": environment.database.get("port", ""),
        "CONN_MAX_AGE": None if environment.keep_connections else 0,
        "OPTIONS": {
            **PREPARING,
            # In whole seconds; libpq takes 1 for 2.
            **(
                {"connect_timeout": ceil(environment.pool_timeout_seconds)}
                if environment.keep_connections
                else {"pool": POOL}
            ),
        },
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_BODY_BYTES

# Left out with MIDDLEWARE=none, as are their paths and middleware: that is the profile `bare`.
SHOP_APPS = [
    "accounts",
    "shop",
    "headroom.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

INSTALLED_APPS = [
    "database",
    "micro",
    "problems",
    *(SHOP_APPS if environment.full_middleware else []),
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_is_debugging = environment.log_level == "DEBUG"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # Like gunicorn's own lines.
        "line": {
            "()": "problems.database.RowlessFormatter",
            "format": "[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s",
            "datefmt": "%Y-%m-%d %H:%M:%S %z",
        }
    },
    "filters": {
        "own_faults": {"()": "problems.database.OwnFaults"},
        "pool_failures": {"()": "problems.database.PoolFailures"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level},
    # Below debug no line is written for a request that was merely refused.
    "loggers": {
        "django": {"handlers": [], "level": environment.log_level},
        "django.request": {"filters": [] if _is_debugging else ["own_faults"]},
        "django.security": {"level": "DEBUG" if _is_debugging else "CRITICAL"},
        "psycopg.pool": {"filters": ["pool_failures"], "level": "WARNING"},
        # It would warn at each HEAD that the body is dropped, which is what HEAD means.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "shop:home"

# The admin's alone, so they need no cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

FULL_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shop.middleware.ShopResponseMiddleware",
    "problems.middleware.ProblemMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Behind CommonMiddleware, which checks the Host of a request for a static file, too.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "validation.bodies.BodyLimitMiddleware",
    "validation.bodies.BodyTypeMiddleware",
    "accounts.middleware.SessionCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

MIDDLEWARE = (
    FULL_MIDDLEWARE if environment.full_middleware else ["problems.middleware.ProblemMiddleware"]
)

PASSWORD_HASHERS = ["accounts.hashers.ContractArgon2PasswordHasher"]

# This app's own setting: 0, unless a regression is planted on purpose.
PLANTED_WORK_MS = environment.planted_work_ms

ROOT_URLCONF = "headroom.urls" if environment.full_middleware else "headroom.bare_urls"

SECRET_KEY = environment.session_secret

# Trusted only behind a proxy that sets it: a client could write anything there.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.trust_proxy else None

SESSION_COOKIE_AGE = 24 * 60 * 60
# Browsers keep a Secure cookie by https alone, which there is behind a proxy only.
SESSION_COOKIE_SECURE = environment.trust_proxy
SESSION_ENGINE = "accounts.sessions"

SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # It looks for CsrfViewMiddleware by name; ours is a subclass.
    "security.W004",  # HSTS,
    "security.W008",  # redirects to HTTPS and
    "security.W010",  # a cookie for HTTPS alone: the lab measures plain HTTP on its own machine.
]

STATIC_URL = "/static/"

# From the apps' folders, which are read once at the start: a container cannot write a STATIC_ROOT.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": CONTEXT_PROCESSORS if environment.full_middleware else []
        },
    }
]

# Like the database. It is also what the logs are stamped in.
TIME_ZONE = "UTC"
