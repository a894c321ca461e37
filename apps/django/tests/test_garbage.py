"""Pauses are noted wherever a collection begins, and recorded later."""

from __future__ import annotations

import gc
import unittest

from observability.garbage import PauseRecorder
from observability.metrics import gc_duration


def recorded() -> int:
    return gc_duration.series("2").count


class PausesTest(unittest.TestCase):
    def setUp(self) -> None:
        callbacks = gc.callbacks[:]
        self.addCleanup(lambda: gc.callbacks.__setitem__(slice(None), callbacks))

    def test_a_collection_is_recorded_when_asked_for_and_not_before(self) -> None:
        pauses = PauseRecorder()
        pauses.start()
        before = recorded()
        gc.collect()
        self.assertEqual(recorded() - before, 0)
        pauses.record()
        self.assertEqual(recorded() - before, 1)
