"""When a task's rounds are made: times of the day on chosen days. Pure: neither clock nor database.

A round is never made on a closed day unless the schedule says ``days: every``, and never while the target is
closed, which whoever asks tells by ``is_open``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Annotated, Self

from cronsim import CronSim, CronSimError
from pydantic import BeforeValidator, PlainSerializer, field_validator, model_validator
from pydantic import Field as Spec
from pydantic_core import PydanticCustomError

from cases.office import Office
from cases.strict import Strict

HORIZON_DAYS = 400
"""A schedule without a round for longer than that has none."""

OFFICE_OPENS, OFFICE_CLOSES = time(8, 30), time(17, 15)

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def _clock(value: object) -> time:
    """A plain number is refused, which would be taken for seconds."""
    if isinstance(value, time):
        return value
    found = CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("schedule_clock", "a time of the day is written as 08:30")
    return time(int(found[1]), int(found[2]))


Clock = Annotated[time, BeforeValidator(_clock), PlainSerializer(lambda at: f"{at:%H:%M}", when_used="json")]
IsOpen = Callable[[datetime], bool]
"""Whether the target may be worked at, at that moment of the office's clock."""


class Days(enum.StrEnum):
    """On which days of the calendar."""

    BUSINESS = "business"
    """Days on which the office is open."""

    EVERY = "every"
    """Every day, closed ones included."""

    MONTH_END = "month_end"
    """The last day of the month."""

    LAST_BUSINESS_DAY = "last_business_day"
    """The last day of the month on which the office is open."""


class Weekday(enum.StrEnum):
    """The members stand in the calendar's order."""

    MON, TUE, WED, THU, FRI, SAT, SUN = "mon", "tue", "wed", "thu", "fri", "sat", "sun"


class WhenClosed(enum.StrEnum):
    """What becomes of a chosen day on which the office is closed."""

    SKIP = "skip"
    BEFORE = "before"
    """The business day before it."""

    AFTER = "after"
    """The business day after it."""


class Limits(Strict):
    """What a run may do at most."""

    sheets_per_run: Annotated[int, Spec(ge=1)] | None = None
    """Records that a robot begins in one run."""

    latest: Clock | None = None
    """After that minute of the day no record is begun."""


class Schedule(Strict):
    """One of ``at``, ``every_minutes`` and ``cron``, on ``days``."""

    at: tuple[Clock, ...] = ()
    every_minutes: Annotated[int, Spec(ge=5, le=24 * 60)] | None = None
    opens: Clock = Spec(default=OFFICE_OPENS, alias="from")
    closes: Clock = Spec(default=OFFICE_CLOSES, alias="until")
    """The first and, at the latest, the last round of a day made ``every_minutes``."""

    cron: str = ""
    """Five fields; its days are then those of the expression, and ``days`` says only ``every`` or not."""

    days: Days | tuple[Weekday, ...] = Days.BUSINESS
    when_closed: WhenClosed = WhenClosed.SKIP

    @field_validator("at")
    @classmethod
    def _in_order(cls, value: tuple[time, ...]) -> tuple[time, ...]:
        return tuple(sorted(set(value)))

    @field_validator("cron")
    @classmethod
    def _readable(cls, value: str) -> str:
        if not value:
            return value
        if len(value.split()) != len(("minute", "hour", "day", "month", "weekday")):
            raise PydanticCustomError("schedule_cron", "a cron expression has five fields, as in 0 9 * * 1-5")
        try:
            CronSim(value, datetime(2026, 1, 1))  # noqa: DTZ001  # only whether it can be read
        except CronSimError as error:
            raise PydanticCustomError(
                "schedule_cron", "cron cannot be read: {why}", {"why": str(error)}
            ) from error
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum((bool(self.at), self.every_minutes is not None, bool(self.cron))) != 1:
            raise PydanticCustomError("schedule_one", "say one of `at`, `every_minutes` and `cron`")
        if self.opens >= self.closes:
            raise PydanticCustomError("schedule_order", "`from` comes before `until`")
        if isinstance(self.days, tuple) and not self.days:
            raise PydanticCustomError("schedule_days", "`days` names no day")
        if self.cron and self.days not in (Days.BUSINESS, Days.EVERY):
            raise PydanticCustomError(
                "schedule_cron_days", "a cron expression names its days itself: `days` is business or every"
            )
        return self


