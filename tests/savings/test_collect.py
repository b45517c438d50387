from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import BaselineSample, Case, Receipt, Task, TimeEvent
from cases.states import State
from savings.collect import report, task_minutes
from savings.indicators import MonthVolume, Step, TaskMinutes
from savings.periods import FiscalYear
from savings.sampling import Source
from tests.savings.reports import APRIL, MAY, YEAR, plan

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
STEPS = {"scan": {"minutes": 0.5, "n": 10, "timed_on": "2026-03-12", "source": "sample"}}


def moment(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=TOKYO)


def make_task(name: str = "ido", **changes: object) -> Task:
    columns: dict[str, object] = {"title": name, "department": "区民課", "introduced_on": date(2026, 4, 1)}
    return Task.objects.create(name=name, target="rehearsal", **(columns | changes))


def make_case(
    task: Task, created: datetime, *, state: State = State.ENTERED, proven: datetime | None = None
) -> Case:
    """A case, with the receipt that proves its entry when ``proven``."""
    number = f"T26-{Case.objects.count():06d}"
    case = Case.objects.create(task=task, number=number, state=state, created_at=created, updated_at=created)
    if proven:
        Receipt.objects.create(case=case, outcome="entered", started_at=proven, finished_at=proven)
    return case


def spend(task: Task, step: Step, seconds: float, at: datetime, source: Source = Source.MEASURED) -> None:
    TimeEvent.objects.create(task=task, step=step.value, seconds=seconds, source=source.value, at=at)


def only_task() -> TaskMinutes:
    (found,) = task_minutes(YEAR)
    return found


def test_volumes_count_sheets_received_and_cases_proven() -> None:
    task = make_task()
    make_case(task, moment(4, 30), proven=moment(5, 1))
    make_case(task, moment(5, 1), proven=moment(5, 2))
    make_case(task, moment(5, 2), state=State.ENTERED_WRONG, proven=moment(5, 3))
    make_case(task, moment(5, 2), state=State.RETURNED)
    make_case(task, moment(5, 2), state=State.OUTCOME_UNKNOWN)
    assert only_task().volumes == (MonthVolume(APRIL, 1, 0), MonthVolume(MAY, 4, 3))


def test_a_case_counts_once_in_the_month_of_its_first_proof() -> None:
    task = make_task()
    case = make_case(task, moment(4, 1), proven=moment(4, 2))
    again = moment(6, 1)
    Receipt.objects.create(case=case, outcome="already_there", started_at=again, finished_at=again)
    early = moment(4, 1)
    Receipt.objects.create(case=case, outcome="unavailable", started_at=early, finished_at=early)
    assert only_task().volumes == (MonthVolume(APRIL, 1, 1),)


def test_a_case_that_a_person_found_in_the_target_counts_by_its_last_move() -> None:
    make_case(make_task(), moment(5, 7))
    assert only_task().volumes == (MonthVolume(MAY, 1, 1),)


def test_the_year_ends_at_midnight_of_the_city_hall() -> None:
    task = make_task()
    inside = (moment(4, 1, 0, 0), moment(3, 31, 23, 59, year=2027))
    outside = (moment(3, 31, 23, 59), moment(4, 1, 0, 0, year=2027))
    for at in (*inside, *outside):
        make_case(task, at, proven=at)
        spend(task, Step.FIRST_CORRECTION, 60, at)
    found = only_task()
    assert found.entered == found.received == 2
    assert found.after_minutes == pytest.approx(2.0)
    assert [volume.month for volume in found.volumes] == [APRIL, date(2027, 3, 1)]


def test_minutes_are_summed_by_month_step_and_source() -> None:
    task = make_task()
    spend(task, Step.FIRST_CORRECTION, 60, moment(4, 1))
    spend(task, Step.FIRST_CORRECTION, 30, moment(4, 30))
    spend(task, Step.FIRST_CORRECTION, 45, moment(4, 30), Source.SAMPLE)
    spend(task, Step.ROBOT, 600, moment(5, 1))
    found = [(step.month, step.step, step.minutes, step.n, step.source) for step in only_task().steps]
    assert found == [
        (APRIL, Step.FIRST_CORRECTION, 1.5, 2, Source.MEASURED),
        (APRIL, Step.FIRST_CORRECTION, 0.75, 1, Source.SAMPLE),
        (MAY, Step.ROBOT, 10.0, 1, Source.MEASURED),
    ]
    assert only_task().after_minutes == pytest.approx(2.25)


def test_the_timed_sample_stands_in_only_where_nobody_logged_the_step() -> None:
    task = make_task(steps=STEPS)
    for month in (4, 4, 5):
        make_case(task, moment(month, 3), proven=moment(month, 4))
    spend(task, Step.SCAN, 240, moment(5, 3), Source.LOGGED)
    by_month = {step.month: step for step in only_task().steps}
    assert (by_month[APRIL].minutes, by_month[APRIL].n, by_month[APRIL].per_sheet) == (1.0, 2, 0.5)
    assert by_month[APRIL].source is Source.SAMPLE
    assert (by_month[MAY].minutes, by_month[MAY].source) == (4.0, Source.LOGGED)


def test_own_timings_put_the_sample_aside() -> None:
    task = make_task()
    for minutes, source in ((9.0, "sample"), (12.0, "measured"), (14.0, "measured")):
        BaselineSample.objects.create(
            task=task,
            minutes=minutes,
            timed_on=date(2026, 2, 3),
            timed_by="区民課",
            method="計測",
            source=source,
        )
    baseline = only_task().baseline
    assert baseline is not None
    assert (baseline.n, baseline.mean_minutes, baseline.is_sample) == (2, 13.0, False)


def test_tasks_of_later_years_are_not_in_the_report() -> None:
    make_task("later", introduced_on=date(2027, 4, 1))
    make_task("stopped", enabled=False, key_task=True)
    found = report(YEAR, plan(), moment(11, 23))
    assert [(task.name, task.running, task.key_task) for task in found.tasks] == [("stopped", False, True)]
    assert found.today == date(2026, 11, 23)
    assert report(FiscalYear(2025), plan(), moment(11, 23)).tasks == ()


def test_the_number_of_queries_does_not_grow() -> None:
    for number in range(6):
        task = make_task(f"task-{number}", steps=STEPS)
        make_case(task, moment(4, 3), proven=moment(4, 4))
        spend(task, Step.FIRST_CORRECTION, 60, moment(4, 4))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(task_minutes(YEAR)) == 6
    assert len(queries) == 5
