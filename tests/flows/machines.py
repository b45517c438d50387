"""A site of several machines for tests: each a ``var`` of its own, in common only the three addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import postgresql
from flows.prefect_api import Api
from flows.processes import wait_until_up
from flows.server import client_environment, prefect_server
from tests import tls
from tests.flows.conftest import PROJECT, Tenki

SITE = "read_lease_seconds = 5\nentry_lease_seconds = 5\nsettle_seconds = 0\n"


@dataclass
class Machine:
    """One machine: its folder, what stands in its environment, and what runs there."""

    tenki: Tenki
    given: Mapping[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *words: str, said: str = "") -> subprocess.Popen[str]:
        """Start a verb in a process group of its own; its output goes to a log in the machine's folder.

        ``said``: what it is given on standard input.
        """
        self.tenki.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.tenki.var / f"{words[0]}.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "flows", *words],
                cwd=PROJECT,
                env=self.tenki.environment(self.given),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        assert process.stdin is not None
        process.stdin.write(said)
        process.stdin.close()
        self.running.append(process)
        return process

    def log(self, verb: str) -> str:
        return (self.tenki.var / f"{verb}.log").read_text(encoding="utf-8")

    def do(self, *words: str) -> str:
        """Run a verb to its end; what it said. Exit status 2 fails the test."""
        said = self.tenki(*words, timeout_s=300, **self.given)
        assert said.status != 2, said.err
        return said.out

    def stop(self) -> None:
        """As a service manager does it."""
        for process in self.running:
            process.terminate()
            process.wait(60)
        self.running.clear()

    def kill(self) -> None:
        """Kill -9 to everything that runs there, as when the power goes."""
        for process in self.running:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()
        self.running.clear()


@dataclass(frozen=True)
class City:
    """The first machine with desk and database, Prefect's server, and as many workers as are added."""

    folder: Path
    cluster: postgresql.Cluster
    prefect: Mapping[str, str]
    first: Machine
    desk_url: str
    machines: list[Machine]

    def worker(self, name: str, tasks: str, **given: str) -> Machine:
        """A further machine, joined by a token of its own and working: one command."""
        token = self.first.do("token", "make", name, "--scope", "worker").strip()
        machine = _machine(
            self.folder,
            name,
            {
                "TENKI_DATABASE_URL": self.cluster.url,
                "TENKI_FILES_URL": self.desk_url,
                **self.prefect,
                **given,
            },
        )
        self.machines.append(machine)
        machine.start("worker", "join", self.desk_url, "--tasks", tasks, "--name", name, said=token)
        return machine

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds; nothing while the database is down."""
        try:
            with psycopg.connect(self.cluster.url, connect_timeout=5) as connection:
                return connection.execute(query.encode()).fetchall()
        except psycopg.OperationalError:
            return []

    @property
    def api(self) -> Api:
        """Prefect, as a worker reaches it."""
        url, auth = self.prefect["PREFECT_API_URL"], self.prefect["PREFECT_API_AUTH_STRING"]
        return Api(url.removesuffix("/api"), auth)

    def read_by(self) -> set[str]:
        """The workers that have taken orders to read, as Prefect tells it."""
        runs = self.api.ask("POST", "flow_runs/filter", {"limit": 200})
        taken = {run["work_queue_name"] or "" for run in runs if run["state_type"] != "SCHEDULED"}
        return {name.removeprefix("read-kofu-") for name in taken if name.startswith("read-kofu-")}

    def wait_for(self, what: Callable[[], bool], timeout_s: float, told: str) -> None:
        ends_s = time.monotonic() + timeout_s
        while not what():
            assert time.monotonic() < ends_s, f"{told}\n{self._logs()}"
            time.sleep(0.3)

    def _logs(self) -> str:
        return "\n".join(
            path.read_text(encoding="utf-8")[-3000:]
            for machine in self.machines
            for path in sorted(machine.tenki.var.glob("*.log"))
        )


@contextmanager
def city(folder: Path) -> Iterator[City]:
    """Everything but the workers, running, for as long as the block lasts."""
    where = postgresql.programs()
    assert where is not None, "no PostgreSQL server is installed here: apt-get install postgresql"
    with ExitStack() as stack:
        cluster = stack.enter_context(postgresql.server(where))
        server = stack.enter_context(prefect_server(folder / "prefect"))
        both = tls.certificate(folder)
        trust = {"SSL_CERT_FILE": str(both)}
        first = _machine(folder, "first", {"TENKI_DATABASE_URL": cluster.url, **trust})
        machines = [first]
        stack.callback(lambda: [machine.kill() for machine in machines])
        first.start("desk", "--port", "0", "--certificate", str(both), "--key", str(both))
        wait_until_up(f"{server.url}/api/health", server.program, server.process, 90, server.auth)
        port = stack.enter_context(tls.passed_on(int(server.url.rpartition(":")[2]), both))
        prefect = {**client_environment(f"https://127.0.0.1:{port}", server.auth), **trust}
        first.given = {**first.given, **prefect}
        made = City(folder, cluster, prefect, first, _address(first), machines)
        yield made


def _machine(folder: Path, name: str, given: Mapping[str, str]) -> Machine:
    config, home = folder / f"{name}-config", folder / f"{name}-home"
    config.mkdir()
    home.mkdir()
    (config / "site.toml").write_text(SITE, encoding="utf-8")
    return Machine(Tenki(folder / name), {"TENKI_CONFIG": str(config), "HOME": str(home), **given})


def _address(first: Machine) -> str:
    ends_s = time.monotonic() + 60
    while "the desk: " not in first.log("desk"):
        assert time.monotonic() < ends_s, first.log("desk")
        time.sleep(0.2)
    return first.log("desk").partition("the desk: ")[2].split()[0]
