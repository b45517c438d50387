"""From what happened in the cases to each task's minutes: the one module here that reads the database.

Rules, which the workbook's 定義 sheet repeats in Japanese:
- Volume = cases entered and verified, in the month of the first receipt that proves it.
- After = every staff second of the task in the period, also on sheets that were returned or refused.
- A step away from the screen that nobody logged in a month costs its timed sample × sheets received.
- Months before the month of ``introduced_on`` are a pilot: they count for the stop-loss and nothing else.
- A half-year that was signed is read from its closing and its signed corrections, never counted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import history, summary
from cases.models import BaselineSample, Task
from cases.signed import HalfClosing, HistoryCorrection, Ownership, PlanStep
from savings import words
from savings.calendar import business_days
from savings.forecast import forecast
from savings.frozen import thawed
from savings.groups import owner_in
from savings.indicators import MonthVolume, Owner, Step, StepMinutes, TaskMinutes
from savings.periods import FiscalYear
from savings.plan import Plan
from savings.report import Judgement, Report, SignedChange
from savings.sampling import Baseline, Source, Timing, baseline_of

EARLIER_YEARS = 4
"""A report shows the trend of five fiscal years."""

Kind = BaselineSample.Kind


def report(year: FiscalYear, plan: Plan, made_at: datetime) -> Report:
    """A fiscal year's report as of ``made_at`` (aware); months follow the site's time zone."""
    earlier = [FiscalYear(number) for number in range(year.year - EARLIER_YEARS, year.year)]
    past = dict(years_minutes([*earlier, year]))
    tasks, local = past.pop(year), timezone.localtime(made_at)
    last_year = {task.name: task for task in past[earlier[-1]]}
    days = business_days(settings.SITE.closed_days)
    return Report(
        year=year,
        made_at=local,
        plan=plan,
        tasks=tasks,
        earlier={before: found for before, found in past.items() if any(task.entered for task in found)},
        forged=forged(year),
        forecasts={
            task.name: forecast(task, year, local.date(), days, last_year.get(task.name)) for task in tasks
        },
        judgements=_judgements(year),
        changes=_changes(year),
    )


def _judgements(year: FiscalYear) -> tuple[Judgement, ...]:
    rows = (
        PlanStep.objects.filter(fiscal_year=year.year).select_related("task").order_by("task", "half", "pk")
    )
    return tuple(
        Judgement(
            task=row.task.title,
            period=words.period(year, row.half),
            round=row.round,
            kind=str(PlanStep.Kind(row.kind).label),
            mark=row.mark,
            sentence=row.sentence,
            signed_by=row.signed_by,
            signed_on=timezone.localtime(row.signed_at).date(),
        )
        for row in rows.order_by("task", "half", "pk")
    )


def _changes(year: FiscalYear) -> tuple[SignedChange, ...]:
    rows = HistoryCorrection.objects.filter(month__gte=year.first_day, month__lte=year.last_day)
    return tuple(
        SignedChange(
            task=row.task.title,
            month=row.month,
            what=_(words.WHATS[row.what]),
            amount=row.amount,
            unit=_("件") if row.what in history.VOLUMES else _("分"),
            reason=row.reason,
            signed_by=row.signed_by,
            signed_on=timezone.localtime(row.signed_at).date(),
        )
        for row in rows.select_related("task").order_by("pk")
    )


def task_minutes(year: FiscalYear) -> tuple[TaskMinutes, ...]:
    """Every task that went live by the end of the year, or by today, ordered by department and title."""
    return years_minutes([year])[year]


def years_minutes(years: Sequence[FiscalYear]) -> Mapping[FiscalYear, tuple[TaskMinutes, ...]]:
    """The same for several years at once; the number of queries does not grow with them."""
    sources = _sources(years)
    return {year: _of_year(year, sources) for year in years}


@dataclass(frozen=True)
class _Sources:
    """What was read for some years: everything by task name, closings and months by their year."""

    tasks: tuple[Task, ...]
    volumes: Mapping[tuple[str, FiscalYear], list[MonthVolume]]
    steps: Mapping[tuple[str, FiscalYear], list[StepMinutes]]
    timings: Mapping[tuple[str, str], list[Timing]]
    owners: Mapping[str, tuple[Owner, ...]]
    closings: Mapping[tuple[str, FiscalYear], Mapping[int, HalfClosing]]
    corrections: Mapping[tuple[str, FiscalYear], list[HistoryCorrection]]


def _sources(years: Sequence[FiscalYear]) -> _Sources:
    months = [month for year in years for month in year.months()]
    return _Sources(
        tasks=tuple(Task.objects.all()),
        volumes=_volumes(months),
        steps=_steps(months),
        timings=_timings(),
        owners=_owners(),
        closings=_closings(years),
        corrections=_corrections(years),
    )


def _of_year(year: FiscalYear, sources: _Sources) -> tuple[TaskMinutes, ...]:
    last = min(year.last_day, timezone.localdate())
    # What was signed stays in its year, even when the day of going live is moved afterwards.
    found = (
        _task(task, year, sources)
        for task in sources.tasks
        if task.introduced_on <= last or sources.closings.get((task.name, year))
    )
    return tuple(sorted(found, key=lambda task: (task.department, task.title)))


def baseline(task: str, kind: BaselineSample.Kind = Kind.STAFF_BEFORE) -> Baseline | None:
    """The timings of one task's old way that count."""
    return baseline_of(_timings()[task, kind])


