"""A half-year's figures as they are signed, and read back with their signed corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cases.signed import HalfClosing, HistoryCorrection
from savings.indicators import MonthVolume, Step, StepMinutes, TaskMinutes
from savings.periods import FiscalYear, Half
from savings.sampling import Source

Figures = Mapping[str, Any]
LAST_HALF = 2
VOLUME_NAMES = ("received", "entered")


def figures_of(task: TaskMinutes, half: Half) -> dict[str, Any]:
    """What is signed for a task's half-year: the rows that its indicators rest on, as plain JSON."""
    part = task.within(half.months)
    return {
        "each_minutes": task.baseline.mean_minutes if task.baseline else None,
        "introduced_on": task.introduced_on.isoformat(),
        "running": task.running,
        "volumes": [[row.month.isoformat(), row.received, row.entered] for row in part.volumes],
        "steps": [
            [row.month.isoformat(), row.step.value, row.minutes, row.n, row.source.value, row.per_sheet]
            for row in part.steps
        ],
    }


def thawed(
    task: TaskMinutes,
    year: FiscalYear,
    closings: Mapping[int, HalfClosing],
    corrections: Iterable[HistoryCorrection],
) -> TaskMinutes:
    """The task with the signed figures of its closed half-years in place of what is counted now."""
    halves = {half: closings[half.number] for half in year.halves() if half.number in closings}
    if not halves:
        return task
    closed_months = {month for half in halves for month in half.months}
    volumes = [row for row in task.volumes if row.month not in closed_months]
    steps = [row for row in task.steps if row.month not in closed_months]
    for closing in halves.values():
        volumes += _volumes(closing.figures)
        steps += _steps(closing.figures)
    for correction in corrections:
        if correction.what in VOLUME_NAMES:
            volumes = _corrected(volumes, correction)
        else:
            steps.append(_step(correction))
    return replace(
        _as_signed(task, closings),
        volumes=tuple(sorted(volumes, key=lambda row: row.month)),
        steps=tuple(sorted(steps, key=lambda row: row.month)),
        closed=frozenset(halves),
    )


def _as_signed(task: TaskMinutes, closings: Mapping[int, HalfClosing]) -> TaskMinutes:
    """A year keeps the day of going live that it was signed with; whether it ran, once it is signed whole."""
    figures: Figures = closings[max(closings)].figures
    found = replace(task, introduced_on=date.fromisoformat(figures["introduced_on"]))
    return replace(found, running=bool(figures["running"])) if LAST_HALF in closings else found


def _volumes(figures: Figures) -> list[MonthVolume]:
    each = float(figures["each_minutes"])
    return [
        MonthVolume(date.fromisoformat(month), received, entered, each)
        for month, received, entered in figures["volumes"]
    ]


def _steps(figures: Figures) -> list[StepMinutes]:
    return [
        StepMinutes(date.fromisoformat(month), Step(step), minutes, n, Source(source), per_sheet)
        for month, step, minutes, n, source, per_sheet in figures["steps"]
    ]


def _corrected(volumes: list[MonthVolume], correction: HistoryCorrection) -> list[MonthVolume]:
    """A month's volume with the correction added; a month without cases gets its first ones."""
    amount, month = int(correction.amount), correction.month
    if all(row.month != month for row in volumes):
        each = next((row.each_minutes for row in volumes if row.month in Half.of(month)), None)
        volumes = [*volumes, MonthVolume(month, 0, 0, each)]
    name = correction.what
    return [
        replace(row, **{name: getattr(row, name) + amount}) if row.month == month else row for row in volumes
    ]


def _step(correction: HistoryCorrection) -> StepMinutes:
    return StepMinutes(correction.month, Step(correction.what), correction.amount, 1, Source.CORRECTION)
