"""The site of the weekday: three tasks with schedules, a target, people, and what is handed in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parents[3]
SHIPPED = PROJECT / "config"
NOTICES, APPLICATIONS, TABLE = "ido", "kofu", "denshi"
TASKS = (NOTICES, APPLICATIONS, TABLE)
FORMS = {NOTICES: "ido_todoke", APPLICATIONS: "juminhyo_kofu", TABLE: "juminhyo_kofu"}
KEY, SEPARATOR = "申込番号", ";"
BATCH = 10
"""Sheets that a scanner hands in at a time."""

FIRST_SEED = 40_000
OPERATOR, DEPARTMENT, ICT = "kakunin", "shokan", "joho"


@dataclass(frozen=True)
class Day:
    """What the day holds. ``feed_s``: how long sheets keep coming in."""

    notices: int
    applications: int
    rows: int
    minutes: float
    every_minutes: int
    feed_s: float
    kill_every_s: float
    away_s: float
    """How long the target is away in the middle of the day."""

    seed: int


@dataclass
class HandedIn:
    """What was handed in, by task; written while the day goes on."""

    files: dict[str, list[str]] = field(default_factory=lambda: {task: [] for task in TASKS})
    """Names of files whose every page or row is a case of its own."""

    rows: int = 0
    again: int = 0
    """Files and rows that were handed in a second time, and make no case."""

    damaged: int = 0

    def cases(self, task: str) -> int:
        return self.rows if task == TABLE else len(self.files[task])


def make_site(folder: Path, day: Day, url: str) -> None:
    """The configuration folder, which the environment names from then on."""
    config = folder / "config"
    for name in ("tasks", "samples", "targets"):
        (config / name).mkdir(parents=True)
    (config / "site.toml").write_text("entry_lease_seconds = 20\nread_lease_seconds = 20\n", encoding="utf-8")
    _write_target(config, url)
    for number, task in enumerate(TASKS):
        _write_task(config, task, day.every_minutes, number)
    baseline = (SHIPPED / "samples" / "baseline_kofu.yaml").read_text(encoding="utf-8")
    own = baseline.replace("task: kofu", f"task: {TABLE}")
    (config / "samples" / f"baseline_{TABLE}.yaml").write_text(own, encoding="utf-8")


def _write_target(config: Path, url: str) -> None:
    """As shipped, at its address here, with waits as short as a loopback allows and open at all hours."""
    yaml = YAML()
    data = yaml.load((SHIPPED / "targets" / "rehearsal.yaml").read_text(encoding="utf-8"))
    data |= {"url": url, "settle_s": 1.0, "step_timeout_s": 20, "doubt_timeout_s": 20, "contexts": 2}
    data["retry"] = {"waits_s": [1.0], "breaker": 3, "shut_s": 60}
    data.pop("hours", None)
    with (config / "targets" / "rehearsal.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


def _write_task(config: Path, task: str, every_minutes: int, number: int) -> None:
    """As shipped, with rounds at all hours; the table's task lets through what nothing asks about."""
    yaml = YAML()
    shipped = NOTICES if task == NOTICES else APPLICATIONS
    data = yaml.load((SHIPPED / "tasks" / f"{shipped}.yaml").read_text(encoding="utf-8"))
    data["schedule"] = {"cron": f"{number % every_minutes}-59/{every_minutes} * * * *", "days": "every"}
    if task == TABLE:
        data |= {"name": TABLE, "title": "電子申請の受付", "baseline": f"samples/baseline_{TABLE}.yaml"}
        data["policy"]["approve_unasked"] = True
        data["source"] = _source()
        del data["steps"]
    with (config / "tasks" / f"{task}.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


def _source() -> dict[str, Any]:
    columns = {name: {"field": name, "separator": SEPARATOR} for name in _columns()}
    return {"kind": "rows", "form": FORMS[TABLE], "key": KEY, "columns": columns}


def _columns() -> list[str]:
    from forms.definition import Kind
    from forms.library import load_form

    form = load_form(SHIPPED / "forms" / f"{FORMS[TABLE]}.yaml")
    return [one.id for one in form.fields if not one.office and one.kind is not Kind.STAMP]


def add_people(password: str) -> None:
    from cases.access import assign_everything
    from cases.roles import Role, add_user

    roles = {OPERATOR: Role.OPERATOR, DEPARTMENT: Role.DEPARTMENT, ICT: Role.ICT}
    for name, role in roles.items():
        assign_everything(add_user(name, password, [role], by="weekday"), by="weekday")


class Feeder(threading.Thread):
    """The department's scanners and its download of applications: files come in by and by, the whole day."""

    def __init__(self, folder: Path, day: Day, handed_in: HandedIn) -> None:
        super().__init__(daemon=True)
        self.truth = folder / "truth"
        self.truth.mkdir()
        self._day, self._in, self._folder = day, handed_in, folder
        self.fault = ""

    def run(self) -> None:
        try:
            self._feed()
        except (OSError, LookupError, subprocess.CalledProcessError) as error:
            # It is told at the end instead of being lost with the thread.
            self.fault = f"{type(error).__name__}: {error}"

    def _feed(self) -> None:
        batches = list(_batches(self._day))
        began_s = time.monotonic()
        for number, (task, first, count) in enumerate(batches):
            made = self._scan(task, first, count)
            due_s = began_s + self._day.feed_s * number / len(batches)
            time.sleep(max(0.0, due_s - time.monotonic()))
            self._drop(task, made)
            if number == len(batches) // 3:
                self._drop_table()
            if number == len(batches) // 2:
                self._drop_oddities(made, task)

    def _scan(self, task: str, first: int, count: int) -> list[Path]:
        made = self._folder / "scanned" / f"{task}-{first}"
        command = [sys.executable, "-m", "rehearsal.specimens", "--form", FORMS[task]]
        command += ["--count", str(count), "--seed", str(first), "--out", str(made)]
        subprocess.run(command, check=True, capture_output=True, cwd=PROJECT, preexec_fn=lambda: os.nice(10))
        for path in made.glob("*.truth.json"):
            path.rename(self.truth / path.name)
        return sorted(made.iterdir())

    def _drop(self, task: str, paths: Sequence[Path]) -> None:
        for path in paths:
            _into_inbox(task, path, path.name)
            self._in.files[task].append(path.name)

    def _drop_table(self) -> None:
        path = write_table(self._folder / "denshi.csv", self._day.rows, self._day.seed, self.truth)
        _into_inbox(TABLE, path, path.name)
        self._in.files[TABLE].append(path.name)
        self._in.rows += self._day.rows
        self._in.again += 1

    def _drop_oddities(self, made: Sequence[Path], task: str) -> None:
        """A sheet that is scanned twice into one file's bytes, and a file that breaks off."""
        from forms.library import load_form
        from rehearsal.damaged import make_damaged

        kept = self._folder / "again"
        shutil.copytree(self._folder / "scanned", kept)
        _into_inbox(task, next(kept.rglob(made[0].name)), f"again-{made[0].name}")
        self._in.again += 1
        form = load_form(SHIPPED / "forms" / f"{FORMS[NOTICES]}.yaml")
        (broken,) = make_damaged(form, self._folder / "damaged", "truncated").values()
        _into_inbox(NOTICES, broken, broken.name)
        self._in.files[NOTICES].append(broken.name)
        self._in.damaged += 1


def _batches(day: Day) -> Iterator[tuple[str, int, int]]:
    """Task, first seed and number of sheets, the two tasks by turns."""
    left = {NOTICES: day.notices, APPLICATIONS: day.applications}
    seed = FIRST_SEED + 1000 * day.seed
    while any(left.values()):
        for task, wanted in left.items():
            count = min(BATCH, wanted)
            if count:
                yield task, seed, count
            left[task], seed = wanted - count, seed + count


def _into_inbox(task: str, path: Path, name: str) -> None:
    """Copied beside and renamed, as a scanner that knows its trade does it."""
    from flows.inbox_folder import folder_of

    inbox = folder_of(task).path
    inbox.mkdir(parents=True, exist_ok=True)
    part = inbox / f".{name}.part"
    shutil.copyfile(path, part)
    part.rename(inbox / name)


def write_table(path: Path, count: int, seed: int, truth: Path) -> Path:
    """The applications of a day as a CSV file, one of them twice, with their truth for the operator."""
    from forms.library import load_form
    from rehearsal.stories import story

    form = load_form(SHIPPED / "forms" / f"{FORMS[TABLE]}.yaml")
    columns, lines, pages = _columns(), list[str](), list[dict[str, object]]()
    for number in range(count):
        told = story(form, np.random.default_rng([seed, number]))
        cells = [told.values[name].replace(",", SEPARATOR) for name in columns]
        lines.append(",".join([f"E-{number + 1:05d}", *cells]))
        values = {name: told.values[name] for name in columns}
        pages.append({"form": form.form, "version": form.version, "values": values, "mistakes": []})
    text = "\r\n".join([",".join([KEY, *columns]), *lines, lines[0], ""])
    path.write_bytes(text.encode("utf-8-sig"))
    # The title row is the file's first, so that the row of an application has the next number.
    words = json.dumps({"pages": [pages[0], *pages]}, ensure_ascii=False)
    (truth / f"{path.stem}.truth.json").write_text(words, encoding="utf-8")
    return path
