"""What the year will have saved by 31 March, with the method that says so. A forecast is no result."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from savings.calendar import BusinessDays
from savings.indicators import TaskMinutes
from savings.periods import FiscalYear, month_of

FEWEST_DAYS = 20
"""Business days that must have passed since the task began: a month of work, or one holiday decides."""


class Method(enum.StrEnum):
    """How a forecast was made."""

    RESULT = "result"
    """The year is over: no forecast, the result."""

    SEASONAL = "seasonal"
    """Saved so far × last year's cases of the year ÷ last year's cases up to the same day."""

    BUSINESS_DAYS = "business_days"
    """Saved so far ÷ business days passed × business days of the year since the task began."""

    TOO_EARLY = "too_early"
    """Fewer than 20 business days have passed, or the task shows no rate."""


@dataclass(frozen=True)
class Forecast:
    """Minutes saved by the end of March; None when it is too early to tell."""

    minutes: float | None
    method: Method


def forecast(
    task: TaskMinutes,
    year: FiscalYear,
    today: date,
    days: BusinessDays,
    last_year: TaskMinutes | None = None,
) -> Forecast:
    """One task's forecast. ``last_year`` is used when it counted cases in all twelve months."""
    saved = task.saved_minutes
    if today > year.last_day:
        return Forecast(saved, Method.RESULT)
    first = max(year.first_day, task.introduced_on)
    passed = days(first, today) if today >= first else 0
    if saved is None or passed < FEWEST_DAYS:
        return Forecast(None, Method.TOO_EARLY)
    if last_year is not None and _whole(last_year, year):
        return Forecast(saved * _seasonal(last_year, year, today, days), Method.SEASONAL)
    return Forecast(saved * days(first, year.last_day) / passed, Method.BUSINESS_DAYS)


def total(forecasts: Sequence[Forecast]) -> float | None:
    """The sum over the tasks that have one; None when none has."""
    known = [one.minutes for one in forecasts if one.minutes is not None]
    return math.fsum(known) if known else None


def _whole(last_year: TaskMinutes, year: FiscalYear) -> bool:
    before = FiscalYear(year.year - 1)
    return {volume.month for volume in last_year.volumes if volume.entered} >= set(before.months())


def _seasonal(last_year: TaskMinutes, year: FiscalYear, today: date, days: BusinessDays) -> float:
    """Last year's cases over those up to the same day; the running month counts by its business days."""
    now = month_of(today)
    entered = {volume.month.month: volume.entered for volume in last_year.volumes}
    elapsed = [month.month for month in year.months() if month < now]
    share = days(now, today) / max(1, days(now, _last_day(now)))
    so_far = sum(entered.get(month, 0) for month in elapsed) + share * entered.get(now.month, 0)
    return sum(entered.values()) / so_far if so_far else 1.0


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
