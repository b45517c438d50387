"""Kill -9 the robot, the browser, the target and the flow at random moments, many of them between the final
submit and the stored receipt; afterwards every record is in the target once, or waits for a person.

``python -m tests.flows.kills --kills 200 --out docs/robot-kills.md``. Everything lies in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.flows.own_site import set_apart

PROJECT = Path(__file__).resolve().parents[2]
LEASE_S = 3
BATCH = 15
VICTIMS = ("robot", "browser", "target", "flow")
OFTEN = (3, 3, 2, 2)
"""A killed flow takes longest to come back, so that it is killed a little less often."""

SETTLE_S = 900
GOOD = "Every record is in the target exactly once or waits for a person."
BAD = "NOT every record is where it belongs."


@dataclass
class Tally:
    """What was killed, how often in the window, and what the gates did meanwhile."""

    kills: Counter[str] = field(default_factory=Counter)
    between: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(default_factory=Counter)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.flows.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=120, help="stop killing after that long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where to write the result as Markdown")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenki-kills-") as folder:
        _prepare(Path(folder))
        text, good = Killing(Path(folder), random.Random(wanted.seed)).run(wanted.kills, wanted.minutes)
    if wanted.out:
        wanted.out.write_text(text, encoding="utf-8")
    print(text, flush=True)
    return 0 if good else 1


def _prepare(folder: Path) -> None:
    """A site of its own: short lease, a target with short waits, tables, the task."""
    (set_apart(folder) / "site.toml").write_text(f"entry_lease_seconds = {LEASE_S}\n", encoding="utf-8")
    from flows import environment, wiring

    environment.prepare()
    wiring.ready_database()


class Killing:
    """The programs, the killer, and the count at the end."""

    def __init__(self, folder: Path, moments: random.Random) -> None:
        from tests.flows.approved import quick_target
        from tests.target_process import RunningTarget

        self.folder, self.moments, self.tally = folder, moments, Tally()
        self.target = RunningTarget(folder / "target.sqlite3", "K0123", "himitsu-7", "control")
        self.target.start()
        retry = {"waits_s": [0.3], "breaker": 50, "shut_s": 1}
        quick_target(
            folder / "config", self.target.url, retry=retry, settle_s=0.4, doubt_timeout_s=20, contexts=2
        )
        self.flow: subprocess.Popen[bytes] | None = None

    def run(self, kills: int, minutes: float) -> tuple[str, bool]:
        began_s = time.monotonic()
        try:
            ends_s = began_s + 60 * minutes
            while sum(self.tally.kills.values()) < kills and time.monotonic() < ends_s:
                self._feed()
                self._keep_running()
                self._strike()
            self._settle()
        finally:
            if self.flow:
                self.flow.kill()
            self.target.stop()
        return self._result(time.monotonic() - began_s)

    def _feed(self) -> None:
        from cases.models import Case
        from tests.flows.approved import approved

        if Case.objects.filter(state="APPROVED").count() < 3:
            for _ in range(BATCH):
                approved(self.folder)

    def _keep_running(self) -> None:
        from cases import gates
        from cases.gate_table import TargetGate

        if gates.gate("rehearsal").position is not gates.Position.OPEN:
            self.tally.opened[gates.gate("rehearsal").reason] += 1
            # What the ICT section does at the desk, after a look.
            TargetGate.objects.update(stopped=False, shut_until=None, failures=0)
        if self.flow is None or self.flow.poll() is not None:
            log = (self.folder / "flow.log").open("ab")
            command = [sys.executable, "-m", "tests.flows.enter_once"]
            self.flow = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)

    def _strike(self) -> None:
        """Wait for the moment, then kill."""
        (victim,) = self.moments.choices(VICTIMS, OFTEN)
        if self.moments.random() < 0.6:
            number = self._await_submit(60)
            time.sleep(self.moments.uniform(0, 0.25))
        else:
            number = ""
            time.sleep(self.moments.uniform(0.2, 2.5))
        number = number or self._unreceipted()
        between = bool(number) and self._is_entering(number)
        if self._kill(victim):
            self.tally.kills[victim] += 1
            self.tally.between[victim] += between
            print(dict(self.tally.kills), dict(self.tally.between), flush=True)

    def _await_submit(self, timeout_s: float) -> str:
        """The reception number of the next registration, as soon as it stands in the target."""
        ends_s, before = time.monotonic() + timeout_s, self._last()
        while time.monotonic() < ends_s:
            now = self._last()
            if now != before:
                return now[1]
            time.sleep(0.01)
        return ""

    def _last(self) -> tuple[int, str]:
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(self.target.database)) as database:
            row = database.execute(
                "SELECT serial, reception_number FROM registration ORDER BY serial DESC LIMIT 1"
            ).fetchone()
            return (int(row[0]), str(row[1])) if row else (0, "")
        return (0, "")

    def _unreceipted(self) -> str:
        return self._last()[1]

    def _is_entering(self, number: str) -> bool:
        from cases.models import Case

        return Case.objects.filter(number=number, state="ENTERING").exists()

    def _kill(self, victim: str) -> bool:
        if victim == "target":
            assert self.target.process is not None
            self.target.process.kill()
            self.target.process.wait()
            time.sleep(self.moments.uniform(0, 0.5))
            self.target.start()
            return True
        assert self.flow is not None
        pid: int | None = self.flow.pid if self.flow.poll() is None else None
        for _ in range({"flow": 0, "robot": 1, "browser": 3}[victim]):
            pid = child_of(pid) if pid else None
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def _settle(self) -> None:
        """Let everything come to its end without further kills."""
        from cases.models import Case

        ends_s = time.monotonic() + SETTLE_S
        waiting = {"APPROVED", "ENTERING"}
        while Case.objects.filter(state__in=waiting).exists() and time.monotonic() < ends_s:
            self._keep_running()
            time.sleep(1)

    def _result(self, took_s: float) -> tuple[str, bool]:
        from cases.models import Case
        from flows import wiring
        from rehearsal.target.proof import registered

        forms = {form.form: form for form in wiring.form_library().newest()}
        found: Counter[tuple[str, str, int]] = Counter()
        for case in Case.objects.all():
            times = len(registered(self.target.database, case.number, forms))
            found[(case.state, case.reason, times)] += 1
        good = all(
            (state == "ENTERED" and times == 1) or (state == "OUTCOME_UNKNOWN" and reason and times < 2)
            for state, reason, times in found
        )
        rows = "\n".join(
            f"| {state} | {reason or '–'} | {times} | {count} |"
            for (state, reason, times), count in sorted(found.items())
        )
        kills = "\n".join(f"| {v} | {self.tally.kills[v]} | {self.tally.between[v]} |" for v in VICTIMS)
        total, between = sum(self.tally.kills.values()), sum(self.tally.between.values())
        stops = ", ".join(f"{reason} {n}" for reason, n in self.tally.opened.items()) or "never"
        text = f"""# Kills: nothing is entered twice

Made by `python -m tests.flows.kills` (`make proof` runs a short one): kill -9 at random moments while
applications are entered into the rehearsal target, then everything is left to itself until nothing moves any
more. Lease {LEASE_S} s.

| killed | times | between final submit and stored receipt |
|---|---|---|
{kills}
| together | {total} | {between} |

| state afterwards | reason | times in the target | cases |
|---|---|---|---|
{rows}

The gate had to be opened by hand: {stops}. It took {took_s / 60:.0f} minutes.
**{GOOD if good else BAD}**
"""
        return text, good


def child_of(pid: int) -> int | None:
    """The first child of a process; None when it has none."""
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return int(listed.stdout.split()[0]) if listed.stdout.split() else None


if __name__ == "__main__":
    sys.exit(main())
