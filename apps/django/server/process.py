"""What is set for each process of the server: how they end together, and what memory they keep."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""

M_MMAP_THRESHOLD = -3
"""From malloc.h."""

LARGE_BLOCK_BYTES = 1 << 20


def die_with_parent(parent: int) -> None:
    """Ends this process as soon as its parent ends, however that ended. On Linux alone.

    gunicorn's workers look for their master once a second and then finish what they have, up to
    the graceful timeout; all the while they hold the port, and a new master cannot start.
    """
    if sys.platform != "linux":
        return
    if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError("prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # It ended before this was set.
        os.kill(os.getpid(), signal.SIGKILL)


def interrupt_as_terminate() -> None:
    """SIGINT does what SIGTERM does: gunicorn would drop what is in flight."""
    signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def leave_interrupt_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the master alone decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def return_large_blocks() -> None:
    """Memory of this size goes back to the system when it is freed. With glibc alone.

    Left alone, glibc raises its threshold to the largest block that was freed so far. argon2's
    19 MiB would then come from the heap of each thread that ever hashes, and stay there.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def collect_less_often(threshold: int) -> None:
    """For a process that has just loaded all it needs: the collector never looks at that again.

    After `threshold` more allocations than deallocations the youngest generation is collected;
    Python begins with 700 (2,000 from 3.12), which a single request may reach.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(threshold, *gc.get_threshold()[1:])
