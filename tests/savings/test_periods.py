from __future__ import annotations

from datetime import date

import pytest

from savings.periods import FiscalYear, era_year


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
