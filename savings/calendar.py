"""Business days of a city hall: weekdays without national holidays and without the days it closes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import jpholiday

BusinessDays = Callable[[date, date], int]
"""How many business days lie between two days, both included."""

SATURDAY = 5


def business_days(closed_days: Iterable[str] = ()) -> BusinessDays:
    """A counter for one city hall; ``closed_days`` as in ``site.toml`` (``12-29`` …)."""
    closed = frozenset(closed_days)

    def count(first: date, last: date) -> int:
        length = (last - first).days + 1
        days = (first + timedelta(days=number) for number in range(length))
        return sum(_is_open(day, closed) for day in days)

    return count


def _is_open(day: date, closed: frozenset[str]) -> bool:
    return day.weekday() < SATURDAY and f"{day:%m-%d}" not in closed and not jpholiday.is_holiday(day)
