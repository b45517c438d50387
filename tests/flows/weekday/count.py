"""Counts the day from outside: what was handed in, what the target holds, what the desk's pages say."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from tests.flows.weekday.site import DEPARTMENT, NOTICES, TASKS, HandedIn

MINUTES_IN_HOUR = 60
ROUNDING_H = 0.051
"""Ten hours and more are shown with one decimal."""


@dataclass(frozen=True)
class Check:
    """One thing that was counted twice, by different ways."""

    what: str
    outside: object
    tenki: object

    @property
    def good(self) -> bool:
        return self.outside == self.tenki


@dataclass(frozen=True)
class Page:
    """What the desk's page of a task says."""

    piles: dict[str, int]
    entered: int
    before_h: float
    after_h: float


def checks(handed_in: HandedIn, register: Path, config: Path, desk: str, password: str) -> list[Check]:
    """Everything that has to agree, in the order in which it is told."""
    from flows import demo_proof

    proof = demo_proof.compare_all(register)
    found = [
        Check("entered, each once in the target, all fields alike", len(proof.cases), _proven(proof)),
        Check("registrations in the target that no case explains", 0, proof.unexplained),
    ]
    with httpx.Client(base_url=desk, timeout=60) as client:
        _sign_in(client, password)
        for task in TASKS:
            found += _of_task(task, handed_in, register, config, client)
    return found


def _proven(proof: Any) -> int:
    return sum(case.proven for case in proof.cases)


def _of_task(
    task: str, handed_in: HandedIn, register: Path, config: Path, client: httpx.Client
) -> list[Check]:
    from cases.models import Case
    from cases.round_table import RoundReport

    cases = list(Case.objects.filter(task=task).select_related("source"))
    registered = _registrations(register, {case.number for case in cases})
    page = page_of(client.get(f"/tasks/{task}").text)
    rounds = list(RoundReport.objects.filter(task=task))
    in_rounds = sum(one.sheets for one in rounds), sum(one.entered for one in rounds)
    handed = handed_in.cases(task)
    before_h, after_h = _hours(task, handed, registered, config)
    sources = sorted({case.source.original_name for case in cases})
    found = [
        Check(f"{task}: sheets and rows handed in, cases", handed, len(cases)),
        Check(f"{task}: files handed in, files with cases", sorted(handed_in.files[task]), sources),
        Check(f"{task}: handed in, sheets of the rounds", handed, in_rounds[0]),
        Check(f"{task}: in the target, entered by the rounds", registered, in_rounds[1]),
        Check(f"{task}: in the target, 入力済 on the desk's page", registered, page.piles["ENTERED"]),
        Check(f"{task}: in the target, cases of the saving", registered, page.entered),
        Check(f"{task}: hours the old way", *_near(before_h, page.before_h)),
        Check(f"{task}: hours the new way", *_near(after_h, page.after_h)),
    ]
    return found if task != NOTICES else [*found, _damaged(handed_in)]


def _near(outside: float, shown: float) -> tuple[str, str]:
    """Both as the page shows them; the same where they differ by rounding only."""
    near = abs(outside - shown) < ROUNDING_H
    return f"{shown if near else outside:.2f}", f"{shown:.2f}"


def _damaged(handed_in: HandedIn) -> Check:
    from cases.models import Case

    waits = Case.objects.filter(state="UNREADABLE", reason="file.truncated").count()
    return Check("files that break off, waiting for a person with that reason", handed_in.damaged, waits)


def _registrations(register: Path, numbers: set[str]) -> int:
    """How many of a task's cases stand in the target, by its own table."""
    with closing(sqlite3.connect(f"{register.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT DISTINCT reception_number FROM registration").fetchall()
    return len({row[0] for row in rows} & numbers)


def _hours(task: str, received: int, entered: int, config: Path) -> tuple[float, float]:
    """From the sample files and the plain rows of noted seconds, past the room that makes the figures."""
    yaml = YAML(typ="safe")
    data = yaml.load((config / "tasks" / f"{task}.yaml").read_text(encoding="utf-8"))
    own = config / data["baseline"]
    shipped = Path(__file__).resolve().parents[3] / "config" / data["baseline"]
    sample = yaml.load((own if own.exists() else shipped).read_text(encoding="utf-8"))["timings"]
    each = sum(row["minutes"] for row in sample) / sum(row.get("sheets", 1) for row in sample)
    steps = sum(step["minutes"] for step in data.get("steps", {}).values())
    after = steps * received + _noted_minutes(task)
    return each * entered / MINUTES_IN_HOUR, after / MINUTES_IN_HOUR


def _noted_minutes(task: str) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(seconds), 0) FROM cases_timeevent WHERE task_id = %s AND step <> 'robot'",
            [task],
        )
        return float(cursor.fetchone()[0]) / MINUTES_IN_HOUR


def page_of(html: str) -> Page:
    """Read as a person reads it: the piles, the saving's sentence."""
    piles = {
        state: int(n)
        for state, n in re.findall(r'state=([A-Z_]+)"[^>]*><small>[^<]*</small><span class="n">(\d+)', html)
    }
    said = re.search(r"導入前 ([\d.,−]+) 時間 → 導入後 ([\d.,−]+) 時間（(\d+)件", html)
    before, after, entered = said.groups() if said else ("0", "0", "0")
    return Page(piles, int(entered), _number(before), _number(after))


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def _sign_in(client: httpx.Client, password: str) -> None:
    page = client.get("/sign-in")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    answer = client.post(
        "/sign-in",
        data={"username": DEPARTMENT, "password": password, "csrfmiddlewaretoken": token[1]},
        headers={"Referer": str(page.url)},
    )
    assert answer.status_code == httpx.codes.FOUND, answer.status_code
