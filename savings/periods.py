"""Fiscal years and months. A Japanese fiscal year runs from 1 April to 31 March; a month is its first day."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forms.dates import era_of
from savings.errors import BadFigure

FIRST_MONTH = 4


def is_english() -> bool:
    """Whether the desk is being shown in English."""
    return (get_language() or "").startswith("en")


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
        """``令和8年度``, in English FY2026. The year that began as 平成31 is 令和元年度, as the government
        writes it.
        """
        return str(self) if is_english() else f"{era_year(self.year)}度"

    def months(self) -> Iterator[date]:
        """First days of the twelve months, April first."""
        for number in range(FIRST_MONTH, FIRST_MONTH + 12):
            yield date(self.year + (number - 1) // 12, (number - 1) % 12 + 1, 1)

    def halves(self) -> tuple[Half, Half]:
        return Half(self, 1), Half(self, 2)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"FY{self.year}"


@dataclass(frozen=True, order=True)
class Half:
    """A half of a fiscal year: 上半期 (number 1) from April, 下半期 (number 2) from October."""

    year: FiscalYear
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2):
            raise BadFigure("a half-year", self.number, "the halves of a fiscal year are 1 and 2")

    @classmethod
    def of(cls, day: date) -> Half:
        return cls(FiscalYear.of(day), 1 if FIRST_MONTH <= day.month < FIRST_MONTH + 6 else 2)

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the six months."""
        every = tuple(self.year.months())
        return every[:6] if self.number == 1 else every[6:]

    @property
    def first_day(self) -> date:
        return self.months[0]

    @property
    def last_day(self) -> date:
        last = self.months[-1]
        return last.replace(day=calendar.monthrange(last.year, last.month)[1])

    @property
    def label(self) -> str:
        half = _("%(year)s上半期") if self.number == 1 else _("%(year)s下半期")
        return half % {"year": self.year.label}

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return f"{self.year}-H{self.number}"


def month_of(day: date) -> date:
    """The first day of a day's month; 29 February belongs to February like any other day."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
