"""Figures of several processes in one, from a /proc made up for the purpose."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

from exporter.processes import ProcessCollector

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class ProcessesTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.proc = Path(directory.name)
        (self.proc / "stat").write_text("cpu 1 2 3\nbtime 1700000000\nprocesses 5\n")
        self.children: list[int] = []
        self.collector = ProcessCollector(1, lambda: self.children, self.proc)

    def process(self, pid: int, cpu: int, children_cpu: int = 0, fds: int = 1) -> None:
        """Times in seconds, half of each spent in the kernel."""
        half, children_half = cpu * TICKS // 2, children_cpu * TICKS // 2
        directory = self.proc / str(pid)
        (directory / "fd").mkdir(parents=True, exist_ok=True)
        for fd in range(fds):
            (directory / "fd" / str(fd)).touch()
        before = "S 0 1 1 0 -1 4194304 100 0 0 0"
        after = f"20 0 1 0 {30 * TICKS} 1000 200 0"
        (directory / "stat").write_text(
            f"{pid} (a) odd) name) {before} {half} {half} {children_half} {children_half} {after}"
        )
        (directory / "statm").write_text("1000 10 5 1 0 100 0")

    def end(self, pid: int) -> None:
        for path in sorted((self.proc / str(pid)).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (self.proc / str(pid)).rmdir()

    def figures(self) -> dict[str, float]:
        return {
            sample.name: sample.value
            for family in self.collector.collect()
            for sample in family.samples
        }

    def test_supervisor_and_children_are_summed(self) -> None:
        self.process(1, cpu=2, fds=3)
        self.process(7, cpu=4, fds=2)
        self.process(8, cpu=6, fds=1)
        self.children = [7, 8]
        self.assertEqual(
            self.figures(),
            {
                "process_cpu_seconds_total": 12,
                "process_resident_memory_bytes": 30 * PAGE,
                "process_open_fds": 6,
                "process_start_time_seconds": 1700000030,
            },
        )

    def test_the_cpu_time_of_a_child_that_ended_stays(self) -> None:
        self.process(1, cpu=2)
        self.process(7, cpu=4)
        self.children = [7]
        self.assertEqual(self.figures()["process_cpu_seconds_total"], 6)
        self.end(7)
        self.process(1, cpu=2, children_cpu=4)
        self.assertEqual(self.figures()["process_cpu_seconds_total"], 6)

    def test_cpu_time_does_not_fall_while_a_new_child_is_not_known(self) -> None:
        self.process(1, cpu=2)
        self.process(7, cpu=4)
        self.children = [7]
        self.figures()
        self.children = []
        self.assertEqual(self.figures()["process_cpu_seconds_total"], 6)

    def test_nothing_is_exposed_once_the_supervisor_is_gone(self) -> None:
        self.assertEqual(self.figures(), {})
