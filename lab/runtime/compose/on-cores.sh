#!/bin/sh
# Runs a command on the cores of its part: those that somebody chose (CORES), else those that the service
# `placement` found. A process keeps to cores by itself: that needs no controller of the engine's.
part=$1
shift
cores=${CORES:-$(cat "/placement/$part")}
if ! command -v taskset >/dev/null; then
  echo "No taskset in this image: the $part is on any core." >&2
  exec "$@"
fi
exec taskset -c "$cores" "$@"
