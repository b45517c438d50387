"""Measured working time per sheet: what the page of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from statistics import median

from django.db.models import Sum
from django.utils import timezone

from cases.models import BaselineSample, Task, TimeEvent

STEPS = (TimeEvent.Step.FIRST_CORRECTION, TimeEvent.Step.SECOND_CHECK, TimeEvent.Step.EXCEPTIONS)
"""The steps that are worked on the screen and timed by it."""


@dataclass(frozen=True)
class Before:
    """The old way of a task in seconds a case, as it was timed; None where nobody timed it, or did not note
    the time with interruptions.
    """

    active_s: float | None = None
    with_idle_s: float | None = None


@dataclass(frozen=True)
class DeskTime:
    """One step of a task in seconds a sheet: ``middle_s`` and ``mean_s`` without idle time, ``with_idle_s``
    the mean with it, None where it was not measured."""

    task: Task
    step: str
    sheets: int
    middle_s: float
    mean_s: float
    with_idle_s: float | None
    total_s: float
    before: Before = Before()


def before(task: Task) -> Before:
    """Over all runs that count."""
    runs = list(
        BaselineSample.objects.filter(
            task=task, kind=BaselineSample.Kind.STAFF_BEFORE, withdrawn_at=None
        ).values_list("minutes", "elapsed_minutes", "sheets")
    )
    sheets = sum(count for _, _, count in runs)
    if not sheets:
        return Before()
    with_idle = [elapsed for _, elapsed, _ in runs if elapsed is not None]
    return Before(
        sum(minutes for minutes, _, _ in runs) * 60 / sheets,
        sum(with_idle) * 60 / sheets if len(with_idle) == len(runs) else None,
    )


def rows(tasks: Iterable[Task], since: date) -> tuple[DeskTime, ...]:
    """Every task and step with a measured sheet, by title and in the order of the work."""
    begins = timezone.make_aware(datetime.combine(since, time()))
    found = []
    for task in tasks:
        timed = before(task)
        for step in STEPS:
            sheets = list(
                TimeEvent.objects.filter(
                    task=task, step=step, source=TimeEvent.Source.MEASURED, case__isnull=False, at__gte=begins
                )
                .values("case")
                .annotate(active=Sum("seconds"), elapsed=Sum("elapsed_seconds"))
                .order_by()
            )
            if sheets:
                active = [sheet["active"] for sheet in sheets]
                elapsed = [sheet["elapsed"] for sheet in sheets if sheet["elapsed"] is not None]
                found.append(replace(_row(task, step, active, elapsed), before=timed))
    return tuple(found)


def _row(task: Task, step: str, active: list[float], elapsed: list[float]) -> DeskTime:
    total = sum(active)
    with_idle = sum(elapsed) / len(elapsed) if elapsed else None
    return DeskTime(task, step, len(active), median(active), total / len(active), with_idle, total)
