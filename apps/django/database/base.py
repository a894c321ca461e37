"""Django's PostgreSQL backend, which recovers from an outage by one failed request.

Connections come from a pool and go back after each request, or, where settings have
CONN_MAX_AGE = None, each thread keeps one. When the database restarts, all are lost at once.
Django's own backend would find that out one by one, each by a request that fails.
"""

from __future__ import annotations

from time import monotonic
from typing import Any, cast

from django.db import connections
from django.db.backends.postgresql import base
from psycopg import Connection

kept_connections: dict[int, Connection[Any]] = {}
"""Those that threads keep from request to request, by id. Changed without a lock: atomic."""

_last_loss_at = float("-inf")
"""When a kept connection was last found broken."""


class DatabaseWrapper(base.DatabaseWrapper):
    _connected_at = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        self._connected_at = monotonic()
        connection: Connection[Any] = super().get_new_connection(conn_params)
        if self.pool is None:
            kept_connections[id(connection)] = connection
        return connection

    def close_if_unusable_or_obsolete(self) -> None:
        """Django calls it before and after each request."""
        super().close_if_unusable_or_obsolete()
        if self.connection is not None and self._connected_at < _last_loss_at:
            self.close()

    def _close(self) -> None:
        global _last_loss_at
        connection = self.connection
        is_broken = connection is not None and connection.broken
        # Django has it, its stubs do not.
        super()._close()  # type: ignore[misc]
        kept_connections.pop(id(connection), None)
        if is_broken:
            if self.pool is None:
                _last_loss_at = monotonic()
            else:
                self.pool.drain()


def default_database() -> DatabaseWrapper:
    """This thread's; the pool behind it is the whole process's."""
    return cast(DatabaseWrapper, connections["default"])


def close_connections() -> None:
    """All of this process's, whichever thread has them; to be called when it ends."""
    default_database().close_pool()
    for connection in list(kept_connections.values()):
        connection.close()
