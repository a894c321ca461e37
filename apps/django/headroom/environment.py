"""The environment of contract/README.md: which variables there are, and what they may hold."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

LOG_LEVELS = {"debug": "DEBUG", "info": "INFO", "warn": "WARNING", "error": "ERROR"}

# As `manage.py check --deploy` asks of a SECRET_KEY.
LEAST_SECRET_CHARACTERS = 50

DATABASE_URL = (
    r"postgres(ql)?://[^:@/?#\s]+(:[^:@/?#\s]*)?@(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z_.-]+)(:[0-9]{1,5})?"
    r"/[^/?#\s]+"
)

# Exact names: Django takes `*` and `.example` for patterns, the other app does not.
HOST_NAME = r"[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*|\[[0-9A-Fa-f:.]+\]"


class EnvironmentVariableError(ValueError):
    """A variable is missing or malformed. The message names it and says what is expected."""


@dataclass(frozen=True)
class AppEnvironment:
    """What the app itself is told, whatever serves it."""

    database: dict[str, str]
    """Connection parameters as libpq names them: user, password, host, port, dbname."""
    allowed_hosts: list[str]
    trust_proxy: bool
    """A proxy in front ends TLS: the scheme is what it says in X-Forwarded-Proto."""
    pool_size: int
    pool_timeout_seconds: float
    log_level: str
    """As Python's logging names it."""
    prepared_statements: bool
    keep_connections: bool
    """Each thread keeps a database connection of its own: none waits for one, so no pool."""
    full_middleware: bool
    session_secret: str
    planted_work_ms: int
    """CPU time that /db burns besides its own work: a regression on purpose."""


@dataclass(frozen=True)
class ServerEnvironment:
    """What the server around the app is told."""

    host: str
    port: int
    metrics_port: int
    workers: int
    threads: int
    keep_alive_seconds: int
    client_timeout_seconds: int
    shutdown_seconds: int
    cgroup_metrics: bool
    reuse_port: bool
    gc_threshold: int | None
    """None: the garbage collector stays as Python starts it."""


def read_app_environment(variables: Mapping[str, str]) -> AppEnvironment:
    pool_size = _whole_number(variables, "POOL_SIZE", "4", most=1_000)
    return AppEnvironment(
        database=_database(variables, "DATABASE_URL"),
        allowed_hosts=_names(variables, "ALLOWED_HOSTS", "127.0.0.1,localhost"),
        trust_proxy=_switch(variables, "TRUST_PROXY"),
        pool_size=pool_size,
        pool_timeout_seconds=_seconds(variables, "POOL_TIMEOUT_SECONDS", "2"),
        log_level=LOG_LEVELS[_choice(variables, "LOG_LEVEL", "info", list(LOG_LEVELS))],
        prepared_statements=_switch(variables, "PREPARED_STATEMENTS"),
        # Fewer connections than threads have to be shared, whatever was asked for.
        keep_connections=_switch(variables, "KEEP_CONNECTIONS")
        and _threads(variables) <= pool_size,
        full_middleware=_choice(variables, "MIDDLEWARE", "full", ["full", "none"]) == "full",
        session_secret=_secret(variables, "SESSION_SECRET"),
        planted_work_ms=_whole_number(variables, "PLANTED_WORK_MS", "0", least=0, most=100),
    )


def read_server_environment(variables: Mapping[str, str]) -> ServerEnvironment:
    port = _whole_number(variables, "PORT", most=65_535)
    metrics_port = _whole_number(variables, "METRICS_PORT", most=65_535)
    if port == metrics_port:
        raise _malformed("METRICS_PORT", str(metrics_port), "a port of its own, other than PORT")
    return ServerEnvironment(
        host=_address(variables, "HOST", "127.0.0.1"),
        port=port,
        metrics_port=metrics_port,
        workers=_whole_number(variables, "WORKERS", "1", most=1_024),
        threads=_threads(variables),
        keep_alive_seconds=_whole_number(variables, "KEEP_ALIVE_SECONDS", "75", most=3_600),
        client_timeout_seconds=_whole_number(variables, "CLIENT_TIMEOUT_SECONDS", "10", most=3_600),
        shutdown_seconds=_whole_number(variables, "SHUTDOWN_SECONDS", "10", most=3_600),
        cgroup_metrics=_switch(variables, "CGROUP_METRICS"),
        reuse_port=_switch(variables, "REUSE_PORT"),
        gc_threshold=_whole_number(variables, "GC_THRESHOLD", "0", least=0) or None,
    )