def runs(
    schedule: Schedule, after: datetime, office: Office, is_open: IsOpen, limits: Limits | None = None
) -> Iterator[datetime]:
    """Every round after a moment, in order, for the next 400 days; in the office's time zone."""
    begin, times = office.local(after), _times(schedule)
    latest = limits.latest if limits is not None and limits.latest is not None else time.max
    for number in range(HORIZON_DAYS):
        day = begin.date() + timedelta(days=number)
        clock = {at for source in _sources(schedule, day, office) for at in times(source) if at <= latest}
        for at in sorted(clock):
            moment = datetime.combine(day, at, office.zone)
            if moment > begin and is_open(moment):
                yield moment


def next_runs(
    schedule: Schedule,
    after: datetime,
    office: Office,
    is_open: IsOpen,
    limits: Limits | None = None,
    n: int = 5,
) -> tuple[datetime, ...]:
    """The next ``n`` of them; fewer, or none, where the target is hardly ever open at these times."""
    return tuple(islice(runs(schedule, after, office, is_open, limits), n))


def _sources(schedule: Schedule, day: date, office: Office) -> Iterator[date]:
    """The chosen days whose rounds fall on this one: itself, and closed ones that are moved here."""
    if schedule.days is Days.EVERY:
        yield day
        return
    if office.closed(day):
        return
    if _chosen(schedule, day, office):
        yield day
    step = {WhenClosed.SKIP: 0, WhenClosed.BEFORE: 1, WhenClosed.AFTER: -1}[schedule.when_closed]
    other = day + timedelta(days=step)
    while step and office.closed(other):
        if _chosen(schedule, other, office):
            yield other
        other += timedelta(days=step)


def _chosen(schedule: Schedule, day: date, office: Office) -> bool:
    if schedule.cron:
        return True  # The expression itself says so, by having times on that day.
    if isinstance(schedule.days, tuple):
        return tuple(Weekday)[day.weekday()] in schedule.days
    if schedule.days is Days.MONTH_END:
        return (day + timedelta(days=1)).month != day.month
    if schedule.days is Days.LAST_BUSINESS_DAY:
        return not office.closed(day) and _last_open(day, office)
    return not office.closed(day)


def _last_open(day: date, office: Office) -> bool:
    following = day + timedelta(days=1)
    while following.month == day.month:
        if not office.closed(following):
            return False
        following += timedelta(days=1)
    return True


def _times(schedule: Schedule) -> Callable[[date], tuple[time, ...]]:
    if schedule.cron:
        return _CronTimes(schedule.cron)
    fixed = schedule.at or tuple(_steps(schedule))
    return lambda day: fixed


def _steps(schedule: Schedule) -> Iterator[time]:
    if schedule.every_minutes is None:
        return
    first, last = _minutes(schedule.opens), _minutes(schedule.closes)
    for minute in range(first, last + 1, schedule.every_minutes):
        yield time(minute // 60, minute % 60)


class _CronTimes:
    """The times of a cron expression on a day. Days known to be quiet are not looked at again."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._quiet: tuple[date, date] | None = None
        """The expression has nothing from the first of these days up to before the second."""

    def __call__(self, day: date) -> tuple[time, ...]:
        if self._quiet is not None and self._quiet[0] <= day < self._quiet[1]:
            return ()
        found, midnight = list[time](), datetime.combine(day, time.min)
        for moment in CronSim(self._expression, midnight - timedelta(seconds=1)):
            if moment.date() != day:
                self._quiet = (day + timedelta(days=1), moment.date())
                break
            found.append(moment.time())
        return tuple(found)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
