"""A local Prefect server: on the loopback, behind a password, with its home under ``var/prefect``.

Prefect's own defaults accept any origin without a password (design, law 7); here a password is made on first
use and other origins are turned away. Flows and workers find server and password in the environment.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config import private_files
from flows.prefect_file import prepare_database
from flows.processes import Program, answers, free_port, running, wait_until_up

START_TIMEOUT_S = 90.0
RUNS_KEPT_DAYS = 30
EVENTS_KEPT_DAYS = 3
KEPT_SMALL = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs,orphans",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RUNS_KEPT_DAYS * 86_400),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE": "1000",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": f"P{EVENTS_KEPT_DAYS}D",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": '{"prefect.flow-run.heartbeat": 86400}',
}
"""Prefect's own vacuum service, which deletes no runs by default. What matters of a run lies in ``cases``."""

ADDRESS = "address"
"""File in the home in which a server that others may join is announced."""


def auth_string(home: Path) -> str:
    """``user:password`` for the server of this home, made once, readable by its owner only."""
    path = home / "auth"
    private_files.create(path, f"tenki:{secrets.token_urlsafe(24)}".encode())
    return private_files.read(path).decode()


def server_program(home: Path, port: int, auth: str) -> Program:
    """The server as a program to start; all its settings come by its environment."""
    url = f"http://127.0.0.1:{port}"
    return Program(
        name="Prefect server",
        command=[
            sys.executable,
            "-m",
            "prefect",
            "server",
            "start",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ],
        log=home / "server.log",
        environment={
            "PREFECT_HOME": str(home),
            "PREFECT_SERVER_API_AUTH_STRING": auth,
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": url,
            "PREFECT_API_URL": f"{url}/api",
            "PREFECT_SERVER_API_HOST": "127.0.0.1",
            # The desk shows the next five runs that the server holds.
            "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "5",
            # In memory, by default: a server that was killed would never free the places that runs had held.
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
            **KEPT_SMALL,
        },
    )


@dataclass(frozen=True)
class PrefectServer:
    """A server that was started and may not answer yet."""

    url: str
    auth: str
    program: Program
    process: subprocess.Popen[bytes]

    def join(self) -> str:
        """Wait until it answers; our flows report to it from then on. ProgramFailed when it does not."""
        wait_until_up(f"{self.url}/api/health", self.program, self.process, START_TIMEOUT_S, self.auth)
        os.environ |= client_environment(self.url, self.auth)
        return self.url


def client_environment(url: str, auth: str) -> dict[str, str]:
    """What a process must find in its environment, before it imports Prefect, to report to the server."""
    return {"PREFECT_API_URL": f"{url}/api", "PREFECT_API_AUTH_STRING": auth}


def located(home: Path) -> tuple[str, str] | None:
    """Address and ``user:password`` of the server that the caller names, or that `tenki up` has announced; it
    need not answer.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        return named.removesuffix("/api"), os.environ.get("PREFECT_API_AUTH_STRING", "")
    try:
        return (home / ADDRESS).read_text(encoding="utf-8"), auth_string(home)
    except FileNotFoundError:
        return None


def joined(home: Path) -> bool:
    """Whether our flows report to a server: the caller's own, or the one that `tenki up` has announced."""
    if os.environ.get("PREFECT_API_URL"):
        return True
    found = located(home)
    if found is None:
        return False
    url, auth = found
    if not answers(f"{url}/api/health", auth):
        return False
    os.environ |= client_environment(url, auth)
    return True


@contextlib.contextmanager
def session(home: Path) -> Iterator[None]:
    """Flows may run within it: they report to a running server, else to one of their own."""
    if joined(home):
        yield
        return
    with prefect_server(home) as server:
        server.join()
        yield


@contextlib.contextmanager
def prefect_server(home: Path, port: int | None = None) -> Iterator[PrefectServer]:
    """A server of this home for as long as the block lasts. It takes seconds: ``join`` it when needed."""
    chosen, auth = port or free_port(), auth_string(home)
    prepare_database(home)
    program = server_program(home, chosen, auth)
    with running(program) as process:
        try:
            yield PrefectServer(f"http://127.0.0.1:{chosen}", auth, program, process)
        finally:
            for name in client_environment("", ""):
                os.environ.pop(name, None)
