"""Django's PostgreSQL backend, with its connections and statements timed.

Connections come from a pool and go back after each request, or, where settings have
CONN_MAX_AGE = None, each thread keeps one. What is recorded means the same in both.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, perf_counter
from typing import Any, Final, cast

from django.db import connections
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import PoolTimeout

from observability.metrics import connection_timeouts, connection_wait_time, operation_duration

connections_used: set[int] = set()
"""Ids of the connections that requests of this process hold. Changed without a lock: atomic."""

connections_kept: dict[int, Connection[Any]] = {}
"""Those that threads keep from request to request, by id. Changed without a lock as well."""

_last_loss_at = float("-inf")
"""When a kept connection was last found broken."""

_observers: Final = {
    # All of these verbs have six letters.
    name: operation_duration.series(name).observe
    for name in ("SELECT", "INSERT", "UPDATE", "DELETE")
}
_observe_other: Final = operation_duration.series("OTHER").observe
_observe_wait: Final = connection_wait_time.series().observe


class DatabaseWrapper(base.DatabaseWrapper):
    _connected_at = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_time_statement)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        started_at = perf_counter()
        self._connected_at = monotonic()
        try:
            connection: Connection[Any] = super().get_new_connection(conn_params)
        except PoolTimeout:
            connection_timeouts.inc()
            raise
        finally:
            _observe_wait(perf_counter() - started_at)
        connections_used.add(id(connection))
        if self.pool is None:
            connections_kept[id(connection)] = connection
        return connection

    def ensure_connection(self) -> None:
        connection = self.connection
        if connection is None:
            super().ensure_connection()
        elif id(connection) not in connections_used:
            # Kept from an earlier request: this one has it at once.
            _observe_wait(0)
            connections_used.add(id(connection))

    def close_if_unusable_or_obsolete(self) -> None:
        """Django calls it before and after each request."""
        connection = self.connection
        if connection is None:
            return
        # Django looks at the connection here, on behalf of no request that would wait for it.
        connections_used.add(id(connection))
        super().close_if_unusable_or_obsolete()
        if self.connection is not None and self._connected_at < _last_loss_at:
            self.close()
        connections_used.discard(id(connection))

    def _close(self) -> None:
        global _last_loss_at
        connection = self.connection
        is_broken = connection is not None and connection.broken
        # Django has it, its stubs do not.
        super()._close()  # type: ignore[misc]
        connections_used.discard(id(connection))
        connections_kept.pop(id(connection), None)
        if is_broken:
            # The database went away, and with it all other connections. Found one by one, each
            # would fail a request of its own.
            if self.pool is None:
                _last_loss_at = monotonic()
            else:
                self.pool.drain()


def _time_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    started_at = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        _observers.get(sql[:6], _observe_other)(perf_counter() - started_at)


def default_database() -> DatabaseWrapper:
    """This thread's; the pool behind it is the whole process's."""
    return cast(DatabaseWrapper, connections["default"])


def idle_connections() -> int:
    """Those that threads of this process keep and no request holds."""
    return len(connections_kept.keys() - connections_used)


def close_connections() -> None:
    """All of this process's, whichever thread has them; to be called when it ends."""
    default_database().close_pool()
    for connection in list(connections_kept.values()):
        connection.close()
