"""Which errors of the database are answered 503, and how they are logged.

contract/README.md, "When the database fails", has the table. psycopg's classes are too coarse: a
deadlock, a full disk and a wrong password are all an OperationalError.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from threading import Lock
from time import monotonic
from typing import Any, Final

import django.db
import psycopg
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse
from psycopg_pool import PoolTimeout

from problems.responses import problem

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 1

# SQLSTATEs that say nothing against the statement: the server stops, starts, is full, or another
# transaction was in the way. https://www.postgresql.org/docs/18/errcodes-appendix.html
UNAVAILABLE: Final = re.compile("08...|25P0[34]|40001|40P01|53...|55P03|57014|57P0[1-5]")

# Of these, those that need an operator: the server lacks disk space, memory or another resource.
NEEDS_OPERATOR: Final = re.compile("53...")

QUIET_SECONDS: Final = 1.0


def unavailability(exception: BaseException | None) -> psycopg.Error | None:
    """The driver's error, if the request is right and the database cannot serve it now."""
    error = _driver_error(exception)
    if error is None:
        return None
    if error.sqlstate is None:
        # No connection in time, none at all, or one that was cut: the server has said nothing.
        return error if isinstance(error, psycopg.OperationalError) else None
    return error if UNAVAILABLE.fullmatch(error.sqlstate) else None


def _driver_error(exception: BaseException | None) -> psycopg.Error | None:
    """It is the cause of Django's own errors, and may be why a session could not be saved."""
    if not isinstance(exception, (psycopg.Error, django.db.Error, SessionInterrupted)):
        return None
    error: BaseException | None = exception
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__ or error.__context__
    return error


def database_unavailable(request: HttpRequest, error: psycopg.Error) -> HttpResponse:
    _log(error)
    detail = "The database cannot serve this request now; try again in a moment."
    response = problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


class Throttle:
    """The first of a kind passes at once, then at most one per second: an outage is no flood."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kinds: dict[str, tuple[float, int]] = {}

    def unlogged(self, kind: str) -> int | None:
        """How many were left out since the last that passed; None: leave out this one too."""
        now = monotonic()
        with self._lock:
            logged_at, left_out = self._kinds.get(kind, (float("-inf"), 0))
            if now - logged_at < QUIET_SECONDS:
                self._kinds[kind] = (logged_at, left_out + 1)
                return None
            self._kinds[kind] = (now, 0)
            return left_out


_throttle: Final = Throttle()


def _log(error: psycopg.Error) -> None:
    # Never the error's details: they may quote a row. Those without an SQLSTATE have none.
    message = error.diag.message_primary or " ".join(str(error).split())
    unlogged = _throttle.unlogged(error.sqlstate or message)
    if unlogged is not None:
        logger.log(
            _level(error),
            "database unavailable: %s (SQLSTATE %s, %d of the same unlogged)",
            message,
            error.sqlstate or "none",
            unlogged,
        )


def _level(error: psycopg.Error) -> int:
    if error.sqlstate is None:
        return logging.WARNING if isinstance(error, PoolTimeout) else logging.ERROR
    return logging.ERROR if NEEDS_OPERATOR.fullmatch(error.sqlstate) else logging.WARNING


class OwnFaults(logging.Filter):
    """Lets unhandled exceptions pass, but no 4xx or 503."""

    def filter(self, record: logging.LogRecord) -> bool:
        return (
            record.exc_info is not None
            and record.levelno >= logging.ERROR
            and unavailability(record.exc_info[1]) is None
        )


class PoolFailures(logging.Filter):
    """What psycopg_pool says of its attempts to connect, of which it makes several at a time.

    It alone knows why there is no connection: requests see that none came in time.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.msg
        if kind.startswith("error connecting"):
            record.levelno, record.levelname = logging.ERROR, "ERROR"
        # libpq's reasons have several lines.
        record.msg, record.args = " ".join(record.getMessage().split()), ()
        return (
            logging.getLogger().isEnabledFor(record.levelno)
            and _throttle.unlogged(kind) is not None
        )


class RowlessFormatter(logging.Formatter):
    """PostgreSQL quotes whole rows in its details, and a customer's has the password's hash."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        return _DETAIL.sub("", super().formatException(ei))


_DETAIL: Final = re.compile(
    r"^(?:DETAIL|CONTEXT|QUERY):.*?(?=^(?:HINT|LOCATION|The above exception|During handling)|\Z)",
    re.DOTALL | re.MULTILINE,
)
