"""Serves the metrics page: a process of its own, beside the workers, under gunicorn's master."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.multiprocess import MultiProcessCollector

from observability.cgroup import CgroupCollector
from observability.processes import PROC, ProcessCollector

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PARENT_CHECK_SECONDS = 0.5


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """A scrape is no event."""


class ExporterServer(ThreadingMixIn, WSGIServer):
    """Serves on a socket that already listens: the master made it, and keeps it."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, application: WSGIApplication) -> None:
        super().__init__(listener.getsockname(), QuietHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = listener.getsockname()[:2]
        self.setup_environ()
        self.set_app(application)


def metrics_page(registry: CollectorRegistry) -> WSGIApplication:
    page: WSGIApplication = make_wsgi_app(registry, disable_compression=True)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return page(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"There is nothing here but /metrics.\n"]

    return application


def live_children(master: int, directory: Path) -> Iterator[int]:
    """This process and the workers: the master removes the gauges of one that ended."""
    yield os.getpid()
    for path in directory.glob("gauge_livesum_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if pid != master:
            yield pid


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("listener", type=int, help="file descriptor of the listening socket")
    parser.add_argument("master", type=int, help="process id of gunicorn's master")
    parser.add_argument("directory", type=Path, help="where the processes keep their metrics")
    parser.add_argument("--cgroup", action="store_true", help="the cgroup is the app's own")
    arguments = parser.parse_args()
    # Ctrl-C reaches every process of the terminal; this one is watched until the last answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    registry = CollectorRegistry()
    # prometheus-client says nothing of its multiprocess types.
    MultiProcessCollector(registry, arguments.directory)  # type: ignore[no-untyped-call]
    if PROC.exists():
        children = partial(live_children, arguments.master, arguments.directory)
        registry.register(ProcessCollector(arguments.master, children))
    if arguments.cgroup:
        registry.register(CgroupCollector())

    server = ExporterServer(socket.socket(fileno=arguments.listener), metrics_page(registry))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while os.getppid() == arguments.master:
        time.sleep(PARENT_CHECK_SECONDS)
    # The master was killed, and with it the workers: nobody else is left to tidy up.
    shutil.rmtree(arguments.directory, ignore_errors=True)


if __name__ == "__main__":
    main()
