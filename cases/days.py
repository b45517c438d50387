"""What one person can have done on one day: the rules that minutes noted by hand must keep. Pure.

- Minutes are more than none and at most a day; a day to come was not worked yet.
- With clock times the end comes after the start on the same day (work past midnight is two rows), and the
  minutes fit between them.
- One person is not at two things at once, and works no more than 24 hours a day.
- 29 February is a day like any other; in other years the calendar refuses it before we do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from cases.errors import (
    BadMinutes,
    BadSheets,
    DayTooLong,
    FutureDay,
    MeasureRefused,
    Overlapping,
)

DAY_MINUTES = 24 * 60
ROUNDING_MINUTES = 1.0
"""Clock times are noted to the minute, a stopwatch runs to the second."""


@dataclass(frozen=True)
class Work:
    """Minutes of one person on one day, with the clock times where they were noted."""

    person: str
    day: date
    minutes: float
    starts: time | None = None
    ends: time | None = None
    sheets: int = 1


def problem(work: Work, others: Iterable[Work], today: date) -> MeasureRefused | None:
    """What is wrong with the work beside the others of all days and persons; None when nothing is."""
    same_day = [one for one in others if (one.person, one.day) == (work.person, work.day)]
    if work.sheets < 1:
        return BadSheets(f"{work.sheets} sheets cannot have been timed: give 1 or more")
    if not _fits(work):
        return BadMinutes(
            f"{work.minutes:g} minutes cannot have been worked: see the clock times and the sign"
        )
    if work.day > today:
        return FutureDay(f"{work.day} is still to come: note it when it is done")
    if any(_overlap(work, one) for one in same_day):
        return Overlapping(f"on {work.day} the same person did something else at that time")
    if math.fsum(one.minutes for one in [work, *same_day]) > DAY_MINUTES:
        return DayTooLong(f"on {work.day} one person would have worked more than 24 hours")
    return None


def _fits(work: Work) -> bool:
    if not (math.isfinite(work.minutes) and 0 < work.minutes <= DAY_MINUTES):
        return False
    if work.starts is None or work.ends is None:
        return work.starts is None and work.ends is None
    return 0 < work.minutes <= _minute(work.ends) - _minute(work.starts) + ROUNDING_MINUTES


def _overlap(one: Work, other: Work) -> bool:
    if one.starts is None or one.ends is None or other.starts is None or other.ends is None:
        return False
    return one.starts < other.ends and other.starts < one.ends


def _minute(clock: time) -> float:
    return clock.hour * 60 + clock.minute + clock.second / 60
