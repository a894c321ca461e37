"""Django's PostgreSQL backend, with its connections and statements timed."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final, cast

from django.db import connections
from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg_pool import PoolTimeout

from observability.metrics import connection_timeouts, connection_wait_time, operation_duration

connections_used: set[int] = set()
"""Ids of the connections that requests of this process hold. Changed without a lock: atomic."""

_observers: Final = {
    # All of these verbs have six letters.
    name: operation_duration.labels(name).observe
    for name in ("SELECT", "INSERT", "UPDATE", "DELETE")
}
_observe_other: Final = operation_duration.labels("OTHER").observe


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_time_statement)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        started_at = perf_counter()
        try:
            connection: Connection[Any] = super().get_new_connection(conn_params)
        except PoolTimeout:
            connection_timeouts.inc()
            raise
        finally:
            connection_wait_time.observe(perf_counter() - started_at)
        connections_used.add(id(connection))
        return connection

    def _close(self) -> None:
        connection = self.connection
        is_broken = connection is not None and connection.broken
        # Django has it, its stubs do not.
        super()._close()  # type: ignore[misc]
        connections_used.discard(id(connection))
        if is_broken:
            # The database went away, and the pool's idle connections with it. Found one by one,
            # each would fail a request of its own.
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
