"""``tenki up``: Prefect's server, the desk, the watcher and the rounds under one supervisor."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.commands.desk import Port, must_be_free
from flows.console import say

if TYPE_CHECKING:
    from flows.parts import Where
    from flows.repeating import Repeating
    from flows.supervisor import Supervisor

LOG_BYTES, LOGS = 5_000_000, 3


def register(app: typer.Typer) -> None:
    app.command()(up)


def up(
    every_minutes: Annotated[
        float, typer.Option(help="How often a round is made of tasks without a schedule of their own.")
    ] = 10,
    port: Port = None,
) -> None:
    """Run everything together until stopped (Ctrl-C): Prefect's server, desk, watcher and rounds.

    What ends by itself is started again, after longer and longer waits; who should know is told.
    """
    from flows import state_files
    from flows.kept_part import Policy
    from flows.parts import parts
    from flows.prefect_file import prepare_database
    from flows.processes import unwind_on_sigterm
    from flows.supervisor import Supervisor

    began_s = time.monotonic()
    unwind_on_sigterm()
    with state_files.held("up", "tenki up"):
        _write_log()
        where = _where(every_minutes, port)
        must_be_free(where.desk_host, where.desk_port)
        os.environ |= _environment(where)
        if where.own_server:
            prepare_database(wiring.var() / "prefect")
        every = parts(where)
        supervisor = Supervisor(every.values(), say, Policy(), began_s)
        with _ended(supervisor), _announcing(where) as announce:
            # The server takes longest to start; the tables are brought up to date meanwhile.
            supervisor.start_early("server")
            wiring.ready_database()
            _keep(supervisor, announce)


def _keep(supervisor: Supervisor, announce: Callable[[], None]) -> None:
    from flows import service_manager
    from flows.supervisor import STEP_S
    from flows.telling import Teller
    from flows.webhooks import Sender

    site = wiring.site()
    made = (lambda: Teller(site, lambda: supervisor.failing), lambda: Sender(site))
    threads: list[Repeating] = [make() for make in made]
    for thread in threads:
        thread.start()
    manager, ready = service_manager.Manager(), False
    try:
        while True:
            supervisor.step()
            if supervisor.runs("server"):
                announce()
            if supervisor.ready_s is not None and not ready:
                ready = True
                manager.tell(service_manager.READY)
            manager.alive()
            for number, thread in enumerate(threads):
                if not thread.is_alive():
                    # It said why in the journal; nobody would be told of anything without it.
                    threads[number] = made[number]()
                    threads[number].start()
            time.sleep(STEP_S)
    finally:
        manager.tell(service_manager.STOPPING)
        for thread in threads:
            thread.end()


def _where(every_minutes: float, port: int | None) -> Where:
    from flows.parts import Where
    from flows.processes import free_port
    from flows.server import auth_string

    site = wiring.site()
    named = os.environ.get("PREFECT_API_URL", "").removesuffix("/api")
    auth = os.environ.get("PREFECT_API_AUTH_STRING", "") if named else auth_string(wiring.var() / "prefect")
    return Where(
        server_url=named or f"http://127.0.0.1:{site.prefect_port or free_port()}",
        auth=auth,
        own_server=not named,
        desk_host=site.desk_host,
        desk_port=(site.desk_port if port is None else port) or free_port(),
        desk_secure=bool(site.desk_certificate),
        every_minutes=every_minutes,
    )


def _environment(where: Where) -> dict[str, str]:
    from flows.server import client_environment

    return {
        **client_environment(where.server_url, where.auth),
        "TENKI_EVERY_MINUTES": str(where.every_minutes),
    }


@contextmanager
def _ended(supervisor: Supervisor) -> Iterator[None]:
    """Whatever ends the block, the parts end in order; asking again does not make it quicker."""
    try:
        yield
    finally:
        for demand in (signal.SIGTERM, signal.SIGINT):
            signal.signal(demand, signal.SIG_IGN)
        supervisor.end()


@contextmanager
def _announcing(where: Where) -> Iterator[Callable[[], None]]:
    """What to call once our server answers: other commands on this machine join it from then on."""
    from flows.server import ADDRESS

    path = wiring.var() / "prefect" / ADDRESS

    def announce() -> None:
        if where.own_server and not path.exists():
            path.write_text(where.server_url, encoding="utf-8")

    # A killed supervisor has left its own.
    path.unlink(missing_ok=True)
    try:
        yield announce
    finally:
        path.unlink(missing_ok=True)


def _write_log() -> None:
    """What the supervisor does, as JSON for programs; the terminal has it in lines for people."""
    from logging.handlers import RotatingFileHandler

    from config.logs import Formatter

    folder = wiring.var() / "logs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "up.log", maxBytes=LOG_BYTES, backupCount=LOGS, encoding="utf-8")
    handler.setFormatter(Formatter())
    logger = logging.getLogger("tenki.up")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
