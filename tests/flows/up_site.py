"""A site for proofs: ``tenki up`` on its own data, inboxes on a share, a target, and someone who is told."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.prefect_api import Api, ServerAway
from flows.processes import free_port, stop
from tests.flows.approved import quick_target
from tests.flows.conftest import PROJECT, Tenki
from tests.flows.receivers import Kept, web_server
from tests.target_process import RunningTarget

SIGN_IN = {"REHEARSAL_OPERATOR": "K0123", "REHEARSAL_PASSWORD": "himitsu-7"}
SITE = """\
inbox_folder = "{share}"
notice_url = "{told}"
settle_seconds = 0.3
inbox_look_seconds = 0.5
entry_lease_seconds = 5
read_lease_seconds = 5
disk_low_mb = 30
"""
PREPARE = """
import sys
from pathlib import Path
from tests.flows import kept_work
from tests.flows.approved import approved
for _ in range(int(sys.argv[1])):
    approved(Path(sys.argv[2]))
"""
PARTS = ("server", "desk", "watcher", "runner")
PATIENCE_S = 420.0


@dataclass
class UpSite:
    """The site; ``told`` keeps the notices that came."""

    folder: Path
    share: Path
    tenki: Tenki
    target: RunningTarget
    told: Kept
    given: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "up.log"

    def prepare(self, cases: int) -> None:
        """So many approved applications, made by a process of their own."""
        command = [sys.executable, "-c", PREPARE, str(cases), str(self.folder)]
        subprocess.run(command, cwd=PROJECT, env=self.environment(), check=True)

    def environment(self) -> dict[str, str]:
        return self.tenki.environment(self.given)

    @contextmanager
    def up(self, **more: str) -> Iterator[None]:
        words = ("up", "--every-minutes", "0", "--port", str(free_port()))
        with self.log.open("ab") as log:
            process = self.process = subprocess.Popen(
                [sys.executable, "-m", "flows", *words],
                cwd=PROJECT,
                env={**self.environment(), **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.until(lambda: self.state("up").get("ready_s"), "tenki up is ready")
            yield
        finally:
            self.process = None
            stop(process, timeout_s=60)

    def state(self, name: str) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads((self.tenki.var / "state" / f"{name}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said

    def kill(self, part: str) -> None:
        """Kill -9 the part's own process."""
        os.kill(self.state(f"part-{part}")["pid"], signal.SIGKILL)

    def all_run(self) -> bool:
        return all(self.state(f"part-{part}").get("being") == "running" for part in PARTS)

    def order_round(self, task: str) -> None:
        """As a person does, or the schedule; refused while another one runs."""
        try:
            held = self.api.deployment("round", task)
            if held is not None:
                body = {"state": {"type": "SCHEDULED"}}
                self.api.ask("POST", f"deployments/{held['id']}/create_flow_run", body)
        except ServerAway:
            return

    @property
    def api(self) -> Api:
        home = self.tenki.var / "prefect"
        return Api((home / "address").read_text("utf-8"), (home / "auth").read_text("utf-8"))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in Tenki's database; nothing before it is made."""
        path = f"file:{self.tenki.var / 'tenki.sqlite3'}?mode=ro"
        try:
            with closing(sqlite3.connect(path, uri=True)) as database:
                return database.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def count(self, query: str) -> int:
        found = self.rows(query)
        return int(found[0][0]) if found else 0

    def registered(self) -> dict[str, int]:
        """How often each reception number stands in the target."""
        with closing(sqlite3.connect(self.target.database)) as database:
            found = database.execute("SELECT reception_number, count(*) FROM registration GROUP BY 1")
            return dict(found.fetchall())

    def was_told(self, *causes: str) -> bool:
        return any(said["cause"] in causes and not said["solved"] for said in self.told.said())

    def until(self, seen: Callable[[], object], what: str, within_s: float = PATIENCE_S) -> None:
        ends_s = time.monotonic() + within_s
        while not seen():
            told = [said["cause"] for said in self.told.said()]
            gone = self.process is not None and self.process.poll() is not None
            assert time.monotonic() < ends_s and not gone, f"{what}; told: {told}\n{self._lines()}"
            time.sleep(0.05)

    def _lines(self) -> str:
        """What helps whoever looks for the cause: states, files, the last of the logs."""
        states = self.rows("SELECT state, reason, count(*) FROM cases_case GROUP BY 1, 2")
        read = self.rows(
            "SELECT read_at IS NOT NULL, lease_owner, count(*) FROM cases_sourcefile GROUP BY 1, 2"
        )
        logs = (self.log, self.tenki.var / "logs" / "runner.log")
        ends = "\n".join(path.read_text("utf-8")[-3000:] for path in logs if path.exists())
        return f"{states}\n{read}\n{ends}"


@contextmanager
def site(folder: Path, var: Path) -> Iterator[UpSite]:
    """Everything but ``tenki up`` itself."""
    share, config = folder / "share", folder / "config"
    for task in ("ido", "kofu"):
        (share / task / "done").mkdir(parents=True)
    with ExitStack() as stack:
        told = stack.enter_context(web_server())
        target = RunningTarget(folder / "target.sqlite3", *SIGN_IN.values(), "control")
        target.start()
        stack.callback(target.stop)
        quick_target(config, target.url)
        (config / "site.toml").write_text(SITE.format(share=share, told=told.address), encoding="utf-8")
        yield UpSite(folder, share, Tenki(var), target, told, {"TENKI_CONFIG": str(config), **SIGN_IN})
