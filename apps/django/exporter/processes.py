"""What the app's processes use, from /proc (proc(5)). Absent where there is none, as on macOS."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

PROC = Path("/proc")


@dataclass(frozen=True)
class ProcessUsage:
    cpu_seconds: float
    children_cpu_seconds: float
    """Of children that ended and were waited for."""
    resident_bytes: int
    open_fds: int
    started_at_seconds: float
    """Since the machine booted."""


def read_process(pid: int, proc: Path) -> ProcessUsage | None:
    """Nothing when the process is gone."""
    directory = proc / str(pid)
    ticks_per_second = os.sysconf("SC_CLK_TCK")
    try:
        stat = (directory / "stat").read_text()
        resident_pages = int((directory / "statm").read_text().split()[1])
        open_fds = sum(1 for _ in (directory / "fd").iterdir())
    except OSError:
        return None
    # The command's name stands in brackets and may hold anything: count from behind it. There
    # proc(5)'s field 3 comes first; 14 to 17 are the times, 22 the start.
    fields = stat[stat.rindex(")") + 2 :].split()
    user, system, children_user, children_system = (int(ticks) for ticks in fields[11:15])
    return ProcessUsage(
        cpu_seconds=(user + system) / ticks_per_second,
        children_cpu_seconds=(children_user + children_system) / ticks_per_second,
        resident_bytes=resident_pages * os.sysconf("SC_PAGE_SIZE"),
        open_fds=open_fds,
        started_at_seconds=int(fields[19]) / ticks_per_second,
    )


def read_boot_time(proc: Path) -> float:
    """When the machine booted, in seconds since 1970."""
    lines = (proc / "stat").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("btime ")).split()[1])


class ProcessCollector(Collector):
    """Sums the supervisor and its children: the workers, and the process that serves the metrics.

    That one is counted because the supervisor of the Express app serves its metrics itself.
    """

    def __init__(
        self, supervisor: int, list_children: Callable[[], Iterable[int]], proc: Path = PROC
    ) -> None:
        self._supervisor = supervisor
        self._list_children = list_children
        self._proc = proc
        self._cpu_seconds = 0.0
        self._lock = Lock()

    def collect(self) -> Iterable[Metric]:
        usages = self._read_consistently()
        if not usages:
            return
        supervisor = usages[0]
        cpu_seconds = supervisor.children_cpu_seconds + sum(u.cpu_seconds for u in usages)
        with self._lock:
            # A child that has not yet registered, or has just ended, must not make the counter
            # fall: Prometheus would take it for a restart.
            self._cpu_seconds = max(self._cpu_seconds, cpu_seconds)
            cpu_seconds = self._cpu_seconds
        yield CounterMetricFamily(
            "process_cpu_seconds", "CPU time, user and system.", value=cpu_seconds
        )
        yield GaugeMetricFamily(
            "process_resident_memory_bytes",
            "Resident memory; pages shared between workers count once for each.",
            value=sum(usage.resident_bytes for usage in usages),
        )
        yield GaugeMetricFamily(
            "process_open_fds",
            "Open file descriptors.",
            value=sum(usage.open_fds for usage in usages),
        )
        yield GaugeMetricFamily(
            "process_start_time_seconds",
            "When the supervisor started, in seconds since 1970."
            " A change means the app was restarted.",
            value=read_boot_time(self._proc) + supervisor.started_at_seconds,
        )

    def _read_consistently(self) -> list[ProcessUsage]:
        """The supervisor first. Read again when a child was waited for meanwhile.

        Its CPU time would count twice then: as its own, and among the supervisor's children.
        """
        while True:
            before = read_process(self._supervisor, self._proc)
            children = [read_process(pid, self._proc) for pid in self._list_children()]
            after = read_process(self._supervisor, self._proc)
            if before is None or after is None:
                return []
            if before.children_cpu_seconds == after.children_cpu_seconds:
                return [after, *(child for child in children if child is not None)]
