"""When a task runs next: what the orchestrator holds, else what its own schedule comes to, and said so."""

from __future__ import annotations

import calendar
import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Task
from cases.office import Office
from cases.schedule import Limits, Schedule, runs
from cases.task_versions import limits_of, schedule_of
from desk import ports, schedule_words
from desk.ports import Held, HeldRun

SHOWN = 5
PICTURED_DAYS = 62
PICTURED_RUNS = 3000
SUNDAY = calendar.SUNDAY


class Standing(enum.Enum):
    """How a task's rounds stand with the orchestrator."""

    HELD = "held"
    """It holds the schedule, and somebody takes the rounds when they are due."""

    PAUSED = "paused"
    PAUSED_THERE = "paused_there"
    """Somebody has paused it in the orchestrator itself; the task's own switch is on."""

    UNWATCHED = "unwatched"
    """It holds the schedule, but nobody takes the rounds."""

    UNKNOWN = "unknown"
    """It does not know the task yet."""

    AWAY = "away"
    """It cannot be reached: no round is made."""

    ON_DEMAND = "on_demand"
    """There is no schedule."""


@dataclass(frozen=True)
class View:
    """A task's schedule as a page shows it. ``coming`` is what the orchestrator holds, else reckoned."""

    words: str
    limits: str
    standing: Standing
    coming: tuple[datetime, ...] = ()
    last: tuple[HeldRun, ...] = ()

    @property
    def next(self) -> datetime | None:
        return self.coming[0] if self.coming else None


@dataclass(frozen=True)
class PictureDay:
    """A day of the small calendar; ``day`` None fills up a week. ``next``: it has one of the next rounds."""

    day: date | None
    closed: bool = False
    rounds: int = 0
    next: bool = False


@dataclass(frozen=True)
class PictureMonth:
    first: date
    weeks: tuple[tuple[PictureDay, ...], ...]


def office() -> Office:
    """The city hall's calendar."""
    return Office(ZoneInfo(settings.TIME_ZONE), frozenset(settings.SITE.closed_days))


def views(tasks: Sequence[Task]) -> dict[str, View]:
    """Of every task; the orchestrator is asked once."""
    port = ports.current().schedules
    held = port.of_all([task.name for task in tasks]) if port is not None and tasks else None
    return {task.name: _view(task, held) for task in tasks}


def reckoned(schedule: Schedule, target: str | None, limits: Limits, after: datetime) -> Iterator[datetime]:
    """The rounds that a schedule comes to, at a target where its hours are known."""
    targets = ports.current().targets
    is_open = targets.is_open(target) if targets is not None and target is not None else _always
    return runs(schedule, after, office(), is_open, limits)


def picture(coming: Iterator[datetime], after: datetime) -> tuple[tuple[datetime, ...], list[PictureMonth]]:
    """The next five rounds, and the months they lie in with everything that runs then."""
    nearest = tuple(islice(coming, SHOWN))
    first = timezone.localtime(after).date()
    last = nearest[-1].date() if nearest else first
    ends = max(last, min(first + timedelta(days=PICTURED_DAYS), _month_end(last)))
    more = takewhile(lambda at: at.date() <= ends, islice(coming, PICTURED_RUNS))
    counts: dict[date, int] = {}
    for at in (*nearest, *more):
        counts[at.date()] = counts.get(at.date(), 0) + 1
    named = {at.date() for at in nearest}
    months = dict.fromkeys(day.replace(day=1) for day in sorted({first, *named}))
    here = office()
    return nearest, [PictureMonth(month, tuple(_weeks(month, counts, named, here))) for month in months]


def _weeks(
    month: date, counts: Mapping[date, int], named: set[date], here: Office
) -> Iterator[tuple[PictureDay, ...]]:
    for week in calendar.Calendar(SUNDAY).monthdatescalendar(month.year, month.month):
        yield tuple(
            PictureDay(day, here.closed(day), counts.get(day, 0), day in named)
            if day.month == month.month
            else PictureDay(None)
            for day in week
        )


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _view(task: Task, held: Mapping[str, Held] | None) -> View:
    schedule, limits = schedule_of(task), limits_of(task)
    known = held.get(task.name) if held is not None else None
    standing = _standing(task, schedule, held is not None, known)
    coming: tuple[datetime, ...] = ()
    if standing in {Standing.HELD, Standing.UNWATCHED} and known is not None:
        coming = known.coming
    elif standing in {Standing.AWAY, Standing.UNKNOWN} and schedule is not None:
        coming = tuple(islice(reckoned(schedule, task.target, limits, timezone.now()), SHOWN))
    return View(
        words=_words(schedule),
        limits=schedule_words.limits_told(limits),
        standing=standing,
        coming=coming,
        last=known.last if known is not None else (),
    )


def _standing(task: Task, schedule: Schedule | None, reached: bool, known: Held | None) -> Standing:
    if not task.enabled:
        return Standing.PAUSED
    if schedule is None and not settings.ROUND_EVERY:
        return Standing.ON_DEMAND
    if not reached:
        return Standing.AWAY
    if known is None:
        return Standing.UNKNOWN
    if known.paused:
        return Standing.PAUSED_THERE
    return Standing.HELD if known.watched else Standing.UNWATCHED


def _words(schedule: Schedule | None) -> str:
    if schedule is not None:
        return schedule_words.told(schedule)
    if settings.ROUND_EVERY:
        minutes = settings.ROUND_EVERY.total_seconds() / 60
        return _("%(n)s分ごと（この施設の共通の予定）") % {"n": f"{minutes:g}"}
    return _("予定なし（必要なときに実行）")


def _always(at: datetime) -> bool:
    return True
