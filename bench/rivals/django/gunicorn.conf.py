"""The same server, workers and threads as the app it is measured against."""

from __future__ import annotations

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gthread"
workers = int(os.environ["WORKERS"])
threads = int(os.environ["THREADS"])
keepalive = int(os.environ["KEEP_ALIVE_SECONDS"])
reuse_port = os.environ.get("REUSE_PORT") == "1"
worker_connections = 2000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
control_socket_disable = True
wsgi_app = "django.core.wsgi:get_wsgi_application()"
raw_env = ["DJANGO_SETTINGS_MODULE=entry.settings"]
