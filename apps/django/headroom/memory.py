"""How memory that a password's hash used is given back."""

from __future__ import annotations

import ctypes

M_MMAP_THRESHOLD = -3
"""From malloc.h."""

LARGE_BLOCK_BYTES = 1 << 20


def return_large_blocks() -> None:
    """Memory of this size goes back to the system when it is freed. With glibc alone.

    Left alone, glibc raises its threshold to the largest block that was freed so far. argon2's
    19 MiB would then come from the heap of each thread that ever hashes, and stay there.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)
