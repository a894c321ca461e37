"""How the processes of one app end together."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From linux/prctl.h."""


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
