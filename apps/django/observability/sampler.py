"""Writes the gauges of one worker, ten times a second.

A gauge written with every request would cost each of them more than a histogram does, and nobody
would see more of it: Prometheus looks every other second.
"""

from __future__ import annotations

import threading
import time

from observability import metrics
from observability.garbage import PauseRecorder
from observability.postgresql.base import connections_used, default_database, idle_connections
from observability.requests import RecordedApplication

INTERVAL_SECONDS = 0.1


class Sampler:
    def __init__(self, application: RecordedApplication, thread_count: int) -> None:
        self._application = application
        self._thread_count = thread_count
        self._pauses = PauseRecorder()
        self._threads_busy = metrics.threads.labels("busy")
        self._threads_idle = metrics.threads.labels("idle")
        self._connections_used = metrics.connection_count.labels("used")
        self._connections_idle = metrics.connection_count.labels("idle")

    def start(self) -> None:
        """To be called in a worker, not before the fork: threads do not survive it."""
        metrics.workers.set(1)
        self._pauses.start()
        threading.Thread(target=self._run, name="metrics-sampler", daemon=True).start()

    def _run(self) -> None:
        pool = default_database().pool
        # Without a pool each thread has a connection of its own, and none ever waits for one.
        metrics.connection_max.set(self._thread_count if pool is None else pool.max_size)
        while True:
            active = self._application.active_requests
            metrics.active_requests.set(active)
            # Each thread answers one request at a time.
            self._threads_busy.set(active)
            self._threads_idle.set(self._thread_count - active)
            self._connections_used.set(len(connections_used))
            self._connections_idle.set(idle_connections())
            waiting = 0 if pool is None else pool.get_stats()["requests_waiting"]
            metrics.connection_pending_requests.set(waiting)
            self._pauses.record()
            time.sleep(INTERVAL_SECONDS)
