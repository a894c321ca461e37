"""What the app's container uses, from its cgroup.

Version 2: https://docs.kernel.org/admin-guide/cgroup-v2.html
Version 1: https://docs.kernel.org/admin-guide/cgroup-v1/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

V1_UNLIMITED_BYTES = 1 << 60
"""Version 1 writes no limit as the largest multiple of a page; nobody has this much memory."""


@dataclass(frozen=True)
class ContainerUsage:
    cpu_seconds: float | None = None
    throttled_seconds: float | None = None
    cpu_limit_cores: float | None = None
    memory_bytes: float | None = None
    memory_limit_bytes: float | None = None
    waiting_seconds: dict[str, float] = field(default_factory=dict)
    """Pressure by resource; empty where the kernel does not tell."""


class CgroupCollector(Collector):
    def __init__(
        self, mount: Path = Path("/sys/fs/cgroup"), membership: Path = Path("/proc/self/cgroup")
    ) -> None:
        self._mount = mount
        self._membership = membership

    def collect(self) -> Iterable[Metric]:
        if (self._mount / "cgroup.controllers").exists():
            usage = read_v2(self._mount, self._membership)
        else:
            usage = read_v1(self._mount, self._membership)
        for name, help, seconds in (
            (
                "container_cpu_usage_seconds",
                "CPU time used by the container.",
                usage.cpu_seconds,
            ),
            (
                "container_cpu_throttled_seconds",
                "Time the container was stopped by its CPU limit.",
                usage.throttled_seconds,
            ),
        ):
            if seconds is not None:
                yield CounterMetricFamily(name, help, value=seconds)
        for name, help, value in (
            (
                "container_cpu_limit_cores",
                "CPU limit in cores; absent without a limit.",
                usage.cpu_limit_cores,
            ),
            (
                "container_memory_usage_bytes",
                "Memory used by the container.",
                usage.memory_bytes,
            ),
            (
                "container_memory_limit_bytes",
                "Memory limit; absent without a limit.",
                usage.memory_limit_bytes,
            ),
        ):
            if value is not None:
                yield GaugeMetricFamily(name, help, value=value)
        if usage.waiting_seconds:
            pressure = CounterMetricFamily(
                "container_pressure_waiting_seconds",
                "Time in which some task of the container waited for the resource.",
                labels=["resource"],
            )
            for resource, seconds in usage.waiting_seconds.items():
                pressure.add_metric([resource], seconds)
            yield pressure


def read_v2(mount: Path, membership: Path) -> ContainerUsage:
    directory = _directory(mount, membership, "")
    cpu = _keyed_numbers(directory / "cpu.stat")
    quota, _, period = _read(directory / "cpu.max").partition(" ")
    return ContainerUsage(
        cpu_seconds=_over(1e6, cpu.get("usage_usec")),
        throttled_seconds=_over(1e6, cpu.get("throttled_usec")),
        cpu_limit_cores=int(quota) / int(period) if quota not in ("", "max") else None,
        memory_bytes=_number(directory / "memory.current"),
        memory_limit_bytes=_number(directory / "memory.max"),
        waiting_seconds={
            resource: int(some.rpartition("total=")[2]) / 1e6
            for resource in ("cpu", "memory", "io")
            if (some := _read(directory / f"{resource}.pressure").partition("\n")[0])
        },
    )


def read_v1(mount: Path, membership: Path) -> ContainerUsage:
    cpu = _directory(mount / "cpu", membership, "cpu")
    memory = _directory(mount / "memory", membership, "memory")
    used = _number(_directory(mount / "cpuacct", membership, "cpuacct") / "cpuacct.usage")
    throttling = _keyed_numbers(cpu / "cpu.stat")
    quota = _number(cpu / "cpu.cfs_quota_us")
    period = _number(cpu / "cpu.cfs_period_us")
    memory_limit = _number(memory / "memory.limit_in_bytes")
    return ContainerUsage(
        cpu_seconds=_over(1e9, used),
        throttled_seconds=_over(1e9, throttling.get("throttled_time")),
        # -1 stands for no limit.
        cpu_limit_cores=quota / period if quota and period and quota > 0 else None,
        memory_bytes=_number(memory / "memory.usage_in_bytes"),
        memory_limit_bytes=(
            memory_limit if memory_limit is None or memory_limit < V1_UNLIMITED_BYTES else None
        ),
    )


def _directory(hierarchy: Path, membership: Path, controller: str) -> Path:
    """This process's cgroup in a hierarchy; version 2 has one hierarchy, without a name.

    A container mostly sees its own cgroup as the hierarchy's root, while the kernel names it by a
    path of the host: what is not there from here is the root.
    """
    for line in _read(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        own = hierarchy / path.lstrip("/")
        if controller in controllers.split(",") and own.is_dir():
            return own
    return hierarchy


def _read(path: Path) -> str:
    """Empty where the kernel, or the container's mounts, do not show the file."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _keyed_numbers(path: Path) -> dict[str, float]:
    return {key: float(value) for key, value in map(str.split, _read(path).splitlines())}


def _over(divisor: float, value: float | None) -> float | None:
    return None if value is None else value / divisor


def _number(path: Path) -> float | None:
    """Nothing where the file is absent or says `max`."""
    text = _read(path)
    return None if text in ("", "max") else float(text)
