"""Business days of a city hall: weekdays without national holidays and without the days it closes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta

from cases.office import Office

BusinessDays = Callable[[date, date], int]
"""How many business days lie between two days, both included."""


def business_days(closed_days: Iterable[str] = ()) -> BusinessDays:
    """A counter for one city hall; ``closed_days`` as in ``site.toml`` (``12-29`` …)."""
    office = Office(UTC, frozenset(closed_days))

    def count(first: date, last: date) -> int:
        length = (last - first).days + 1
        days = (first + timedelta(days=number) for number in range(length))
        return sum(not office.closed(day) for day in days)

    return count
