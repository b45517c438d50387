"""What the savings pages show, from one report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.whole import whole
from savings import words
from savings.collect import report
from savings.forecast import Forecast
from savings.groups import added_minutes
from savings.indicators import Average, TaskMinutes
from savings.intervals import average_interval
from savings.periods import FiscalYear, Half
from savings.plan import plan_in
from savings.report import Report
from savings.sampling import Interval

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""A report reaches some years back and a year ahead."""


@dataclass(frozen=True)
class AverageRow:
    """One of the two averages with its interval and definition; ``judged``: the plan judges by it."""

    name: str
    rate: float | None
    interval: Interval | None
    definition: str
    judged: bool


@dataclass(frozen=True)
class HalfRow:
    """What a half-year added, in minutes; ``closed`` counts the tasks whose figures were signed."""

    half: Half
    minutes: float | None
    closed: int


@dataclass(frozen=True)
class Board:
    averages: tuple[AverageRow, ...]
    halves: tuple[HalfRow, ...]
    forecast: Forecast | None
    methods: tuple[str, ...]
    """How the tasks' forecasts were made, in words."""

    omitted: tuple[TaskMinutes, ...]
    forged: tuple[str, ...]


def public_style() -> str:
    """The public page's style sheet, to be written into the file itself."""
    found = finders.find("desk/result.css")
    return Path(str(found)).read_text(encoding="utf-8")


def year_of(day: date) -> FiscalYear:
    return FiscalYear.of(day)


def report_of(request: HttpRequest) -> Report:
    """The report of the year that the address names (``?fy=2026``), else of the running one."""
    asked = request.GET.get("fy", "")
    if asked and not FIRST_YEAR <= (whole(asked) or 0) <= LAST_YEAR:
        raise BadRequest("fy is a year such as 2026")
    year = FiscalYear(int(asked)) if asked else FiscalYear.of(timezone.localdate())
    return report(year, plan_in(settings.CONFIG_FOLDERS), timezone.now())


def board_of(found: Report) -> Board:
    return Board(
        averages=tuple(
            AverageRow(
                _(words.AVERAGES[which]),
                found.introduced.average(which),
                average_interval(found.introduced, which),
                _(words.AVERAGE_DEFINITIONS[which]),
                which is found.plan.average,
            )
            for which in Average
        ),
        halves=tuple(
            HalfRow(
                half,
                added_minutes(found.tasks, half)
                if half.first_day <= found.today and found.all.counted
                else None,
                sum(half in task.closed for task in found.tasks),
            )
            for half in found.year.halves()
        ),
        forecast=found.forecast,
        methods=found.forecast_methods,
        omitted=found.all.omitted,
        forged=tuple(found.title_of(name) for name in found.forged),
    )