def _threads(variables: Mapping[str, str]) -> int:
    return _whole_number(variables, "THREADS", "4", most=1_024)


def _text(variables: Mapping[str, str], name: str, default: str | None, expected: str) -> str:
    value = variables.get(name, default)
    if value is None:
        raise EnvironmentVariableError(f"{name} is not set: give {expected}.")
    return value


def _malformed(name: str, value: str, expected: str) -> EnvironmentVariableError:
    return EnvironmentVariableError(
        f"{name} is {json.dumps(value, ensure_ascii=False)}: give {expected}."
    )


def _malformed_secret(name: str, expected: str) -> EnvironmentVariableError:
    """Its value is not repeated: it may be the right one, cut off."""
    return EnvironmentVariableError(f"{name} is malformed: give {expected}.")


def _whole_number(
    variables: Mapping[str, str],
    name: str,
    default: str | None = None,
    most: int = 1_000_000,
    least: int = 1,
) -> int:
    expected = f"a whole number from {least} to {most}"
    value = _text(variables, name, default, expected)
    if not re.fullmatch("[0-9]{1,7}", value) or not least <= int(value) <= most:
        raise _malformed(name, value, expected)
    return int(value)


def _seconds(variables: Mapping[str, str], name: str, default: str) -> float:
    least, most = 0.1, 3_600
    expected = f"seconds from {least} to {most}, such as 2 or 0.5"
    value = _text(variables, name, default, expected)
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", value) or not least <= float(value) <= most:
        raise _malformed(name, value, expected)
    return float(value)


def _switch(variables: Mapping[str, str], name: str) -> bool:
    return _choice(variables, name, "0", ["0", "1"]) == "1"


def _choice(variables: Mapping[str, str], name: str, default: str, choices: list[str]) -> str:
    expected = "one of " + ", ".join(choices)
    value = _text(variables, name, default, expected)
    if value not in choices:
        raise _malformed(name, value, expected)
    return value


def _secret(variables: Mapping[str, str], name: str) -> str:
    expected = (
        f"{LEAST_SECRET_CHARACTERS} characters or more without spaces, "
        "such as of `openssl rand -base64 48`"
    )
    value = _text(variables, name, None, expected)
    # JavaScript takes a BOM for a space, too.
    if not re.fullmatch(rf"[^\s\ufeff]{{{LEAST_SECRET_CHARACTERS},}}", value):
        raise _malformed_secret(name, expected)
    return value


def _names(variables: Mapping[str, str], name: str, default: str) -> list[str]:
    expected = "host names separated by commas, such as 127.0.0.1,localhost"
    value = _text(variables, name, default, expected)
    names = [part.strip() for part in value.split(",")]
    if not all(re.fullmatch(HOST_NAME, each) for each in names):
        raise _malformed(name, value, expected)
    return names


def _address(variables: Mapping[str, str], name: str, default: str) -> str:
    expected = "an IP address or localhost"
    value = _text(variables, name, default, expected)
    if value != "localhost":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise _malformed(name, value, expected) from None
    return value


def _database(variables: Mapping[str, str], name: str) -> dict[str, str]:
    expected = "postgres://user:password@host:port/database"
    value = _text(variables, name, None, expected)
    try:
        url = urlsplit(value)
        # Percent signs escape UTF-8, and no NUL, which PostgreSQL has no room for.
        well_formed = (
            re.fullmatch(DATABASE_URL, value)
            and not re.search("%(?![0-9A-Fa-f]{2})|%00", value)
            and 0 <= (url.port or 5432) <= 65_535
        )
        parts = {
            "user": url.username,
            "password": url.password,
            "host": url.hostname,
            "port": str(url.port) if url.port is not None else None,
            "dbname": url.path.removeprefix("/"),
        }
        parameters = {key: unquote(part, errors="strict") for key, part in parts.items() if part}
    except ValueError:
        well_formed = None
    if not well_formed:
        raise _malformed_secret(name, expected)
    return parameters
