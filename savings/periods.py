"""Fiscal years and months. A Japanese fiscal year runs from 1 April to 31 March; a month is its first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forms.dates import era_of

FIRST_MONTH = 4


def era_year(year: int) -> str:
    """``2026`` → ``令和8年``, by the era in force at the end of that calendar year; year 1 is 元年."""
    era = era_of(date(year, 12, 31))
    if era is None:
        return f"{year}年"
    count = year - era.starts.year + 1
    return f"{era.name}{'元' if count == 1 else count}年"


@dataclass(frozen=True, order=True)
class FiscalYear:
    """The fiscal year that begins on 1 April of ``year``."""

    year: int

    @classmethod
    def of(cls, day: date) -> FiscalYear:
        return cls(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @property
    def first_day(self) -> date:
        return date(self.year, FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        return date(self.year + 1, 3, 31)

    @property
    def label(self) -> str:
        """``令和8年度``. The year that began as 平成31 is 令和元年度, as the government writes it."""
        return f"{era_year(self.year)}度"

    def months(self) -> Iterator[date]:
        """First days of the twelve months, April first."""
        for number in range(FIRST_MONTH, FIRST_MONTH + 12):
            yield date(self.year + (number - 1) // 12, (number - 1) % 12 + 1, 1)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"FY{self.year}"
