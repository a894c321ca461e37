"""How often Python looks for garbage that reference counts do not find."""

from __future__ import annotations

import gc


def collect_less_often(threshold: int) -> None:
    """For a process that has just loaded all it needs: what is there stays, and is not looked at.

    After `threshold` more allocations than deallocations the youngest generation is collected;
    Python begins with 700 (2,000 from 3.12), which a single request may reach.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(threshold, *gc.get_threshold()[1:])
