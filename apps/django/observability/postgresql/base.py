"""The app's database backend, with its connections and statements timed. It only observes.

What is recorded means the same with a pool and with connections that threads keep.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolTimeout

from database import base
from observability.metrics import connection_timeouts, connection_wait_time, operation_duration

connections_used: set[int] = set()
"""Ids of the connections that requests of this process hold. Changed without a lock: atomic."""

_observers: Final = {
    # All of these verbs have six letters.
    name: operation_duration.series(name).observe
    for name in ("SELECT", "INSERT", "UPDATE", "DELETE")
}
_observe_other: Final = operation_duration.series("OTHER").observe
_observe_wait: Final = connection_wait_time.series().observe

_IN_TRANSACTION: Final = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_time_statement)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        started_at = perf_counter()
        try:
            connection = super().get_new_connection(conn_params)
        except PoolTimeout:
            connection_timeouts.inc()
            raise
        finally:
            _observe_wait(perf_counter() - started_at)
        connections_used.add(id(connection))
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
        connection = self.connection
        if connection is None:
            return
        # Django checks the connection here, on behalf of no request that would wait for it.
        connections_used.add(id(connection))
        super().close_if_unusable_or_obsolete()
        connections_used.discard(id(connection))

    def _close(self) -> None:
        connection = self.connection
        super()._close()
        connections_used.discard(id(connection))

    def _commit(self) -> None:
        # Django has both of these, its stubs do not.
        self._time_end(super()._commit)  # type: ignore[misc]

    def _rollback(self) -> None:
        self._time_end(super()._rollback)  # type: ignore[misc]

    def _time_end(self, end: Callable[[], None]) -> None:
        """No cursor carries the end of a transaction. Without a statement in it, none is sent."""
        connection = self.connection
        if connection is None or connection.pgconn.transaction_status not in _IN_TRANSACTION:
            return end()
        started_at = perf_counter()
        try:
            end()
        finally:
            _observe_other(perf_counter() - started_at)


def _time_statement(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    started_at = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        _observers.get(sql[:6], _observe_other)(perf_counter() - started_at)


def idle_connections() -> int:
    """Those that threads of this process keep and no request holds."""
    return len(base.kept_connections.keys() - connections_used)
