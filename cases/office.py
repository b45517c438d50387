"""The city hall's own calendar: national holidays, its own closing days, its time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache

import jpholiday

SATURDAY = 5


@dataclass(frozen=True)
class Office:
    """``closed_days`` as in ``site.toml`` (``12-29`` …)."""

    zone: tzinfo
    closed_days: frozenset[str] = frozenset()

    def holiday(self, day: date) -> bool:
        """A national holiday or one of the office's own closing days, whatever the day of the week."""
        return f"{day:%m-%d}" in self.closed_days or _national_holiday(day)

    def closed(self, day: date) -> bool:
        """Saturdays, Sundays and holidays: everything but a business day."""
        return day.weekday() >= SATURDAY or self.holiday(day)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


@lru_cache(maxsize=4096)
def _national_holiday(day: date) -> bool:
    return bool(jpholiday.is_holiday(day))
