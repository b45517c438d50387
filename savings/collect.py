"""From what happened in the cases to each task's minutes: the one module here that reads the database.

Rules, which the workbook's 定義 sheet repeats in Japanese:
- Volume before = cases entered and verified, in the month of the first receipt that proves it.
- After = every staff second of the task in the period, also on sheets that were returned or refused.
- A step away from the screen that nobody logged in a month costs its timed sample × sheets received.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from cases.models import BaselineSample, Case, Receipt, Task, TimeEvent
from cases.states import State
from savings.indicators import MonthVolume, Step, StepMinutes, TaskMinutes
from savings.periods import FiscalYear
from savings.plan import Plan
from savings.report import Report
from savings.sampling import Source, Timing, baseline_of

PROOFS = ("entered", "already_there")
"""Outcomes of a receipt that prove that the record stands in the target."""


def report(year: FiscalYear, plan: Plan, made_at: datetime) -> Report:
    """A fiscal year's report as of ``made_at`` (aware); months follow the site's time zone."""
    return Report(year=year, made_at=timezone.localtime(made_at), plan=plan, tasks=task_minutes(year))


def task_minutes(year: FiscalYear) -> tuple[TaskMinutes, ...]:
    """Every task in use by the end of the year, ordered by department and title, in five queries."""
    volumes, steps, timings = _volumes(year), _steps(year), _timings()
    tasks = Task.objects.filter(introduced_on__lte=year.last_day).order_by("department", "title")
    return tuple(
        TaskMinutes(
            name=task.name,
            title=task.title,
            department=task.department,
            introduced_on=task.introduced_on,
            key_task=task.key_task,
            running=task.enabled,
            baseline=baseline_of(timings[task.name]),
            volumes=tuple(volumes[task.name]),
            steps=(*steps[task.name], *_unlogged(task.steps, volumes[task.name], steps[task.name])),
        )
        for task in tasks
    )


def _limits(year: FiscalYear) -> tuple[datetime, datetime]:
    """First moment of the year and first moment after it, in the site's time zone."""
    zone = timezone.get_current_timezone()
    first, after = year.first_day, FiscalYear(year.year + 1).first_day
    return datetime.combine(first, time(), zone), datetime.combine(after, time(), zone)


def _volumes(year: FiscalYear) -> Mapping[str, list[MonthVolume]]:
    received = _counted(Case.objects.annotate(moment=F("created_at")), year)
    entered = _counted(_entered_cases(), year)
    found: dict[str, list[MonthVolume]] = defaultdict(list)
    for task, month in sorted(received.keys() | entered.keys()):
        counts = received.get((task, month), 0), entered.get((task, month), 0)
        found[task].append(MonthVolume(month, *counts))
    return found


def _entered_cases() -> QuerySet[Any]:
    """Cases that stand in the target. One that a person found there has no receipt: its last move counts."""
    proof = Receipt.objects.filter(case=OuterRef("pk"), outcome__in=PROOFS).order_by()
    first = proof.values("case").annotate(first=Min("finished_at")).values("first")
    entered = Case.objects.filter(state__in=(State.ENTERED, State.ENTERED_WRONG))
    return entered.annotate(moment=Coalesce(Subquery(first), F("updated_at")))


def _counted(cases: QuerySet[Any], year: FiscalYear) -> dict[tuple[str, date], int]:
    """Cases by task and month of their ``moment``."""
    start, end = _limits(year)
    rows = (
        cases.filter(moment__gte=start, moment__lt=end)
        .annotate(month=TruncMonth("moment"))
        .values_list("task", "month")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(task, month.date()): count for task, month, count in rows}


def _steps(year: FiscalYear) -> Mapping[str, list[StepMinutes]]:
    start, end = _limits(year)
    rows = (
        TimeEvent.objects.filter(Q(at__gte=start) & Q(at__lt=end))
        .annotate(month=TruncMonth("at"))
        .values_list("task", "month", "step", "source")
        .annotate(seconds_sum=Sum("seconds"), count=Count("pk"))
        .order_by("task", "month", "step", "source")
    )
    found: dict[str, list[StepMinutes]] = defaultdict(list)
    for task, month, step, source, seconds, count in rows:
        found[task].append(StepMinutes(month.date(), Step(step), seconds / 60, count, Source(source)))
    return found


def _timings() -> Mapping[str, list[Timing]]:
    found: dict[str, list[Timing]] = defaultdict(list)
    for row in BaselineSample.objects.all():
        timing = Timing(row.minutes, row.timed_on, row.timed_by, row.method, Source(row.source))
        found[row.task_id].append(timing)
    return found


def _unlogged(
    samples: Mapping[str, Mapping[str, Any]], volumes: Iterable[MonthVolume], steps: Iterable[StepMinutes]
) -> list[StepMinutes]:
    """Minutes of the task file's ``steps`` for the months in which no event tells how long the step took."""
    logged = {(row.month, row.step) for row in steps}
    return [
        StepMinutes(
            month=volume.month,
            step=Step(name),
            minutes=float(sample["minutes"]) * volume.received,
            n=volume.received,
            source=Source(sample["source"]),
            per_sheet=float(sample["minutes"]),
        )
        for name, sample in samples.items()
        for volume in volumes
        if volume.received and (volume.month, Step(name)) not in logged
    ]
