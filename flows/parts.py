"""The parts of ``tenki up``: Prefect's server, the desk, the watcher, the runner of flows."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows import state_files, wiring
from flows.kept_part import Part
from flows.prefect_api import Api, ServerAway
from flows.processes import Program, answers
from flows.server import server_program

NAMES = ("server", "desk", "watcher", "runner")
"""In the order in which they start; they end the other way round."""

ASK_TIMEOUT_S = 2.0
BEAT_MOST_S = 60.0
"""A watcher whose last sign is older is silent."""

POLL_MOST_S = 90.0
"""The runner asks for work every ten seconds; one that has not asked for so long hangs."""


@dataclass(frozen=True)
class Where:
    """Where server and desk listen. ``every_minutes``: how often rounds are made. ``own_server``: it is ours
    to start, and not one that the site runs itself.
    """

    server_url: str
    auth: str
    own_server: bool
    desk_host: str
    desk_port: int
    desk_secure: bool
    every_minutes: float

    @property
    def desk_url(self) -> str:
        return f"{'https' if self.desk_secure else 'http'}://{self.desk_host}:{self.desk_port}/"


def parts(where: Where) -> dict[str, Part]:
    """Every part by name."""
    every = (
        *((_server(where),) if where.own_server else ()),
        Part(
            "desk",
            _ours("desk", "flows", "desk", "--host", where.desk_host, "--port", str(where.desk_port)),
            lambda pid: _desk_answers(where),
            stop_s=15.0,
            says=where.desk_url,
        ),
        Part("watcher", _ours("watcher", "flows.watching"), _watcher_beats),
        Part(
            "runner",
            _ours("runner", "flows.deployments", "--every-minutes", str(where.every_minutes)),
            RunnerPulse(where.server_url, where.auth),
            stop_s=30.0,
        ),
    )
    return {part.name: part for part in every}


def _server(where: Where) -> Part:
    home = wiring.var() / "prefect"
    return Part(
        "server",
        server_program(home, int(where.server_url.rpartition(":")[2]), where.auth),
        lambda pid: answers(f"{where.server_url}/api/health", where.auth, ASK_TIMEOUT_S),
        says=f"{where.server_url} (user and password: {home / 'auth'})",
    )


def _ours(name: str, module: str, *words: str) -> Program:
    log = wiring.var() / "logs" / f"{name}.log"
    return Program(name, [sys.executable, "-m", module, *words], log)


def _desk_answers(where: Where) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(where.desk_host, where.desk_host)  # noqa: S104
    if not where.desk_secure:
        return answers(f"http://{host}:{where.desk_port}/healthz/live", timeout_s=ASK_TIMEOUT_S)
    try:
        # Whoever vouches for the desk's certificate need not be known here.
        socket.create_connection((host, where.desk_port), ASK_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _watcher_beats(pid: int) -> bool:
    """By the machine's running clock: nobody can set it."""
    said = state_files.read("watcher")
    return bool(said) and said["pid"] == pid and state_files.age_s("watcher") < BEAT_MOST_S


class RunnerPulse:
    """Whether the runner asks the server for work: its deployments are polled again and again."""

    def __init__(
        self,
        server_url: str,
        auth: str,
        ask: Callable[[], Any] | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask or (
            lambda: Api(server_url, auth, ASK_TIMEOUT_S).ask("POST", "deployments/filter", {}) or ()
        )
        self._clock_s = clock_s
        self._seen: tuple[int, str] = (0, "")
        self._polled_s: float | None = None

    def __call__(self, pid: int) -> bool | None:
        """None while the server does not answer: that is no fault of the runner's."""
        try:
            rows = self._ask()
        except ServerAway:
            return None
        last = max((row["last_polled"] or "" for row in rows), default="")
        if self._seen[0] != pid:
            # What was polled before this process began is another one's doing.
            self._seen, self._polled_s = (pid, last), None
        elif self._seen[1] != last:
            self._seen, self._polled_s = (pid, last), self._clock_s()
        return self._polled_s is not None and self._clock_s() - self._polled_s < POLL_MOST_S