def forged(year: FiscalYear) -> tuple[str, ...]:
    """Names of tasks with a signed row of that year that no longer says what was signed."""
    closings = HalfClosing.objects.filter(fiscal_year=year.year)
    corrections = HistoryCorrection.objects.filter(month__gte=year.first_day, month__lte=year.last_day)
    rows: list[HalfClosing | HistoryCorrection] = [*closings, *corrections]
    return tuple(sorted({row.task_id for row in rows if not history.is_intact(row)}))


def _task(task: Task, year: FiscalYear, sources: _Sources) -> TaskMinutes:
    begins, timings = task.introduced_on.replace(day=1), sources.timings
    volumes = [volume for volume in sources.volumes[task.name, year] if volume.month >= begins]
    steps = [step for step in sources.steps[task.name, year] if step.month >= begins]
    bare = TaskMinutes(
        name=task.name,
        title=task.title,
        department=task.department,
        introduced_on=task.introduced_on,
        key_task=task.key_task,
        running=task.enabled,
        baseline=baseline_of(timings[task.name, Kind.STAFF_BEFORE]),
        citizen_before=baseline_of(timings[task.name, Kind.CITIZEN_BEFORE]),
        citizen_after=baseline_of(timings[task.name, Kind.CITIZEN_AFTER]),
        owners=sources.owners[task.name],
        volumes=tuple(volumes),
        steps=(*steps, *_unlogged(task.steps, volumes, steps)),
    )
    named = _owned(bare, year) if bare.owners else bare
    closings = sources.closings.get((task.name, year), {})
    return thawed(named, year, closings, sources.corrections[task.name, year])


def _owned(task: TaskMinutes, year: FiscalYear) -> TaskMinutes:
    """With the department that owned the task at the end of the year, or owns it today."""
    last = min(year.last_day, timezone.localdate())
    return replace(task, department=owner_in(task, last.replace(day=1)))


def _volumes(months: Iterable[date]) -> Mapping[tuple[str, FiscalYear], list[MonthVolume]]:
    found: dict[tuple[str, FiscalYear], list[MonthVolume]] = defaultdict(list)
    for row in summary.volume_sums(months):
        volume = MonthVolume(row.month, row.received, row.entered)
        found[row.task, FiscalYear.of(row.month)].append(volume)
    return found


def _steps(months: Iterable[date]) -> Mapping[tuple[str, FiscalYear], list[StepMinutes]]:
    found: dict[tuple[str, FiscalYear], list[StepMinutes]] = defaultdict(list)
    for row in summary.minute_sums(months):
        step = StepMinutes(row.month, Step(row.step), row.seconds / 60, row.n, Source(row.source))
        found[row.task, FiscalYear.of(row.month)].append(step)
    return found


def _timings() -> Mapping[tuple[str, str], list[Timing]]:
    """Timings that count, by task and kind."""
    found: dict[tuple[str, str], list[Timing]] = defaultdict(list)
    for row in BaselineSample.objects.filter(withdrawn_at=None):
        found[row.task_id, row.kind].append(timing_of(row))
    return found


def timing_of(row: BaselineSample) -> Timing:
    return Timing(
        row.minutes,
        row.timed_on,
        row.timed_by,
        row.method,
        Source(row.source),
        row.sheets,
        tuple((str(name), float(minutes)) for name, minutes in row.steps),
    )


def _owners() -> Mapping[str, tuple[Owner, ...]]:
    found: dict[str, tuple[Owner, ...]] = defaultdict(tuple)
    for row in Ownership.objects.order_by("since"):
        found[row.task_id] = (*found[row.task_id], Owner(row.since, row.department))
    return found


def _closings(years: Sequence[FiscalYear]) -> Mapping[tuple[str, FiscalYear], Mapping[int, HalfClosing]]:
    found: dict[tuple[str, FiscalYear], dict[int, HalfClosing]] = defaultdict(dict)
    for row in HalfClosing.objects.filter(fiscal_year__in=[year.year for year in years]):
        found[row.task_id, FiscalYear(row.fiscal_year)][row.half] = row
    return found


def _corrections(years: Sequence[FiscalYear]) -> Mapping[tuple[str, FiscalYear], list[HistoryCorrection]]:
    found: dict[tuple[str, FiscalYear], list[HistoryCorrection]] = defaultdict(list)
    rows = HistoryCorrection.objects.filter(month__gte=min(years).first_day, month__lte=max(years).last_day)
    for row in rows.order_by("pk"):
        found[row.task_id, FiscalYear.of(row.month)].append(row)
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
