"""Dates: kept in the western calendar, written with Japanese eras.

A canonical date is ``1985-05-17``; a month or day that nobody knows is ``00``, as registers hold it.
"""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Era:
    """An era of the Japanese calendar: its name, the letter that keyboards use, and its first day."""

    name: str
    letter: str
    starts: datetime.date


ERAS = (
    # 明治 began with the first day of its year; before 1873 the calendar was another one anyway.
    Era("明治", "M", datetime.date(1868, 1, 1)),
    Era("大正", "T", datetime.date(1912, 7, 30)),
    Era("昭和", "S", datetime.date(1926, 12, 25)),
    Era("平成", "H", datetime.date(1989, 1, 8)),
    Era("令和", "R", datetime.date(2019, 5, 1)),
)


@dataclass(frozen=True)
class EraDate:
    """A date as it is written: era name ("" for a western year), year, month and day (0: unknown)."""

    era: str
    year: int
    month: int
    day: int

    def __str__(self) -> str:
        year = "元" if self.era and self.year == 1 else str(self.year)
        month, day = (str(part) if part else "00" for part in (self.month, self.day))
        return f"{self.era}{year}年{month}月{day}日"


def era_named(word: str) -> Era | None:
    """The era meant by its name, its first sign or its letter (昭和, 昭, S, s, ㍼)."""
    word = {"㍾": "明治", "㍽": "大正", "㍼": "昭和", "㍻": "平成", "㋿": "令和"}.get(word, word)
    return next(
        (era for era in ERAS if word in {era.name, era.name[0], era.letter, era.letter.lower()}), None
    )


def era_of(day: datetime.date) -> Era | None:
    """The era of a day; None before 1868."""
    return next((era for era in reversed(ERAS) if era.starts <= day), None)


def possible(year: int, month: int, day: int) -> bool:
    """Whether there is such a date; 0 stands for an unknown month or day."""
    if not (1 <= year <= 9999 and 0 <= month <= 12 and 0 <= day <= 31):
        return False
    return not month or day <= calendar.monthrange(year, month)[1]


def bounds(canonical: str) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that a canonical date can mean; the same day unless a part is unknown."""
    year, month, day = (int(part) for part in canonical.split("-"))
    last_day = day or calendar.monthrange(year, month or 12)[1]
    return datetime.date(year, month or 1, day or 1), datetime.date(year, month or 12, last_day)


def western(era: Era, year: int) -> int:
    """The western year of a year in an era: 昭和60年 is 1985."""
    return era.starts.year + year - 1


def canonical(year: int, month: int, day: int) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}"


def era_parts(canonical_date: str) -> EraDate:
    """A canonical date as it is written; before 1868 with the western year and no era.

    An unknown month or day is taken as the first possible one to find the era.
    """
    year, month, day = (int(part) for part in canonical_date.split("-"))
    era = era_of(bounds(canonical_date)[0])
    if era is None:
        return EraDate("", year, month, day)
    return EraDate(era.name, year - era.starts.year + 1, month, day)


def within(era: Era, canonical_date: str) -> bool:
    """Whether any day that the date can mean lies in the era."""
    first, last = bounds(canonical_date)
    following = ERAS.index(era) + 1
    ends = ERAS[following].starts if following < len(ERAS) else datetime.date.max
    return last >= era.starts and first < ends
