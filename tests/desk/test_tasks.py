"""A task's page: the switch, the runs, the schedule as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cases.models import AuditLine, Case, Receipt, Task
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


def test_the_schedule_is_told_where_it_is_known(department: Client, settings: Settings) -> None:
    assert "この画面からは分かりません" in text(department)
    settings.ROUND_EVERY = timedelta(minutes=10)
    assert "10分ごと" in text(department) and "まで" in text(department)
    Task.objects.update(enabled=False)
    assert "再開するまで実行しません" in text(department)


def test_the_list_names_the_piles(department: Client, tmp_path: Path) -> None:
    make_case(tmp_path, "ido_todoke", {})
    assert Case.objects.count() == 1
    page = text(department, "/tasks")
    assert 'data-task="ido"' in page and 'data-task="kofu"' in page
