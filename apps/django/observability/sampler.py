"""Writes the gauges of one worker, five times per second.

Writing a gauge with every request would cost more than a histogram, and show nothing more:
Prometheus scrapes every other second.
"""

from __future__ import annotations

import threading
import time

from prometheus_client import Gauge

from database.base import default_database
from observability import metrics
from observability.garbage import PauseRecorder
from observability.postgresql.base import connections_used, idle_connections
from observability.requests import MeasuredHandler

INTERVAL_SECONDS = 0.2


class Sampler:
    def __init__(self, application: MeasuredHandler, thread_count: int) -> None:
        self._application = application
        self._thread_count = thread_count
        self._pauses = PauseRecorder()
        self._written: dict[Gauge, float] = {}
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
            self._write(metrics.active_requests, active)
            # Each thread answers one request at a time.
            self._write(self._threads_busy, active)
            self._write(self._threads_idle, self._thread_count - active)
            self._write(self._connections_used, len(connections_used))
            if pool is None:
                idle, waiting = idle_connections(), 0
            else:
                stats = pool.get_stats()
                idle, waiting = stats["pool_available"], stats["requests_waiting"]
            self._write(self._connections_idle, idle)
            self._write(metrics.connection_pending_requests, waiting)
            self._pauses.record()
            time.sleep(INTERVAL_SECONDS)

    def _write(self, gauge: Gauge, value: float) -> None:
        """Most are from one look to the next what they were."""
        if self._written.get(gauge) != value:
            gauge.set(value)
            self._written[gauge] = value
