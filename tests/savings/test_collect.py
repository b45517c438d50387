from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import history, roles
from cases import minutes as clock
from cases.history import Period
from cases.models import BaselineSample, Case, Receipt, Task, TimeEvent
from cases.roles import Role
from cases.signed import HalfClosing, MonthSummary
from cases.states import State
from desk.working import step_of
from savings.collect import forged, report, task_minutes, years_minutes
from savings.frozen import figures_of
from savings.groups import by_department
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


def time_old_way(task: Task, minutes: float) -> None:
    BaselineSample.objects.create(
        task=task,
        minutes=minutes,
        timed_on=date(2026, 2, 3),
        timed_by="区民課",
        method="計測",
        source="measured",
    )


@pytest.fixture
def ict() -> User:
    return roles.add_user("ict", "joho-seisaku-2026", [Role.ICT], by="test")


def only_task() -> TaskMinutes:
    (found,) = task_minutes(YEAR)
    return found


def test_the_desks_second_check_reaches_its_step() -> None:
    """What is counted while a sheet is checked again, or decided between two values, is staff time."""
    task = make_task()
    case = make_case(task, moment(5, 12), proven=moment(5, 12))
    for state in (State.SECOND_CHECK, State.DISAGREED):
        case.state = state
        clock.add(task, step_of(case), 90.0, TimeEvent.Source.MEASURED, case=case)
    [row] = task_minutes(FiscalYear.of(timezone.localdate()))
    assert row.step_minutes(Step.SECOND_CHECK) == 3.0


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
    task = make_task(introduced_on=date(2024, 4, 1))
    inside = (moment(4, 1, 0, 0, year=2025), moment(3, 31, 23, 59))
    outside = (moment(3, 31, 23, 59, year=2025), moment(4, 1, 0, 0))
    for at in (*inside, *outside):
        make_case(task, at, proven=at)
        spend(task, Step.FIRST_CORRECTION, 60, at)
    (found,) = task_minutes(FiscalYear(2025))
    assert found.entered == found.received == 2
    assert found.after_minutes == pytest.approx(2.0)
    assert [volume.month for volume in found.volumes] == [date(2025, 4, 1), date(2026, 3, 1)]


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


def test_the_number_of_queries_does_not_grow_with_tasks_and_cases() -> None:
    counts = []
    for number in range(6):
        task = make_task(f"task-{number}", steps=STEPS)
        make_case(task, moment(4, 3), proven=moment(4, 4))
        spend(task, Step.FIRST_CORRECTION, 60, moment(4, 4))
        task_minutes(YEAR)
        with CaptureQueriesContext(connection) as queries:
            assert len(task_minutes(YEAR)) == number + 1
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_a_month_that_is_over_is_summed_once_and_again_when_something_is_written() -> None:
    task = make_task()
    make_case(task, moment(4, 3), proven=moment(4, 4))
    spend(task, Step.SCAN, 60, moment(4, 4))
    assert only_task().after_minutes == 1.0
    assert MonthSummary.objects.filter(month=APRIL).count() == 2
    spend(task, Step.SCAN, 60, moment(4, 30, 23, 59))
    assert not MonthSummary.objects.filter(month=APRIL, kind="minutes").exists()
    assert only_task().after_minutes == 2.0
    TimeEvent.objects.update(seconds=90)
    assert only_task().after_minutes == 3.0
    TimeEvent.objects.first().delete()  # type: ignore[union-attr]  # there are two
    assert only_task().after_minutes == 1.5


def test_a_case_found_late_changes_the_month_of_its_proof() -> None:
    task = make_task()
    case = make_case(task, moment(4, 3), state=State.OUTCOME_UNKNOWN, proven=moment(4, 4))
    other = make_case(task, moment(4, 3), state=State.APPROVED)
    assert only_task().entered == 0
    Case.objects.filter(pk=case.pk).update(state=State.ENTERED)
    assert only_task().volumes == (MonthVolume(APRIL, 2, 1),)
    at = moment(4, 30)
    Case.objects.filter(pk=other.pk).update(state=State.ENTERED)
    Receipt.objects.create(case=other, outcome="entered", started_at=at, finished_at=at)
    assert only_task().volumes == (MonthVolume(APRIL, 2, 2),)


def test_what_goes_with_the_end_of_its_retention_stays_counted() -> None:
    make_case(make_task(), moment(4, 3), proven=moment(4, 4))
    before = only_task().volumes
    Case.objects.all().delete()
    assert only_task().volumes == before


def test_months_before_going_live_are_a_pilot_and_count_for_nothing() -> None:
    task = make_task(introduced_on=date(2026, 5, 15))
    for month in (4, 5):
        make_case(task, moment(month, 3), proven=moment(month, 4))
        spend(task, Step.SCAN, 60, moment(month, 4))
    found = only_task()
    assert [row.month for row in found.volumes] == [row.month for row in found.steps] == [MAY]


