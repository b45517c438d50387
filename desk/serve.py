"""Serves the desk from inside another program (``tenki desk``): gunicorn's threads in one worker process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from desk import ports

THREADS = 8
KEPT_OPEN_S = 75


@dataclass(frozen=True)
class Address:
    """Where the desk listens; with certificate and key it speaks HTTPS and nothing else."""

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None


def serve(address: Address, filled: ports.Ports, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM).

    ``on_ready`` is called with the address, such as ``http://127.0.0.1:8000/``, once the desk listens. With
    port 0 the operating system chooses a free one. A taken port ends the process with gunicorn's exit code 1.
    """
    # The worker is a fork: a database connection shared with the parent would corrupt both.
    connections.close_all()
    Desk(address, filled, on_ready).run()


class Desk(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types.
    """The desk with gunicorn around it."""

    def __init__(self, address: Address, filled: ports.Ports, on_ready: Callable[[str], None] | None) -> None:
        self.address, self.filled, self.on_ready = address, filled, on_ready
        super().__init__()

    def load_config(self) -> None:
        for name, value in _options(self.address).items():
            self.cfg.set(name, value)
        if self.on_ready is not None:
            self.cfg.set("when_ready", self._ready)

    def load(self) -> WSGIHandler:
        application = get_wsgi_application()
        ports.fill(self.filled)
        return application

    def _ready(self, server: Arbiter) -> None:
        host, port = server.LISTENERS[0].sock.getsockname()[:2]
        if self.on_ready is not None:
            self.on_ready(f"{'https' if self.address.certificate else 'http'}://{host}:{port}/")


def _options(address: Address) -> dict[str, object]:
    options: dict[str, object] = {
        "bind": f"{address.host}:{address.port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "timeout": 60,
        # A sheet is answered field by field: each answer would else wait for a line of its own.
        "keepalive": KEPT_OPEN_S,
        "graceful_timeout": 10,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "tenki-desk",
    }
    if address.certificate and address.key:
        options |= {"certfile": str(address.certificate), "keyfile": str(address.key)}
    return options
