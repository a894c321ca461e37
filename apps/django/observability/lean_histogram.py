"""A histogram for what happens at every request and every statement."""

from __future__ import annotations

import os
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from threading import Lock

from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.utils import floatToGoString


class LeanHistogram:
    """Counts into a file of prometheus_client's multiprocess mode, at a quarter of the cost.

    prometheus_client takes a lock and asks for the process's id twice per observation, for the sum
    and for the bucket, looks the bucket up one by one and writes by way of bytes: 4 µs, where a
    request for /json takes some 300. Here a series is asked for once, in the process that
    observes, and then counts in 1 µs: under one lock, in the memory of the file. The collector
    reads the file like any of prometheus_client's.
    """

    def __init__(
        self, name: str, help: str, labels: tuple[str, ...] = (), *, buckets: tuple[float, ...]
    ) -> None:
        self._name = name
        self._help = help
        self._labels = labels
        self._bounds = buckets
        self._series: dict[tuple[str, ...], Series] = {}

    def series(self, *values: str) -> Series:
        """The one series with these values of the labels: to be asked for once, and kept."""
        with _files_lock:
            if values not in self._series:
                self._series[values] = self._made(values)
            return self._series[values]

    def _made(self, values: tuple[str, ...]) -> Series:
        def key(name: str, **more: str) -> str:
            labels = dict(zip(self._labels, values, strict=True)) | more
            return mmap_key(self._name, name, [*labels], [*labels.values()], self._help)

        # prometheus-client gives these functions no types.
        bounds = [floatToGoString(bound) for bound in (*self._bounds, float("inf"))]
        memory, (sum_at, *buckets_at) = _numbers_of(
            [
                key(f"{self._name}_sum"),
                *(key(f"{self._name}_bucket", le=bound) for bound in bounds),
            ]
        )
        return Series(self._bounds, memory, sum_at=sum_at, buckets_at=buckets_at)


class Series:
    __slots__ = ("_bounds", "_buckets_at", "_lock", "_memory", "_sum_at")

    def __init__(
        self,
        bounds: tuple[float, ...],
        memory: memoryview[float],
        *,
        sum_at: int,
        buckets_at: list[int],
    ) -> None:
        self._bounds = bounds
        self._memory = memory
        self._sum_at = sum_at
        self._buckets_at = buckets_at
        self._lock = Lock()

    @property
    def count(self) -> int:
        """Values seen by this process."""
        return int(sum(self._memory[at] for at in self._buckets_at))

    def observe(self, value: float) -> None:
        bucket_at = self._buckets_at[bisect_left(self._bounds, value)]
        memory = self._memory
        with self._lock:
            memory[self._sum_at] += value
            memory[bucket_at] += 1.0


_files_lock = Lock()
"""Held where a key is new to the file."""

_NUMBER_BYTES = 8


def _numbers_of(keys: list[str]) -> tuple[memoryview[float], list[int]]:
    """Memory as numbers, and where in it each key's stands: all at 0.

    A number is written whole, and read whole by the process that serves them.
    """
    file = _file_of(os.getpid())
    if file is None:
        return memoryview(bytearray(len(keys) * _NUMBER_BYTES)).cast("d"), list(range(len(keys)))
    for key in keys:
        file.write_value(key, 0.0, 0.0)
    # Private, but its format says that numbers stand at multiples of eight. When the file grows, it
    # is mapped again; this view keeps the earlier mapping, which shows the same bytes.
    return memoryview(file._m).cast("d"), [file._positions[key] // _NUMBER_BYTES for key in keys]


@lru_cache(maxsize=1)
def _file_of(pid: int) -> MmapedDict | None:
    """The file of this process, which a fork does not share.

    A management command has no directory: nothing would read the file, so there is none.
    """
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory is None:
        return None
    # prometheus-client says nothing of its multiprocess types.
    return MmapedDict(str(Path(directory) / f"histogram_{pid}.db"))
