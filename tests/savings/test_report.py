from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from savings.indicators import Average, TaskMinutes
from savings.periods import FiscalYear
from savings.report import Mark, Report, Result
from tests.savings.reports import mixed_report, report, task

LAST_YEAR = FiscalYear(2023)
TOKYO = ZoneInfo("Asia/Tokyo")


def result(found: Report, key: str) -> Result:
    return next(row for row in found.results if row.key == key)


def in_2023(title: str = "甲", *, entered: int = 100, staff: float = 200.0) -> TaskMinutes:
    return task(title, entered=entered, staff=staff, introduced_on=date(2023, 4, 1))


def tasks_2023(count: int) -> list[TaskMinutes]:
    return [in_2023(f"業務{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("staff", "mark"),
    [(200.0, Mark.MET), (250.0, Mark.MET), (251.0, Mark.CLOSE), (400.0, Mark.CLOSE), (401.0, Mark.MISSED)],
)
def test_the_average_is_judged_by_the_plan(staff: float, mark: Mark) -> None:
    assert result(report(task(staff=staff)), "average").mark is mark


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (task("乙", minutes=()), "乙（導入前の計時がありません）"),
        (task("乙", running=False), "乙（停止しました）"),
        (task("乙", entered=0), "乙（期間内に入力済みの件がありません）"),
    ],
)
def test_no_average_is_met_while_a_task_is_missing_or_stopped(other: TaskMinutes, named: str) -> None:
    found = result(report(task("甲"), other), "average")
    assert found.mark is Mark.CLOSE
    assert named in found.sentence


def test_tasks_of_other_years_do_not_enter_the_average() -> None:
    found = report(task("甲"), task("乙", staff=5000.0, introduced_on=date(2025, 10, 1)))
    assert found.introduced.average(Average.MEAN_OF_RATES) == pytest.approx(0.8)
    assert found.all.before_minutes == 2000.0


@pytest.mark.parametrize(("count", "mark"), [(10, Mark.MET), (8, Mark.CLOSE), (7, Mark.MISSED)])
def test_introduced_tasks_are_judged_when_the_year_is_over(count: int, mark: Mark) -> None:
    over = datetime(2024, 4, 1, tzinfo=TOKYO)
    assert result(report(*tasks_2023(count), year=LAST_YEAR, made_at=over), "tasks").mark is mark


def test_a_year_that_runs_is_not_judged_by_its_sums() -> None:
    running = datetime(2024, 3, 31, tzinfo=TOKYO)
    found = result(report(*tasks_2023(3), year=LAST_YEAR, made_at=running), "tasks")
    assert found.mark is Mark.OPEN
    assert "令和6年3月31日現在" in found.sentence


def test_hours_are_judged_against_the_last_year() -> None:
    over = datetime(2024, 4, 1, tzinfo=TOKYO)
    found = result(report(in_2023(entered=100_000, staff=200_000), year=LAST_YEAR, made_at=over), "hours")
    assert found.seen == pytest.approx(800_000 / 60)
    assert found.mark is Mark.MET


def test_citizens_hours_are_not_made_up() -> None:
    found = result(mixed_report(), "citizens")
    assert found.seen is None
    assert found.mark is Mark.OPEN


def test_a_report_without_tasks_judges_nothing() -> None:
    marks = {row.key: row.mark for row in report().results}
    assert set(marks.values()) == {Mark.OPEN}
    assert marks.keys() == {"tasks", "average", "hours", "citizens"}
