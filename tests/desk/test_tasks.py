"""A task's page: the switch, the runs, the schedule as far as it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cases import rounds
from cases.models import AuditLine, Case, Receipt, Task
from cases.round_table import RoundReport
from cases.rounds import Saved
from desk import ports
from desk.ports import Held, Ports
from tests.desk.sheets import make_case


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def department(tasks: None, people: Mapping[str, User]) -> Client:
    return client_of(people["department"])


def text(client: Client, url: str = "/tasks/ido") -> str:
    return client.get(url).content.decode()


def test_the_switch_pauses_and_resumes_with_an_audit_line(department: Client) -> None:
    for to, enabled in (("off", False), ("off", False), ("on", True)):
        department.post("/tasks/ido/switch", {"to": to})
        assert Task.objects.get(pk="ido").enabled is enabled
    kinds = AuditLine.objects.filter(who="department", what__startswith="task.").values_list(
        "what", flat=True
    )
    assert list(kinds.order_by("pk")) == ["task.paused", "task.resumed"]
    assert department.post("/tasks/ido/switch", {"to": "sideways"}).status_code == 400
    assert department.post("/tasks/nowhere/switch", {"to": "on"}).status_code == 404
    assert "事業の自動入力を停止" in text(department)


def test_runs_are_told_by_day(department: Client, tmp_path: Path) -> None:
    assert "直近14日に自動入力はありません" in text(department)
    case = make_case(tmp_path, "ido_todoke", {})
    now = timezone.now()
    for number, outcome in enumerate(("entered", "refused", "entered")):
        began = now - timedelta(minutes=number + 1)
        Receipt.objects.create(
            case=case,
            target="rehearsal",
            outcome=outcome,
            started_at=began,
            finished_at=began + timedelta(minutes=1),
        )
    page = text(department)
    assert '<td class="number">2</td><td class="number">1</td>' in page
    assert "3.00 分" in page


def test_the_last_rounds_are_told_with_their_figures(department: Client) -> None:
    assert "data-rounds" not in text(department)
    saved, ido = Saved(41.5 * 60, 0.668, sample=True), Task.objects.get(pk="ido")
    for fault in ("", "reader.fault"):
        RoundReport.objects.filter(pk=rounds.note(ido, timezone.now(), saved, (), fault).pk).update(
            sheets=12, fields=480, asked=31, entered=11, exceptions=1, refused=2
        )
    page = text(department)
    told = ["12", "480（31）", "11", '<a href="/queue?task=ido">1</a>', "41.5 時間", "66.8 %"]
    assert page.count("".join(f'<td class="number">{one}</td>' for one in told)) == 2
    assert page.count("読み取れず") == 1 and page.count("受付できず 2") == 2 and "見本値" in page


class Scheduler:
    """An orchestrator that holds what it is given; None: it is away."""

    def __init__(self, held: dict[str, Held] | None) -> None:
        self.held = held
        self.switched: list[tuple[str, bool]] = []

    def of_all(self, tasks: Sequence[str]) -> Mapping[str, Held] | None:
        return self.held

    def switch(self, task: str, on: bool) -> bool:
        self.switched.append((task, on))
        return True


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    found = Scheduler(None)
    ports.fill(Ports(schedules=found))
    yield found
    ports.fill(Ports())


def test_the_schedule_is_the_one_that_the_scheduler_holds(department: Client, scheduler: Scheduler) -> None:
    assert "予定なし（必要なときに実行）" in text(department)
    Task.objects.filter(pk="ido").update(schedule={"at": ["09:00"]}, limits={"latest": "16:30"})
    page = text(department)
    assert 'data-standing="away"' in page and "接続できない" in page
    assert "開庁日の 9:00" in page and "16:30を過ぎたら" in page
    assert page.count("9:00</li>") == 5, "reckoned, since nobody holds them"

    scheduler.held = {}
    assert 'data-standing="unknown"' in text(department)
    at = datetime(2026, 11, 30, 0, 15, tzinfo=UTC)
    scheduler.held = {"ido": Held(paused=False, watched=True, coming=(at,))}
    page = text(department)
    assert 'data-standing="held"' in page and page.count("</li>") >= 1 and "9:15</li>" in page
    assert "11月30日 09:15" in text(department, "/tasks")
    scheduler.held = {"ido": Held(paused=False, watched=False, coming=(at,))}
    assert 'data-standing="unwatched"' in text(department)
    scheduler.held = {"ido": Held(paused=True, watched=True)}
    assert 'data-standing="paused_there"' in text(department)


def test_the_switch_is_the_schedulers_too(department: Client, scheduler: Scheduler) -> None:
    department.post("/tasks/ido/switch", {"to": "off"})
    assert scheduler.switched == [("ido", False)]
    assert "再開するまで実行しません" in text(department)


def test_the_sites_own_rounds_are_told(department: Client, settings: Settings) -> None:
    settings.ROUND_EVERY = timedelta(minutes=10)
    assert "10分ごと（この施設の共通の予定）" in text(department)


def test_the_list_names_the_piles(department: Client, tmp_path: Path) -> None:
    make_case(tmp_path, "ido_todoke", {})
    assert Case.objects.count() == 1
    page = text(department, "/tasks")
    assert 'data-task="ido"' in page and 'data-task="kofu"' in page
