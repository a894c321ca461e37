"""What is counted leanly, as prometheus_client's collector reads it."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from threading import Thread
from unittest.mock import patch

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from observability.lean_histogram import LeanHistogram, _file_of


def file_size(directory: Path) -> int:
    (file,) = directory.iterdir()
    return file.stat().st_size


class LeanHistogramTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        environment = patch.dict(os.environ, PROMETHEUS_MULTIPROC_DIR=directory.name)
        environment.start()
        self.addCleanup(environment.stop)
        # A process has one file; here each test has its own.
        _file_of.cache_clear()
        self.addCleanup(_file_of.cache_clear)
        self.registry = CollectorRegistry()
        # prometheus-client says nothing of its multiprocess types.
        MultiProcessCollector(self.registry, directory.name)

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)

    def test_a_value_counts_up_to_and_with_its_bound(self) -> None:
        series = LeanHistogram("h", "Help.", ("route",), buckets=(1, 2.5)).series("/a")
        for value in (0.5, 1, 1.01, 2.5, 2.51):
            series.observe(value)
        buckets = {le: self.value("h_bucket", route="/a", le=le) for le in ("1.0", "2.5", "+Inf")}
        self.assertEqual(buckets, {"1.0": 2, "2.5": 4, "+Inf": 5})
        self.assertEqual(self.value("h_count", route="/a"), 5)
        self.assertAlmostEqual(self.value("h_sum", route="/a") or 0, 7.52)

    def test_a_series_is_there_before_its_first_value(self) -> None:
        LeanHistogram("h", "Help.", buckets=(1,)).series()
        self.assertEqual((self.value("h_count"), self.value("h_bucket", le="1.0")), (0, 0))

    def test_values_of_labels_are_series_of_their_own_and_each_is_made_once(self) -> None:
        histogram = LeanHistogram("h", "Help.", ("route",), buckets=(1,))
        histogram.series("/a").observe(0.1)
        histogram.series("/b").observe(0.1)
        histogram.series("/a").observe(0.1)
        self.assertEqual(self.value("h_count", route="/a"), 2)
        self.assertEqual(self.value("h_count", route="/b"), 1)

    def test_a_series_counts_on_when_others_make_the_file_grow(self) -> None:
        histogram = LeanHistogram("h", "Help.", ("route",), buckets=(1,))
        first = histogram.series("/0")
        first.observe(0.1)
        directory = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        size = file_size(directory)
        for n in range(1, 500):
            histogram.series(f"/{n}")
        self.assertGreater(file_size(directory), size)
        first.observe(0.1)
        self.assertEqual(self.value("h_count", route="/0"), 2)
        self.assertEqual(first.count, 2)

    def test_no_value_is_lost_between_threads(self) -> None:
        histogram = LeanHistogram("h", "Help.", ("route",), buckets=(1,))

        def observe(route: str) -> None:
            for _ in range(2_000):
                histogram.series(route).observe(1)

        threads = [Thread(target=observe, args=(f"/{n % 2}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.value("h_count", route="/0"), 4_000)
        self.assertEqual(self.value("h_sum", route="/1"), 4_000)

    def test_without_a_directory_nothing_is_written(self) -> None:
        del os.environ["PROMETHEUS_MULTIPROC_DIR"]
        LeanHistogram("h", "Help.", buckets=(1,)).series().observe(1)
        self.assertEqual(list(self.registry.collect()), [])
