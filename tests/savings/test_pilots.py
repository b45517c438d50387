from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from cases.models import BaselineSample, Case, Reading, Task, TimeEvent
from savings.indicators import Step
from savings.pilots import pilots
from savings.stoploss import Mend, StopLoss, Verdict
from tests.savings.reports import plan

pytestmark = pytest.mark.django_db
STEPS = {"scan": {"minutes": 0.5, "n": 10, "timed_on": "2026-03-12", "source": "sample"}}
START = datetime(2026, 11, 2, 3, tzinfo=UTC)


def make_task(days_ahead: int = 30) -> Task:
    today = timezone.localdate()
    task = Task.objects.create(
        name="ido",
        title="住民異動届の入力",
        department="区民課",
        introduced_on=today + timedelta(days=days_ahead),
        target="rehearsal",
        steps=STEPS,
    )
    BaselineSample.objects.bulk_create(
        BaselineSample(
            task=task, minutes=each, timed_on=today, timed_by="担当", method="計測", source="measured"
        )
        for each in (3.0, 4.0, 5.0)
    )
    return task


def work_on(task: Task, count: int, minutes: float, *, asked: str = "new_head") -> None:
    """Sheets of the pilot, each corrected for so long, with one field asked and a slow robot."""
    for _ in range(count):
        at = START + timedelta(minutes=Case.objects.count())
        case = Case.objects.create(
            task=task,
            number=f"T26-{Case.objects.count():06d}",
            form="ido_todoke",
            form_version=1,
            created_at=at,
            updated_at=at,
        )
        Reading.objects.create(
            case=case, field_id=asked, confidence=0.5, blank=False, route="check", reader="ppocr", box_px=[]
        )
        for step, spent in ((Step.FIRST_CORRECTION, minutes), (Step.ROBOT, 9.0)):
            TimeEvent.objects.create(
                task=task, case=case, step=step, seconds=spent * 60, source="measured", at=at
            )


def only_pilot() -> StopLoss:
    (found,) = pilots(plan(), timezone.localdate())
    return found


def test_a_task_that_runs_is_no_pilot() -> None:
    make_task(days_ahead=0)
    assert pilots(plan(), timezone.localdate()) == ()


def test_the_first_sample_decides_and_robots_do_not_count() -> None:
    task = make_task()
    work_on(task, 29, 3.6)
    assert only_pilot().verdict is Verdict.WAIT
    work_on(task, 1, 3.6)
    found = only_pilot()
    assert found.verdict is Verdict.STOP
    assert (found.new_minutes, found.worst) == (pytest.approx(4.1), Step.FIRST_CORRECTION)


def test_sheets_after_the_first_sample_change_nothing() -> None:
    task = make_task()
    work_on(task, 30, 3.0)
    work_on(task, 40, 30.0)
    found = only_pilot()
    assert found.verdict is Verdict.GO
    assert found.new_minutes == pytest.approx(3.5)


def test_a_log_for_all_sheets_counts_by_its_share() -> None:
    task = make_task()
    work_on(task, 60, 1.0)
    TimeEvent.objects.create(task=task, step="scan", seconds=60 * 60, source="logged", at=START)
    assert only_pilot().new_minutes == pytest.approx(2.0)


@pytest.mark.parametrize(("asked", "first"), [("notifier_phone", Mend.DIGIT_BOXES), ("new_head", Mend.FORM)])
def test_what_is_asked_most_says_what_mends_it(asked: str, first: Mend) -> None:
    work_on(make_task(), 30, 9.0, asked=asked)
    assert only_pilot().mends[0] is first
