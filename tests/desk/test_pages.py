"""The board and the case page: what waits, what happened, what the robot brought back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cases import claims, entry, intake, review
from cases.entry import FieldCheck, Outcome, Proof
from cases.models import AuditLine, Case, Page
from cases.states import State
from desk import ports, reason_words, refusal_words, words
from desk.history import attempts
from desk.ports import Ports, RunnerUnavailableError
from desk.saved import saved_by_task
from forms.facts import Route
from tests.desk.sheets import make_case

NAME = "髙橋　健一"


def client_of(people: Mapping[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def approved(tmp_path: Path, operator: User) -> Case:
    made = make_case(tmp_path, "ido_todoke", {"new_head": NAME}, {"new_head": Route.CHECK})
    case = claims.claim(made.pk, operator)
    review.give_value(case, operator, "new_head", "髙橋　健二")
    for question in review.open_questions(case):
        if question.finding is not None:
            review.confirm_finding(case, operator, question.finding)
    review.approve(case, operator)
    return case


def entered(case: Case, seen: str) -> None:
    record = entry.begin_next(case.task_id, "robot-1")
    assert record is not None
    now = timezone.now()
    checks = (
        FieldCheck("reception_number", case.number, case.number, same=True),
        FieldCheck("new_head", "髙橋　健二", seen, seen == "髙橋　健二"),
        FieldCheck("moved_on", "2026-11-02", "2026-11-02", same=True),
        FieldCheck("new_building", "", "", same=True),
        FieldCheck("persons.1.my_number", "＊" * 12, "＊" * 12, same=True),
    )
    proof = Proof(
        target="rehearsal",
        outcome=Outcome.ENTERED,
        started_at=now,
        finished_at=now + timedelta(seconds=3),
        receipt_number="R-0007",
        read_back=checks,
        steps=(("sign_in", 0.01), ("type.ido_1", 2.0), ("type.ido_2", 1.0), ("read_back", 1.0)),
    )
    entry.finish(case.pk, "robot-1", proof)


class Started:
    """A runner that only remembers what it was asked for."""

    def __init__(self, available: bool = True) -> None:
        self.asked: list[tuple[str, str]] = []
        self.available = available

    def run_task(self, task: str, by: str) -> None:
        if not self.available:
            raise RunnerUnavailableError
        self.asked.append((task, by))

    def look_up(self, task: str) -> None:
        if not self.available:
            raise RunnerUnavailableError
        self.asked.append((task, "look-ups"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("seen", "verdict", "state"),
    [
        ("髙橋　健二", "すべて一致", State.ENTERED),
        ("高橋　健二", "相違", State.OUTCOME_UNKNOWN),
    ],
)
def test_the_case_page_tells_what_happened_and_what_came_back(
    seen: str, verdict: str, state: State, tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = approved(tmp_path, people["operator"])
    entered(case, seen)
    page = client_of(people, "department").get(f"/cases/{case.pk}").content.decode()
    assert f'data-state="{state}"' in page
    assert verdict in page
    assert seen in page
    assert "R-0007" in page
    for what in (
        "case.opened",
        "case.read",
        "case.claimed",
        "value.given",
        "case.approved",
        "entry.finished",
    ):
        assert f'data-what="{what}"' in page
    assert "髙橋　健一" in page


@pytest.mark.django_db(transaction=True)
def test_a_proof_is_shown_in_the_forms_own_words(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = approved(tmp_path, people["operator"])
    entered(case, "髙橋　健二")
    (attempt,) = attempts(case)
    rows = {check.label: (check.expected, check.seen) for check in attempt.checks}
    assert rows == {
        "受付番号": (case.number, case.number),
        "新世帯主": ("髙橋　健二", "髙橋　健二"),
        "異動年月日": ("令和8年11月2日", "令和8年11月2日"),
        "異動者1 個人番号": ("＊" * 12, "＊" * 12),
    }
    assert attempt.blanks == ("新住所の方書",)
    assert [(step.title, step.seconds, step.times) for step in attempt.steps] == [
        ("入力", 3.0, 2),
        ("読み戻し", 1.0, 1),
    ]
    page = client_of(people, "operator").get(f"/cases/{case.pk}").content.decode()
    assert "空欄の一致 1項目を表示" in page
    assert "ロボット 1" in page
    # Between two steps the line may break, in English too, where a comma alone does not let it.
    assert page.count("</span><wbr>") == len(attempt.steps)
    proof, other_ways = page.index("data-checks"), page.index("data-other-ways")
    assert proof < other_ways < page.index('data-way="wrong"')


def test_an_unreadable_case_shows_what_is_kept(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {})
    Page.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).update(state=State.UNREADABLE, reason="sheet.cut")
    shown = client_of(people, "operator").get(f"/cases/{case.pk}").content.decode()
    kept = shown[shown.index("data-kept") :]
    assert "scan-0001.png" in kept
    assert "1ページ目" in kept
    assert "data-kept" not in client_of(people, "ict").get(f"/cases/{case.pk}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_unknown_outcome_is_settled_by_a_person(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = approved(tmp_path, people["operator"])
    entered(case, "高橋　健二")
    client = client_of(people, "operator")
    page = client.get(f"/cases/{case.pk}").content.decode()
    offered = [way for way in ("arrived", "not-arrived", "wrong") if f'data-way="{way}"' in page]
    assert offered == ["arrived", "not-arrived", "wrong"]
    client.post(f"/cases/{case.pk}/move/wrong", {"note": "字体が違う"})
    case.refresh_from_db()
    assert (case.state, case.reason_detail) == (State.ENTERED_WRONG, "字体が違う")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("available", [True, False])
def test_a_robot_is_asked_to_look_and_to_enter_nothing(
    available: bool, tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = approved(tmp_path, people["operator"])
    entered(case, "高橋　健二")
    runner = Started(available)
    ports.fill(Ports(runner=runner))
    try:
        client_of(people, "operator").post(f"/cases/{case.pk}/move/prove")
    finally:
        ports.fill(Ports())
    case.refresh_from_db()
    assert (case.state, case.reason) == (State.OUTCOME_UNKNOWN, "proof.asked")
    assert runner.asked == ([("ido", "look-ups")] if available else [])
    started = AuditLine.objects.filter(what="task.looked_up", case_id=case.pk, who="operator")
    assert started.count() == len(runner.asked)


@pytest.mark.django_db(transaction=True)
def test_a_persons_word_is_named_as_such(tasks: None, people: Mapping[str, User], tmp_path: Path) -> None:
    case = approved(tmp_path, people["operator"])
    entered(case, "高橋　健二")
    client = client_of(people, "operator")
    client.post(f"/cases/{case.pk}/move/arrived", {"note": "字体のほかは同じ"})
    page = client.get(f"/cases/{case.pk}").content.decode()
    word = page[page.index('data-outcome="vouched"') :]
    word = word[: word.index("</section>")]
    assert "担当者の確認（照合なし）" in word and "operator" in word and "字体のほかは同じ" in word
    assert "すべて一致" not in word
    assert "字体のほかは同じ" not in client_of(people, "auditor").get(f"/cases/{case.pk}").content.decode()


def test_the_board_counts_each_state_and_names_the_one_action(
    tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {"new_head": NAME})
    other = tmp_path / "other.pdf"
    other.write_bytes(b"")
    os.utime(other, (0, 0))
    odd = intake.open_case(intake.receive(case.task, other, "intake").source, 0)
    intake.record_problem(odd, "file.empty")
    page = client_of(people, "operator").get("/").content.decode()
    assert 'data-state="NEEDS_REVIEW" data-count="1"' in page
    assert f'<tr data-case-number="{odd.number}" data-state="UNREADABLE">' in page
    assert reason_words.reason("file.empty") in page
    assert words.action(State.UNREADABLE) in page


def test_nothing_waiting_is_said(tasks: None, people: Mapping[str, User]) -> None:
    page = client_of(people, "operator").post("/next", {"task": "ido"}, follow=True).content.decode()
    assert 'data-message="nothing-waiting"' in page


@pytest.mark.parametrize(
    ("waiting", "offered", "calm"), [(True, "確認を始める（1件）", 1), (False, "確認待ちはありません", 2)]
)
def test_the_board_offers_work_only_where_some_waits(
    waiting: bool, offered: str, calm: int, tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    if waiting:
        make_case(tmp_path, "ido_todoke", {})
    page = client_of(people, "operator").get("/").content.decode()
    assert offered in page
    assert page.count("確認待ちはありません") == calm
    assert page.count("autofocus") == int(waiting)


@pytest.mark.parametrize(
    ("rate", "target", "said", "filled"),
    [
        (0.617, 0.75, "削減率 61.7 %、目標 75 %", "61.7%"),
        (-2.5, 0.75, "削減率 −250.0 %、目標 75 %", "0.0%"),
        (1.0, None, "削減率 100.0 %、目標なし", "100.0%"),
    ],
)
def test_the_gauge_says_what_it_shows(rate: float, target: float | None, said: str, filled: str) -> None:
    gauge = render_to_string("desk/gauge.html", {"rate": rate, "target": target})
    assert f'aria-label="{said}"' in gauge
    assert f'width="{filled}"' in gauge
    assert ('class="target"' in gauge) is (target is not None)


def test_a_wrong_plan_leaves_the_board_without_a_target(
    tasks: None, people: Mapping[str, User], tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "own.yaml").write_text("title: [", encoding="utf-8")
    assert saved_by_task().target_rate == 0.75
    settings.CONFIG_FOLDERS = (*settings.CONFIG_FOLDERS, tmp_path)
    assert saved_by_task().target_rate is None
    assert client_of(people, "operator").get("/").status_code == 200


@pytest.mark.parametrize(("available", "said"), [(True, "開始しました"), (False, "開始できませんでした")])
def test_run_now_asks_the_port(available: bool, said: str, tasks: None, people: Mapping[str, User]) -> None:
    runner = Started(available)
    ports.fill(Ports(runner=runner))
    try:
        page = client_of(people, "ict").post("/tasks/ido/run", follow=True).content.decode()
    finally:
        ports.fill(Ports())
    assert said in page
    assert runner.asked == ([("ido", "ict")] if available else [])
    assert AuditLine.objects.filter(what="task.run").count() == len(runner.asked)


def test_a_port_that_nobody_filled_is_not_offered(tasks: None, people: Mapping[str, User]) -> None:
    page = client_of(people, "ict").get("/").content.decode()
    assert 'data-action="run"' not in page


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words(state: State) -> None:
    assert state.label
    waits = state in words.EXCEPTIONS
    assert bool(words.action(state)) is waits


def test_an_unknown_code_is_shown_and_not_hidden() -> None:
    assert "moon.landed" in reason_words.reason("moon.landed")
    assert "case.moon" in refusal_words.refusal("case.moon")
