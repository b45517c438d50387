"""The day: everything is started, fed, disturbed and looked after until all is done; then it is counted."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from flows import environment, wiring
from flows.processes import Program, free_port, running, wait_until_up
from tests.flows.weekday.count import checks
from tests.flows.weekday.report import Story, written
from tests.flows.weekday.site import (
    ICT,
    OPERATOR,
    PROJECT,
    TASKS,
    Day,
    Feeder,
    HandedIn,
    add_people,
    make_site,
)
from tests.flows.weekday.trouble import Killer, Tally, open_gate
from tests.target_process import RunningTarget

LOOK_EVERY_S = 2.0
OPERATOR_S = 900
ON_THE_WAY = ("RECEIVED", "NEEDS_REVIEW", "SECOND_CHECK", "DISAGREED", "APPROVED", "ENTERING")
QUIET_ROUNDS_S = 420
"""A place that a killed run had taken is free again after five minutes, and then the last round is made."""


class Weekday:
    """One day in a folder of its own."""

    def __init__(self, folder: Path, day: Day) -> None:
        self._folder, self._day = folder, day
        self._handed_in, self._tally = HandedIn(), Tally()
        self._password = secrets.token_urlsafe(12)
        self._target = RunningTarget(folder / "register.sqlite3", "K0123", "himitsu-7")
        self._port = free_port()
        self._operator: subprocess.Popen[bytes] | None = None
        self._stuck = Counter[str]()
        self._said = ""

    @property
    def _desk(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def lived(self) -> tuple[str, bool]:
        """What is told of the day, and whether all that was counted agrees."""
        began_s = time.monotonic()
        with ExitStack() as stack:
            self._target.start()
            stack.callback(self._target.stop)
            make_site(self._folder, self._day, self._target.url)
            environment.prepare()
            wiring.ready_database()
            add_people(self._password)
            up = self._start_up(stack)
            feeder = Feeder(self._folder, self._day, self._handed_in)
            feeder.start()
            done_s = self._work(feeder, up, began_s)
            self._sum_up()
            story = self._story(done_s - began_s)
            found = checks(
                self._handed_in,
                self._target.database,
                self._folder / "config",
                self._desk,
                self._password,
            )
            found += story.checks()
        return written(self._day, self._handed_in, self._tally, story, found)

    def _start_up(self, stack: ExitStack) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flows", "up", "--every-minutes", "0", "--port", str(self._port)]
        program = Program("tenki up", command, self._folder / "up.log")
        process = stack.enter_context(running(program))
        wait_until_up(f"{self._desk}/healthz", program, process)
        return process

    def _work(self, feeder: Feeder, up: subprocess.Popen[bytes], began_s: float) -> float:
        """Until everything that was handed in has come to an end; when that was."""
        until_s = began_s + 60 * self._day.minutes
        killer = Killer(up.pid, self._day.kill_every_s or 1e9, self._day.seed, self._tally)
        killer.start()
        away_at_s, back_at_s = began_s + 0.4 * max(self._day.feed_s, 300), 0.0
        while time.monotonic() < until_s and (self._on_the_way() or feeder.is_alive()):
            now_s = time.monotonic()
            if self._day.away_s and not self._tally.away_s and now_s > away_at_s:
                self._target.stop()
                self._tally.away_s, back_at_s = self._day.away_s, now_s + self._day.away_s
            elif back_at_s and now_s > back_at_s:
                self._target.start()
                back_at_s = 0.0
            open_gate(self._tally, ICT)
            self._operate()
            time.sleep(LOOK_EVERY_S)
        killer.end()
        if back_at_s:
            self._target.start()
        if self._operator is not None:
            with suppress(ProcessLookupError):
                self._operator.kill()
        if feeder.fault:
            raise RuntimeError(feeder.fault)
        return time.monotonic()

    def _on_the_way(self) -> bool:
        from django.db import close_old_connections

        from cases.models import Case

        close_old_connections()
        wanted = sum(self._handed_in.cases(task) for task in TASKS)
        counts = Counter(Case.objects.values_list("state", flat=True))
        line = f"{wanted} handed in; {dict(counts)}; {self._tally}"
        if line != self._said:
            print(f"{wiring.now():%H:%M:%S} {line}", flush=True)
            self._said = line
        return sum(counts.values()) < wanted or any(counts[state] for state in ON_THE_WAY)

    def _operate(self) -> None:
        """The scripted operator works whatever waits, one run after the other."""
        from cases.models import Case

        if self._operator is not None and self._operator.poll() is None:
            return
        if self._operator is not None and self._operator.returncode:
            self._note_stuck()
        waiting = set(Case.objects.filter(state="NEEDS_REVIEW").values_list("task_id", flat=True))
        if not waiting:
            self._operator = None
            return
        command = [sys.executable, "-m", "rehearsal.operator", "--url", self._desk, "--user", OPERATOR]
        command += ["--truth", str(self._folder / "truth"), "--browser", wiring.browser_path()]
        command += [word for folder in wiring.config_folders() for word in ("--forms", str(folder / "forms"))]
        command += [word for task in sorted(waiting) for word in ("--task", task)]
        log = (self._folder / "operator.log").open("ab")
        self._operator = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, "REHEARSAL_DESK_PASSWORD": self._password},
            stdout=log,
            stderr=log,
        )

    def _note_stuck(self) -> None:
        lines = (self._folder / "operator.log").read_text(encoding="utf-8", errors="replace").splitlines()
        last = lines[-1] if lines else ""
        self._stuck[last[:200]] += 1
        print("the operator ended:", last[:200], flush=True)

    def _sum_up(self) -> None:
        """Minutes of people from the sample, as the demonstration does; then a last round of each task."""
        from cases.round_table import RoundReport
        from flows.demo_figures import add_sample_minutes

        add_sample_minutes()
        since, ends_s = wiring.now(), time.monotonic() + QUIET_ROUNDS_S
        while time.monotonic() < ends_s:
            made = set(RoundReport.objects.filter(began_at__gt=since).values_list("task_id", flat=True))
            if made == set(TASKS):
                return
            time.sleep(LOOK_EVERY_S)

    def _story(self, lasted_s: float) -> Story:
        from cases.models import Case
        from cases.round_table import RoundReport

        said = subprocess.run(
            [sys.executable, "-m", "flows", "audit", "verify"], cwd=PROJECT, capture_output=True, text=True
        )
        url = (self._folder / "var" / "prefect" / "address").read_text(encoding="utf-8")
        user, password = (self._folder / "var" / "prefect" / "auth").read_text(encoding="utf-8").split(":")
        with httpx.Client(base_url=f"{url}/api/", auth=(user, password), timeout=30) as client:
            runs = _all_runs(client)
            shown = client.post("artifacts/latest/filter", json={}).json()
            place = client.get("v2/concurrency_limits/target-rehearsal").json()
        last = {task: RoundReport.objects.filter(task=task).order_by("-ended_at").first() for task in TASKS}
        return Story(
            lasted_s=lasted_s,
            states={
                task: Counter(Case.objects.filter(task=task).values_list("state", "reason")) for task in TASKS
            },
            rounds={task: RoundReport.objects.filter(task=task).count() for task in TASKS},
            last_rounds=last,
            runs=Counter(f"{run['flow']} {run['state_type'].lower()}" for run in runs),
            artifacts={one["key"]: one["data"] for one in shown},
            place=int(place["active_slots"]),
            audit_whole=said.returncode == 0,
            audit_said=said.stdout.strip(),
            stuck=self._stuck,
            waits_s=_waits_s(),
            restarts=_restarts((self._folder / "up.log").read_text(encoding="utf-8")),
        )


def _all_runs(client: httpx.Client) -> list[dict[str, Any]]:
    flows = {one["id"]: one["name"] for one in client.post("flows/filter", json={}).json()}
    wanted = {"flows": {"name": {"any_": ["round", "enter", "intake"]}}, "limit": 200}
    found, offset = list[dict[str, Any]](), 0
    while page := client.post("flow_runs/filter", json={**wanted, "offset": offset}).json():
        found += [{**run, "flow": _name(run, flows[run["flow_id"]])} for run in page]
        offset += len(page)
    return found


def _name(run: dict[str, Any], flow: str) -> str:
    """An entry by itself was ordered because of what the round before had left."""
    return "enter-again" if flow == "enter" and not run["parent_task_run_id"] else flow


def _waits_s() -> list[float]:
    """From a file's arrival to the proof in the target."""
    from cases.models import Receipt

    rows = Receipt.objects.filter(outcome__in=("entered", "already_there"), case__state="ENTERED")
    moments = rows.values_list("case__source__received_at", "finished_at")
    return sorted((done - came).total_seconds() for came, done in moments if _are(came, done))


def _are(*moments: object) -> bool:
    return all(isinstance(one, datetime) for one in moments)


def _restarts(log: str) -> Counter[str]:
    """What ``tenki up`` said of parts that ended."""
    found = Counter[str]()
    for line in log.splitlines():
        if "starts again in" in line:
            found[line.split()[1]] += 1
    return found