def test_a_moved_task_keeps_its_past_department() -> None:
    task = make_task(introduced_on=date(2025, 4, 1))
    history.move(task, "南区役所", date(2026, 6, 1), "seed")
    make_case(task, moment(5, 3), proven=moment(5, 4))
    make_case(task, moment(6, 3), proven=moment(6, 4))
    found = task_minutes(YEAR)
    assert found[0].department == "南区役所"
    groups = {group.key: group.tasks[0].entered for group in by_department(found, YEAR)}
    assert groups == {"南区役所": 1, "区民課": 1}
    assert task_minutes(FiscalYear(2025))[0].department == "区民課"


def test_withdrawn_timings_do_not_count_and_citizens_are_kept_apart() -> None:
    task = make_task()
    kinds = ("staff_before", "staff_before", "citizen_before", "citizen_after")
    for number, kind in enumerate(kinds, 1):
        BaselineSample.objects.create(
            task=task,
            minutes=10.0 * number,
            timed_on=date(2026, 2, 3),
            timed_by="区民課",
            method="計測",
            source="measured",
            kind=kind,
            withdrawn_at=moment(4, 1) if number == 1 else None,
        )
    found = only_task()
    means = [
        part and part.mean_minutes for part in (found.baseline, found.citizen_before, found.citizen_after)
    ]
    assert means == [20.0, 30.0, 40.0]


def test_a_closed_half_year_does_not_move(ict: User) -> None:
    """Late events, new timings, deleted cases: the signed figures stay; only a signed entry adds to them."""
    year, spring = FiscalYear(2025), moment(5, 4, year=2025)
    task = make_task(introduced_on=date(2025, 4, 1))
    make_case(task, spring, proven=spring)
    spend(task, Step.FIRST_CORRECTION, 120, spring)
    time_old_way(task, 9.0)
    (before,) = task_minutes(year)
    history.close(task, Period(2025, 1), figures_of(before, year.halves()[0]), ict)
    spend(task, Step.SCAN, 600, spring)
    time_old_way(task, 29.0)
    Case.objects.all().delete()
    MonthSummary.objects.all().delete()
    (after,) = task_minutes(year)
    assert (after.before_minutes, after.after_minutes, after.rate) == (9.0, 2.0, before.rate)
    assert after.closed == frozenset({year.halves()[0]})
    history.correct(task, date(2025, 5, 1), "scan", 1.5, "スキャンの記入漏れ", ict)
    history.correct(task, date(2025, 6, 1), "entered", 2, "手入力分の計上漏れ", ict)
    (corrected,) = task_minutes(year)
    assert (corrected.entered, corrected.before_minutes, corrected.after_minutes) == (3, 27.0, 3.5)
    assert forged(year) == ()


def test_a_forged_closing_is_named(ict: User) -> None:
    task = make_task(introduced_on=date(2025, 4, 1))
    figures = {
        "each_minutes": 9.0,
        "introduced_on": "2025-04-01",
        "running": True,
        "volumes": [],
        "steps": [],
    }
    row = HalfClosing(
        task=task,
        fiscal_year=2025,
        half=1,
        figures=figures,
        signed_by="ict",
        signed_at=moment(10, 1, year=2025),
        seal="0" * 64,
    )
    row.save(force_insert=True)
    assert report(FiscalYear(2025), plan(), moment(11, 23)).forged == ("ido",)


def test_a_report_looks_back_on_five_years() -> None:
    task = make_task(introduced_on=date(2024, 4, 1))
    at = moment(5, 4, year=2024)
    make_case(task, at, proven=at)
    found = report(YEAR, plan(), moment(11, 23))
    assert list(found.earlier) == [FiscalYear(2024)]


def test_a_report_of_five_years_asks_as_often_as_one_of_one_year() -> None:
    make_task(introduced_on=date(2020, 4, 1))
    years = [FiscalYear(number) for number in range(2021, 2026)]
    years_minutes(years)
    counts = []
    for wanted in (years[:1], years):
        with CaptureQueriesContext(connection) as queries:
            years_minutes(wanted)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_signed_year_keeps_its_tasks_when_they_are_stopped_or_dated_anew(ict: User) -> None:
    year, at = FiscalYear(2024), moment(11, 4, year=2024)
    task = make_task(introduced_on=date(2024, 4, 1))
    make_case(task, at, proven=at)
    spend(task, Step.SCAN, 120, at)
    time_old_way(task, 9.0)
    (before,) = task_minutes(year)
    for half in year.halves():
        history.close(task, Period(2024, half.number), figures_of(before, half), ict)
    Task.objects.update(enabled=False, introduced_on=date(2026, 6, 1))
    (after,) = task_minutes(year)
    assert (after.running, after.introduced_on, after.rate) == (True, date(2024, 4, 1), before.rate)
    assert [task.introduced_on for task in task_minutes(YEAR)] == [date(2026, 6, 1)]
