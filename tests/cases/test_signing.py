"""Timings, logs, closed half-years, corrections and judgements: what is signed stays as it was signed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from cases import history, judging, logs, roles, seed, timing
from cases.days import Work
from cases.errors import (
    BadMinutes,
    BadMove,
    BelowZero,
    CaseError,
    ClosedAlready,
    HalfClosed,
    HalfOpen,
    HalfRuns,
    NoBaseline,
    NoSentence,
    NotAllowed,
    OutOfTurn,
    Overlapping,
    SameSigner,
    Withdrawn,
)
from cases.history import Period
from cases.judging import Judged, Kind
from cases.logs import Log
from cases.models import AuditLine, BaselineSample, Task, TimeEvent
from cases.roles import Role
from cases.signed import HalfClosing, HistoryCorrection, Ownership, PlanStep, StepLog
from cases.timing import Run

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 12)
FIGURES: dict[str, Any] = {
    "each_minutes": 4.0,
    "volumes": [["2025-05-01", 120, 100]],
    "steps": [["2025-05-01", "scan", 24.0, 100, "measured", None]],
}
FIRST = Period(2025, 1)
MAY_2025 = date(2025, 5, 1)


@pytest.fixture
def staff(task: Task) -> dict[str, User]:
    return {
        "kacho": roles.add_user("kacho", "kacho-2026-nagai", [Role.DEPARTMENT], by="test"),
        "tantou": roles.add_user("tantou", "tantou-2026-nagai", [Role.DEPARTMENT], by="test"),
        "jouhou": roles.add_user("jouhou", "jouhou-2026-nagai", [Role.ICT], by="test"),
        "kansa": roles.add_user("kansa", "kansa-2026-nagai", [Role.AUDITOR], by="test"),
    }


def run(minutes: float = 4.0, starts: str = "", ends: str = "", **changes: Any) -> Run:
    clock = [time.fromisoformat(text) if text else None for text in (starts, ends)]
    return Run("shiken", Work("試験課 A", DAY, minutes, *clock), "ストップウォッチ", **changes)


def log(minutes: float = 30.0, day: date = DAY) -> Log:
    return Log("shiken", TimeEvent.Step.SCAN, Work("試験課 A", day, minutes), sheets=20)


def test_a_timing_is_noted_and_withdrawn_with_a_reason(task: Task, staff: dict[str, User]) -> None:
    row = timing.note(run(steps=(("入力", 3.0), ("照合", 1.0))), staff["tantou"])
    assert (row.origin, row.noted_by, row.steps) == ("stopwatch", "tantou", [["入力", 3.0], ["照合", 1.0]])
    with pytest.raises(NoSentence):
        timing.withdraw(row.pk, staff["tantou"], " ")
    timing.withdraw(row.pk, staff["tantou"], "押し間違い")
    with pytest.raises(Withdrawn):
        timing.withdraw(row.pk, staff["tantou"], "もう一度")
    kept = BaselineSample.objects.get(pk=row.pk)
    assert (kept.minutes, kept.withdrawn_by, kept.withdrawn_for) == (4.0, "tantou", "押し間違い")
    assert set(AuditLine.objects.values_list("what", flat=True)) >= {"timing.noted", "timing.withdrawn"}


def test_runs_that_cannot_be_are_refused(task: Task, staff: dict[str, User]) -> None:
    timing.note(run(4.0, "09:00", "09:05"), staff["tantou"])
    with pytest.raises(Overlapping):
        timing.note(run(4.0, "09:03", "09:09"), staff["tantou"])
    with pytest.raises(BadMinutes):
        timing.note(run(-4.0), staff["tantou"])
    with pytest.raises(NotAllowed):
        timing.note(run(), staff["kansa"])


def test_a_time_study_is_stored_whole_or_not_at_all(task: Task, staff: dict[str, User]) -> None:
    before = BaselineSample.objects.count()
    with pytest.raises(BadMinutes):
        timing.note_all([run(3.0), run(0.0)], staff["tantou"])
    assert BaselineSample.objects.count() == before
    assert timing.note_all([run(3.0), run(3.0)], staff["tantou"]) == 2


def test_seeding_again_leaves_what_was_timed_in_the_desk(task: Task, staff: dict[str, User]) -> None:
    timing.note(run(7.0, source=TimeEvent.Source.SAMPLE), staff["tantou"])
    seed.seed()
    assert sorted(row.minutes for row in BaselineSample.objects.all()) == [3.5, 4.5, 7.0]


def test_a_log_counts_by_its_time_event_until_it_is_withdrawn(task: Task, staff: dict[str, User]) -> None:
    row = logs.note(log(), staff["tantou"])
    event = TimeEvent.objects.get()
    assert (event.seconds, event.source, event.step, event.at.date()) == (1800, "logged", "scan", DAY)
    logs.withdraw(row.pk, staff["tantou"], "別の業務の分でした")
    assert not TimeEvent.objects.exists()
    assert StepLog.objects.get().withdrawn_for == "別の業務の分でした"
    with pytest.raises(Withdrawn):
        logs.withdraw(row.pk, staff["tantou"], "再度")


def test_a_closed_half_year_takes_no_log(task: Task, staff: dict[str, User]) -> None:
    early = logs.note(log(day=date(2025, 5, 12)), staff["tantou"])
    history.close(task, FIRST, FIGURES, staff["jouhou"])
    with pytest.raises(HalfClosed):
        logs.note(log(day=date(2025, 9, 30)), staff["tantou"])
    with pytest.raises(HalfClosed):
        logs.withdraw(early.pk, staff["tantou"], "誤り")
    assert logs.note(log(day=date(2025, 10, 1)), staff["tantou"]).pk


def test_closing_is_signed_once_and_for_good(task: Task, staff: dict[str, User]) -> None:
    row = history.close(task, FIRST, FIGURES, staff["jouhou"])
    assert history.is_intact(HalfClosing.objects.get())
    with pytest.raises(ClosedAlready):
        history.close(task, FIRST, FIGURES, staff["jouhou"])
    for change in (
        lambda: HalfClosing.objects.update(figures={}),
        lambda: HistoryCorrection.objects.update(amount=1),
    ):
        history.correct(task, MAY_2025, "scan", 1.0, "記入漏れ", staff["jouhou"])
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    row.figures = {**FIGURES, "each_minutes": 9.0}
    assert not history.is_intact(row)


@pytest.mark.parametrize(
    ("period", "figures", "who", "said"),
    [
        (FIRST, FIGURES, "tantou", NotAllowed),
        (FIRST, {**FIGURES, "each_minutes": None}, "jouhou", NoBaseline),
        (Period(2099, 1), FIGURES, "jouhou", HalfRuns),
    ],
)
def test_what_cannot_be_closed(
    task: Task,
    staff: dict[str, User],
    period: Period,
    figures: dict[str, Any],
    who: str,
    said: type[CaseError],
) -> None:
    with pytest.raises(said):
        history.close(task, period, figures, staff[who])


@pytest.mark.parametrize(
    ("what", "amount", "reason", "said"),
    [
        ("scan", -24.1, "過大", BelowZero),
        ("entered", -101, "過大", BelowZero),
        ("entered", 0.5, "端数", BelowZero),
        ("scan", 0, "なし", BelowZero),
        ("dancing", 1, "なし", BelowZero),
        ("scan", 1, "", NoSentence),
    ],
)
def test_a_correction_must_make_sense(
    task: Task, staff: dict[str, User], what: str, amount: float, reason: str, said: type[CaseError]
) -> None:
    with pytest.raises(HalfOpen):
        history.correct(task, MAY_2025, "scan", 1.0, "記入漏れ", staff["jouhou"])
    history.close(task, FIRST, FIGURES, staff["jouhou"])
    with pytest.raises(said):
        history.correct(task, MAY_2025, what, amount, reason, staff["jouhou"])


def test_corrections_add_up_down_to_zero(task: Task, staff: dict[str, User]) -> None:
    history.close(task, FIRST, FIGURES, staff["jouhou"])
    history.correct(task, MAY_2025, "scan", -20.0, "二重計上", staff["jouhou"])
    with pytest.raises(BelowZero):
        history.correct(task, MAY_2025, "scan", -5.0, "二重計上", staff["jouhou"])
    assert history.signed_amount(task, MAY_2025, "scan") == 4.0
    assert history.signed_amount(task, MAY_2025, "received") == 120


def test_a_year_is_judged_in_four_signed_steps(task: Task, staff: dict[str, User]) -> None:
    judged = Judged(task, 2026, 0)
    with pytest.raises(OutOfTurn):
        judging.sign_step(judged, Kind.APPROVAL, staff["kacho"])
    with pytest.raises(NoSentence, match="says ○"):
        judging.sign_step(judged, Kind.REPORT, staff["tantou"], sentence="順調です")
    with pytest.raises(NoSentence):
        judging.sign_step(judged, Kind.REPORT, staff["tantou"], mark="△")
    judging.sign_step(judged, Kind.REPORT, staff["tantou"], mark="△", sentence="確認に時間がかかりました。")
    with pytest.raises(SameSigner):
        judging.sign_step(judged, Kind.APPROVAL, staff["tantou"])
    judging.sign_step(judged, Kind.APPROVAL, staff["kacho"])
    with pytest.raises(NotAllowed):
        judging.sign_step(judged, Kind.INSTRUCTION, staff["kacho"], sentence="様式を見直すこと。")
    judging.sign_step(judged, Kind.INSTRUCTION, staff["jouhou"], sentence="様式を見直すこと。")
    judging.sign_step(judged, Kind.IMPROVEMENT, staff["tantou"], sentence="桁枠にしました。")
    judging.sign_step(judged, Kind.REPORT, staff["tantou"], mark="○")
    assert [(step.round, step.kind) for step in judged.steps()] == [
        (1, "report"),
        (1, "approval"),
        (1, "instruction"),
        (1, "improvement"),
        (2, "report"),
    ]
    assert all(history.is_intact(step) for step in PlanStep.objects.all())
    assert all(step.signed_at for step in judged.steps())


def test_key_tasks_are_judged_every_half_year_and_others_once(task: Task, staff: dict[str, User]) -> None:
    assert [one.half for one in judging.periods(task, 2026)] == [0]
    with pytest.raises(OutOfTurn):
        judging.sign_step(Judged(task, 2026, 1), Kind.REPORT, staff["tantou"], mark="○")
    task.key_task = True
    assert [one.half for one in judging.periods(task, 2026)] == [1, 2]


@pytest.mark.parametrize("since", [date(2026, 10, 2), date(2026, 4, 1), date(2026, 3, 1)])
def test_a_task_moves_on_the_first_of_a_month_after_it_began(task: Task, since: date) -> None:
    with pytest.raises(BadMove):
        history.move(task, "南区役所", since, "test")


def test_a_move_keeps_the_past_with_the_old_department(task: Task) -> None:
    history.move(task, "南区役所", date(2026, 10, 1), "test")
    owners = Ownership.objects.order_by("since").values_list("since", "department")
    assert list(owners) == [(date(2026, 4, 1), "試験課"), (date(2026, 10, 1), "南区役所")]
    with pytest.raises(BadMove):
        history.move(task, "北区役所", date(2026, 10, 1), "test")
