from __future__ import annotations

from datetime import date

import pytest

from savings.errors import BadFigure
from savings.periods import FiscalYear, Half, era_year, month_after, month_of
from tests.savings.reports import APRIL, MAY


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2028, 2, 29), 2027),
    ],
)
def test_a_fiscal_year_runs_from_april_to_march(day: date, year: int) -> None:
    found = FiscalYear.of(day)
    assert found == FiscalYear(year)
    assert day in found
    assert day not in FiscalYear(year + 1)


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (2026, "令和8年度"),
        (2019, "令和元年度"),
        (2018, "平成30年度"),
        (1989, "平成元年度"),
        (1988, "昭和63年度"),
    ],
)
def test_the_label_is_the_one_that_offices_write(year: int, label: str) -> None:
    assert FiscalYear(year).label == label


def test_months_run_from_april_and_cover_the_year() -> None:
    months = list(FiscalYear(2027).months())
    assert months[0] == date(2027, 4, 1)
    assert months[-1] == date(2028, 3, 1)
    assert len(months) == len(set(months)) == 12
    assert all(month in FiscalYear(2027) for month in months)


def test_years_before_the_eras_are_western() -> None:
    assert era_year(1800) == "1800年"


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (date(2026, 4, 1), (2026, 1)),
        (date(2026, 9, 30), (2026, 1)),
        (date(2026, 10, 1), (2026, 2)),
        (date(2027, 3, 31), (2026, 2)),
        (date(2028, 2, 29), (2027, 2)),
    ],
)
def test_a_half_year_holds_its_days(day: date, half: tuple[int, int]) -> None:
    found = Half.of(day)
    assert (found.year.year, found.number) == half
    assert day in found
    assert month_of(day) in found.months


def test_the_halves_make_the_year() -> None:
    first, second = FiscalYear(2027).halves()
    assert (*first.months, *second.months) == tuple(FiscalYear(2027).months())
    assert (first.last_day, second.last_day) == (date(2027, 9, 30), date(2028, 3, 31))
    assert first < second
    assert (first.label, second.label) == ("令和9年度上半期", "令和9年度下半期")


def test_a_third_half_is_refused() -> None:
    with pytest.raises(BadFigure, match="halves of a fiscal year are 1 and 2"):
        Half(FiscalYear(2027), 3)


@pytest.mark.parametrize(("month", "after"), [(date(2027, 12, 1), date(2028, 1, 1)), (APRIL, MAY)])
def test_months_follow_one_another(month: date, after: date) -> None:
    assert month_after(month) == after
