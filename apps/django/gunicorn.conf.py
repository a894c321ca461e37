"""How gunicorn serves the app. Start it in this directory, natively and in a container:

    gunicorn

with the environment of contract/README.md. gunicorn reads this file by itself; what the command
line says stands above it.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gunicorn.http.errors import InvalidHeader

from exporter import service as metrics
from headroom.environment import (
    EnvironmentVariableError,
    read_app_environment,
    read_server_environment,
)
from server.parser import MOST_HEAD_BYTES
from server.process import (
    collect_less_often,
    die_with_parent,
    interrupt_as_terminate,
    leave_interrupt_to_parent,
    return_large_blocks,
)

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.http.message import Request
    from gunicorn.workers.base import Worker

try:
    environment = read_server_environment(os.environ)
    # The workers read the rest; a mistake in it ends the master, not each of them.
    app_environment = read_app_environment(os.environ)
except EnvironmentVariableError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

# Workers inherit it.
return_large_blocks()

wsgi_app = "headroom.wsgi"
_host = f"[{environment.host}]" if ":" in environment.host else environment.host
bind = f"{_host}:{environment.port}"
log_level = app_environment.log_level
loglevel = log_level.lower()

worker_class = "server.worker.PatientWorker"
workers = environment.workers
threads = environment.threads
keepalive = environment.keep_alive_seconds
graceful_timeout = environment.shutdown_seconds

# What Node asks for by default: connections that wait in the kernel for a worker to accept them.
backlog = 511

# A kept connection waits in its worker's poller and holds no thread. It stays with the worker that
# accepted it, and whichever is idle accepts: of many connections that come at once one worker may
# get most, and its threads stay busy while others' are idle. At this many a worker accepts no more
# and closes rather than keeps: twice as many as the lab has users, so that none is turned away.
worker_connections = 2000

# A head has 16 KiB in all (server/parser.py), as in Node, whatever they are spent on.
limit_request_line = 0
limit_request_field_size = MOST_HEAD_BYTES
limit_request_fields = 2000

# The worker never blocks on a socket, and sendfile would.
sendfile = False

# Each worker then listens on a socket of its own, among which the kernel spreads new connections.
reuse_port = environment.reuse_port

# Each worker imports the app after its fork (gunicorn's default): connections, caches, locks and
# threads are then its own. It costs half a second of CPU per worker at the start, and memory.
preload_app = False

# Heartbeats and metrics are files that are written all the time: in memory, where there is such.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# No client is trusted about its scheme or address, not even one on this machine, which gunicorn
# would take for a proxy.
forwarded_allow_ips = ""

# A socket in the home directory, for a command line that is not used here.
control_socket_disable = True

# Node raises the soft limit by itself; Python does not, and gunicorn's worker ends when it is
# reached. Besides connections: listeners, pool, logs, metrics.
_wanted_fds = worker_connections + 100
_soft_fds, _hard_fds = resource.getrlimit(resource.RLIMIT_NOFILE)
if _soft_fds < _wanted_fds:
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_wanted_fds, _hard_fds), _hard_fds))


def when_ready(server: Arbiter) -> None:
    """The master listens and has no worker yet."""
    interrupt_as_terminate()
    try:
        metrics.service = metrics.MetricsService(
            environment.host,
            environment.metrics_port,
            directory_parent=worker_tmp_dir,
            cgroup=environment.cgroup_metrics,
        )
    except OSError as error:
        print(f"METRICS_PORT {environment.metrics_port}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
    metrics.service.start()


def pre_fork(server: Arbiter, worker: Worker) -> None:
    metrics.service.worker_begins()


def post_fork(server: Arbiter, worker: Worker) -> None:
    die_with_parent(worker.ppid)
    metrics.service.leave()


def pre_request(worker: Worker, request: Request) -> None:
    if log_level == "DEBUG":
        worker.log.debug("%s %s", request.method, request.path)
    if request.uri and not request.uri.startswith("/"):
        # RFC 9112, section 3.2.2: of a target that names its host the header does not count.
        others = [header for header in request.headers if header[0] != "HOST"]
        request.headers = [("HOST", urlsplit(request.uri).netloc), *others]
    cookies = [value for name, value in request.headers if name == "COOKIE"]
    if len(cookies) > 1:
        # As Node does; gunicorn would join them by a comma, which is no separator of cookies.
        others = [header for header in request.headers if header[0] != "COOKIE"]
        request.headers = [*others, ("COOKIE", "; ".join(cookies))]
    # RFC 9112, section 3.2. Django would take its own address for the name it was called by, in
    # HTTP/1.0 too, which may leave the header out. `bare` checks no names.
    if request.version == (1, 0) and not app_environment.full_middleware:
        return
    for name, _ in request.headers:
        if name == "HOST":
            return
    raise InvalidHeader("HOST", req=request)


def post_worker_init(worker: Worker) -> None:
    # Imported here: what records metrics may be imported once their directory is there.
    from headroom.wsgi import application
    from observability.sampler import Sampler

    leave_interrupt_to_parent()
    Sampler(application, environment.threads).start()
    if environment.gc_threshold is not None:
        collect_less_often(environment.gc_threshold)


def child_exit(server: Arbiter, worker: Worker) -> None:
    metrics.service.worker_ended(int(worker.pid))


def worker_exit(server: Arbiter, worker: Worker) -> None:
    from database.base import close_connections

    close_connections()


def on_exit(server: Arbiter) -> None:
    metrics.service.stop()
