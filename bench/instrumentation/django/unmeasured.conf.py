"""The app's gunicorn.conf.py, without the hooks that measure. Started where that file is."""

from __future__ import annotations

import runpy

HOOKS = {
    "when_ready",
    "pre_fork",
    "post_fork",
    "post_worker_init",
    "child_exit",
    "worker_exit",
    "on_exit",
}

globals().update(
    {
        name: value
        for name, value in runpy.run_path("gunicorn.conf.py").items()
        if name not in HOOKS and not name.startswith("__")
    }
)
