"""The metrics' part of gunicorn's master: their directory, the process that serves them."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

logger = logging.getLogger("gunicorn.error")

RESTART_PAUSE_SECONDS = 1.0
STOP_PATIENCE_SECONDS = 2.0


class MetricsService:
    def __init__(self, host: str, port: int, directory_parent: str | None, cgroup: bool) -> None:
        """Takes the port and makes the directory, which must be there before the first fork."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, port), family=family)
        # New for each start, so that nothing of an earlier one is counted.
        self._directory = tempfile.mkdtemp(prefix="headroom-metrics-", dir=directory_parent)
        # prometheus_client looks here when it is imported, in this process and in the workers.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = self._directory
        self._cgroup = cgroup
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopping = threading.Event()
        self._ended_workers = 0

    def start(self) -> None:
        """Keeps the exporter running, from a thread: gunicorn has no hook for other children."""
        threading.Thread(target=self._keep_running, name="metrics-exporter", daemon=True).start()

    def _keep_running(self) -> None:
        listener = self._listener.fileno()
        command = [sys.executable, "-m", "exporter.server"]
        command += [str(listener), str(os.getpid()), self._directory]
        command += ["--cgroup"] if self._cgroup else []
        while not self._is_stopping.is_set():
            self._process = subprocess.Popen(
                command, pass_fds=[listener], cwd=Path(__file__).parent.parent
            )
            # gunicorn waits for any child and may be first: that it ended is all one learns here.
            self._process.wait()
            if not self._is_stopping.wait(RESTART_PAUSE_SECONDS):
                logger.error("The process that serves the metrics ended. Starting another.")

    def stop(self) -> None:
        """After the last worker, so that a scrape still sees it finish."""
        self._is_stopping.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def leave(self) -> None:
        """For a worker: only the master serves the metrics port."""
        self._listener.close()

    def worker_ended(self, pid: int) -> None:
        from prometheus_client.multiprocess import mark_process_dead

        # prometheus-client says nothing of its multiprocess types.
        mark_process_dead(pid, self._directory)
        self._ended_workers += 1

    def worker_begins(self) -> None:
        """Counts a restart when it replaces a worker that ended without being asked to."""
        from observability.metrics import worker_restarts

        if self._ended_workers > 0:
            self._ended_workers -= 1
            worker_restarts.inc()


service: MetricsService
"""The master's. It lives here because gunicorn loads its configuration again at SIGHUP, but imports
this module once."""
