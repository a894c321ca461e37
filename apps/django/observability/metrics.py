"""The metrics that workers and supervisor record, by the names of contract/metrics.yaml.

prometheus_client keeps them in files that all processes share (its multiprocess mode), so
PROMETHEUS_MULTIPROC_DIR must be set before this is imported. What is read from /proc and cgroups
is in the package exporter.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

from observability.lean_histogram import LeanHistogram

DURATION_BUCKETS: Final = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075),
    *(0.1, 0.125, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 7.5, 10),
)
PAUSE_BUCKETS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1)


def _gauge(name: str, help: str, labels: tuple[str, ...] = ()) -> Gauge:
    """Summed over the processes that live: a dead one's value goes with it."""
    return Gauge(name, help, labels, multiprocess_mode="livesum")


request_duration = LeanHistogram(
    "http_server_request_duration_seconds",
    "Time from the app taking a request to the end of its answer.",
    ("http_request_method", "http_route", "http_response_status_code"),
    buckets=DURATION_BUCKETS,
)
active_requests = _gauge("http_server_active_requests", "Requests being answered now.")

operation_duration = LeanHistogram(
    "db_client_operation_duration_seconds",
    "Time of one SQL statement, from sending it to having its rows.",
    ("db_operation_name",),
    buckets=DURATION_BUCKETS,
)
connection_count = _gauge(
    "db_client_connection_count", "Pooled connections by state, over all workers.", ("state",)
)
connection_max = _gauge(
    "db_client_connection_max", "Connections the pools may hold, over all workers."
)
connection_pending_requests = _gauge(
    "db_client_connection_pending_requests", "Requests waiting for a connection now."
)
connection_timeouts = Counter(
    "db_client_connection_timeouts_total",
    "Requests that were refused because no connection came free in time.",
)
connection_wait_time = LeanHistogram(
    "db_client_connection_wait_time_seconds",
    "Time a request waited for a connection.",
    buckets=DURATION_BUCKETS,
)

workers = _gauge("server_workers", "Worker processes alive.")
worker_restarts = Counter(
    "server_worker_restarts_total", "Workers that ended unasked and were replaced."
)

threads = _gauge("python_threads", "Request threads of the workers by state.", ("state",))
gc_duration = LeanHistogram(
    "python_gc_duration_seconds",
    "Pauses of the garbage collector by generation.",
    ("generation",),
    buckets=PAUSE_BUCKETS,
)
