"""The system's own calendar: the eras of its drop-downs, and the way in which it holds a date."""

from __future__ import annotations

import datetime

WESTERN = "西暦"
ERAS = {
    "令和": datetime.date(2019, 5, 1),
    "平成": datetime.date(1989, 1, 8),
    "昭和": datetime.date(1926, 12, 25),
    "大正": datetime.date(1912, 7, 30),
    "明治": datetime.date(1868, 1, 25),
}
"""First day of each era, newest first."""

CHOICES = (*ERAS, WESTERN)


class ImpossibleDateError(ValueError):
    """No such day, or not in the era that was chosen."""


def held_date(era: str, year: str, month: str, day: str, unknown_day: bool) -> str:
    """A date as it is held and shown: ``昭和60年05月17日``, or ``1985年05月17日`` for a western year."""
    if era not in CHOICES or not all(part.isascii() and part.isdigit() for part in (year, month, day)):
        raise ImpossibleDateError
    numbers = int(year), int(month), int(day)
    if not _exists(era, *numbers, unknown_day=unknown_day):
        raise ImpossibleDateError
    prefix = f"{numbers[0]:04d}年" if era == WESTERN else f"{era}{numbers[0]:02d}年"
    return f"{prefix}{numbers[1]:02d}月{numbers[2]:02d}日"


def _exists(era: str, year: int, month: int, day: int, unknown_day: bool) -> bool:
    if year < 1 or (0 in (month, day) and not unknown_day):
        return False
    western = year if era == WESTERN else ERAS[era].year + year - 1
    try:
        first = datetime.date(western, month or 1, day or 1)
        last = datetime.date(western, month or 12, day or 28)
    except ValueError:
        return False
    return era == WESTERN or (last >= ERAS[era] and first < _end(era))


def _end(era: str) -> datetime.date:
    """The first day that no longer belongs to the era."""
    order = list(ERAS)
    place = order.index(era)
    return ERAS[order[place - 1]] if place else datetime.date.max
