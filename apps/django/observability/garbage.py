"""Times the pauses of the garbage collector."""

from __future__ import annotations

import gc
from collections import deque
from time import perf_counter
from typing import Any

from observability.metrics import gc_duration


class PauseRecorder:
    """Notes each pause when it happens, and records it later.

    A collection may begin while a histogram's lock is held; recording from within would wait for
    that lock forever. Noting needs no lock.
    """

    def __init__(self) -> None:
        self._observers = [gc_duration.series(str(generation)).observe for generation in range(3)]
        self._pauses: deque[tuple[int, float]] = deque()
        self._started_at = 0.0

    def start(self) -> None:
        gc.callbacks.append(self._note)

    def _note(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._started_at = perf_counter()
        else:
            self._pauses.append((info["generation"], perf_counter() - self._started_at))

    def record(self) -> None:
        while self._pauses:
            generation, seconds = self._pauses.popleft()
            self._observers[generation](seconds)
