from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from savings.calendar import business_days
from savings.forecast import Forecast, Method, forecast, total
from savings.indicators import MonthVolume
from savings.periods import FiscalYear
from tests.savings.reports import YEAR, task

CLOSED = ("12-29", "12-30", "12-31", "01-01", "01-02", "01-03")
DAYS = business_days(CLOSED)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 4, 1), date(2026, 4, 30), 21),
        (date(2026, 5, 3), date(2026, 5, 6), 0),
        (date(2026, 12, 28), date(2027, 1, 4), 2),
        (date(2028, 2, 28), date(2028, 3, 1), 3),
        (date(2026, 4, 2), date(2026, 4, 1), 0),
    ],
)
def test_business_days_leave_out_holidays_and_closed_days(first: date, last: date, count: int) -> None:
    assert DAYS(first, last) == count


def test_the_pace_of_the_business_days_goes_on() -> None:
    found = forecast(task(), YEAR, date(2026, 9, 30), DAYS)
    passed, whole = DAYS(YEAR.first_day, date(2026, 9, 30)), DAYS(YEAR.first_day, YEAR.last_day)
    assert found.method is Method.BUSINESS_DAYS
    assert found.minutes == pytest.approx(800 * whole / passed)


def test_a_task_that_began_in_october_is_counted_from_october() -> None:
    late = task(introduced_on=date(2026, 10, 1))
    found = forecast(late, YEAR, date(2026, 12, 28), DAYS)
    passed, whole = DAYS(date(2026, 10, 1), date(2026, 12, 28)), DAYS(date(2026, 10, 1), YEAR.last_day)
    assert found.minutes == pytest.approx(800 * whole / passed)


def test_a_whole_year_before_gives_the_season() -> None:
    months = tuple(FiscalYear(2025).months())
    counts = (100, 300, *[60] * 10)
    before = replace(task(), volumes=tuple(map(MonthVolume, months, counts, counts)))
    found = forecast(task(), YEAR, date(2026, 5, 31), DAYS, before)
    assert found.method is Method.SEASONAL
    assert found.minutes == pytest.approx(800 * 1000 / 400)


def test_last_year_counts_only_when_it_is_whole() -> None:
    assert forecast(task(), YEAR, date(2026, 9, 30), DAYS, task()).method is Method.BUSINESS_DAYS


@pytest.mark.parametrize(
    ("today", "minutes"), [(date(2026, 4, 24), 800.0), (date(2026, 9, 30), 0.0), (date(2026, 3, 1), 800.0)]
)
def test_it_is_too_early_without_a_month_of_work_or_a_rate(today: date, minutes: float) -> None:
    found = forecast(task(minutes=(9.0,) if minutes else ()), YEAR, today, DAYS)
    assert found == Forecast(None, Method.TOO_EARLY)


def test_a_year_that_is_over_has_its_result() -> None:
    assert forecast(task(), YEAR, date(2027, 4, 1), DAYS) == Forecast(pytest.approx(800.0), Method.RESULT)


def test_the_total_names_no_figure_where_there_is_none() -> None:
    early = Forecast(None, Method.TOO_EARLY)
    assert total([early]) is None
    assert total([early, Forecast(2.0, Method.RESULT), Forecast(-1.0, Method.RESULT)]) == 1.0
