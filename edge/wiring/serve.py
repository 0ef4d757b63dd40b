"""Serve one WSGI application the way every Storefloor process is served: gunicorn, threads, one worker.

One worker, because a database file has one writing connection and live events are kept in memory; 64 threads, because
up to 40 of them may each hold a stream open and the rest must still answer (setup.md, Traps).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication

THREADS = 64
"""Above the 40 streams allowed, with room for the page requests beside them."""

GRACEFUL_STOP_S = 2
"""Open streams never end by themselves; without this a stop waits 30 s for them."""

REQUEST_LINE_BYTES = 8190
"""A cursor map travels in the query; gunicorn's default of 4094 would cut it for a store with many feeds."""


@dataclass(frozen=True)
class Running:
    """A built process: its application, and what to do when it begins and ends to serve."""

    app: WSGIApplication
    start: Callable[[], None] = field(default=lambda: None)
    stop: Callable[[], None] = field(default=lambda: None)


class _Served(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, build: Callable[[], Running], options: dict[str, Any]) -> None:
        self._build = build
        self._options = options
        self._running: Running | None = None
        super().__init__()

    def load_config(self) -> None:
        for key, value in self._options.items():
            self.cfg.set(key, value)
        self.cfg.set("worker_exit", self._worker_exit)

    def load(self) -> WSGIApplication:
        self._running = self._build()
        self._running.start()
        return self._running.app

    def _worker_exit(self, _server: object, _worker: object) -> None:
        if self._running is not None:
            self._running.stop()


def serve(build: Callable[[], Running], host: str, port: int) -> None:
    """Build the process inside its worker and serve it on `host`:`port` until SIGTERM or SIGINT."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "keepalive": 30,
        "graceful_timeout": GRACEFUL_STOP_S,
        "limit_request_line": REQUEST_LINE_BYTES,
        # The control socket lies at one path under the home folder: a second process on the machine would take it over.
        "control_socket_disable": True,
        "loglevel": "warning",
        # A build that fails must end the process with its message instead of being started again for ever.
        "preload_app": False,
    }
    _Served(build, options).run()
