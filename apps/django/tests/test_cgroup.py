"""Both versions of cgroups: no one machine has both."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from exporter.cgroup import CgroupCollector, ContainerUsage, read_v1, read_v2

V2 = {
    "cpu.stat": "usage_usec 2500000\nuser_usec 2000000\nnr_throttled 3\nthrottled_usec 750000\n",
    "cpu.max": "150000 100000\n",
    "memory.current": "1048576\n",
    "memory.max": "2097152\n",
    "cpu.pressure": (
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=1250000\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n"
    ),
    "io.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n",
}

V1 = {
    "cpuacct/cpuacct.usage": "2500000000\n",
    "cpu/cpu.stat": "nr_periods 10\nnr_throttled 3\nthrottled_time 750000000\n",
    "cpu/cpu.cfs_quota_us": "150000\n",
    "cpu/cpu.cfs_period_us": "100000\n",
    "memory/memory.usage_in_bytes": "1048576\n",
    "memory/memory.limit_in_bytes": "2097152\n",
}


class CgroupTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.mount = Path(directory.name) / "cgroup"
        self.membership = Path(directory.name) / "membership"
        self.mount.mkdir()

    def write(self, files: dict[str, str], below: str = "") -> None:
        for name, text in files.items():
            path = self.mount / below / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def test_version_2(self) -> None:
        self.write(V2)
        self.membership.write_text("0::/\n")
        self.assertEqual(
            read_v2(self.mount, self.membership),
            ContainerUsage(
                cpu_seconds=2.5,
                throttled_seconds=0.75,
                cpu_limit_cores=1.5,
                memory_bytes=1048576,
                memory_limit_bytes=2097152,
                waiting_seconds={"cpu": 1.25, "io": 0.5},
            ),
        )

    def test_version_2_without_limits_or_pressure(self) -> None:
        self.write(
            {
                "cpu.stat": "usage_usec 2500000\n",
                "cpu.max": "max 100000\n",
                "memory.current": "1048576\n",
                "memory.max": "max\n",
            }
        )
        self.assertEqual(
            read_v2(self.mount, self.membership),
            ContainerUsage(cpu_seconds=2.5, memory_bytes=1048576),
        )

    def test_version_1(self) -> None:
        self.write(V1)
        self.membership.write_text("3:cpu,cpuacct:/docker/abc\n2:memory:/docker/abc\n")
        self.assertEqual(
            read_v1(self.mount, self.membership),
            ContainerUsage(
                cpu_seconds=2.5,
                throttled_seconds=0.75,
                cpu_limit_cores=1.5,
                memory_bytes=1048576,
                memory_limit_bytes=2097152,
            ),
        )

    def test_version_1_without_limits(self) -> None:
        self.write(
            {
                **V1,
                "cpu/cpu.cfs_quota_us": "-1\n",
                "memory/memory.limit_in_bytes": "9223372036854771712\n",
            }
        )
        usage = read_v1(self.mount, self.membership)
        self.assertIsNone(usage.cpu_limit_cores)
        self.assertIsNone(usage.memory_limit_bytes)

    def test_the_own_cgroup_is_read_where_the_hierarchy_is_seen_whole(self) -> None:
        self.write({"memory.current": "999\n"})
        self.write(V2, below="system.slice/app.scope")
        self.membership.write_text("0::/system.slice/app.scope\n")
        self.assertEqual(read_v2(self.mount, self.membership).memory_bytes, 1048576)

    def test_what_is_not_there_is_not_exposed(self) -> None:
        collector = CgroupCollector(self.mount, self.membership)
        self.assertEqual(list(collector.collect()), [])
        # Version 2 with its controllers switched off still tells what was used of the CPU.
        self.write({"cgroup.controllers": "", "cpu.stat": "usage_usec 2500000\n"})
        self.assertEqual([f.name for f in collector.collect()], ["container_cpu_usage_seconds"])
