"""Timings of the old way: noted, and withdrawn with a reason. A timing is never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, roles
from cases.days import Work, problem
from cases.errors import AlreadyNoted, NoSentence, Withdrawn
from cases.models import BaselineSample, Task, TimeEvent
from cases.roles import Role
from cases.signed import StepLog

TIMERS = frozenset({Role.DEPARTMENT, Role.ICT, Role.OPERATOR})
"""Who may time and note work."""

Kind, Origin = BaselineSample.Kind, BaselineSample.Origin


@dataclass(frozen=True)
class Run:
    """One run of the stopwatch as it is handed in; ``steps`` are minutes by step of the old way."""

    task: str
    work: Work
    method: str
    steps: tuple[tuple[str, float], ...] = ()
    kind: BaselineSample.Kind = Kind.STAFF_BEFORE
    source: TimeEvent.Source = TimeEvent.Source.MEASURED
    elapsed_minutes: float | None = None
    """By the clock on the wall, interruptions included."""


@transaction.atomic
def note(run: Run, by: User, origin: BaselineSample.Origin = Origin.STOPWATCH) -> BaselineSample:
    """Store a run. Raises MeasureRefused for what cannot have been worked."""
    roles.require_one(by, TIMERS)
    found = problem(run.work, works_of(run.work.person, run.work.day), timezone.localdate())
    if found is not None:
        raise found
    work = run.work
    sample = BaselineSample.objects.create(
        task=Task.objects.get(name=run.task),
        minutes=work.minutes,
        elapsed_minutes=run.elapsed_minutes,
        timed_on=work.day,
        timed_by=work.person,
        method=run.method,
        source=run.source,
        kind=run.kind,
        sheets=work.sheets,
        steps=[list(step) for step in run.steps],
        starts=work.starts,
        ends=work.ends,
        origin=origin,
        noted_by=by.get_username(),
        noted_at=timezone.now(),
    )
    audit.write(by.get_username(), "timing.noted", task=run.task, timing=sample.pk, kind=run.kind)
    return sample


@transaction.atomic
def note_all(runs: Iterable[Run], by: User) -> int:
    """Store every run of a time study or none; how many. Raises the first MeasureRefused."""
    every = list(runs)
    if any(was_imported(run) for run in every):
        raise AlreadyNoted("this time study was taken in before: withdraw its rows first")
    return len([note(run, by, Origin.IMPORT) for run in every])


def was_imported(run: Run) -> bool:
    """Whether the row came from a time study before; two equal rows of one study may well be two runs."""
    return BaselineSample.objects.filter(
        task=run.task,
        kind=run.kind,
        timed_on=run.work.day,
        timed_by=run.work.person,
        minutes=run.work.minutes,
        sheets=run.work.sheets,
        origin=Origin.IMPORT,
        withdrawn_at=None,
    ).exists()


@transaction.atomic
def withdraw(sample_id: int, by: User, reason: str) -> None:
    """Take a wrong run back; it stays visible with who, when and why. Raises NoSentence, Withdrawn."""
    roles.require_one(by, TIMERS)
    if not reason.strip():
        raise NoSentence("a timing is withdrawn with a reason")
    changed = BaselineSample.objects.filter(pk=sample_id, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by.get_username(), withdrawn_for=reason.strip()[:200]
    )
    if not changed:
        raise Withdrawn("this timing was withdrawn already")
    audit.write(by.get_username(), "timing.withdrawn", timing=sample_id)


def works_of(person: str, day: date) -> tuple[Work, ...]:
    """All that is noted of a person on a day: timings and logs that count."""
    timings = BaselineSample.objects.filter(timed_by=person, timed_on=day, withdrawn_at=None)
    logs = StepLog.objects.filter(worked_by=person, day=day, withdrawn_at=None)
    return (
        *(Work(person, day, row.minutes, row.starts, row.ends, row.sheets) for row in timings),
        *(Work(person, day, row.minutes, row.starts, row.ends) for row in logs),
    )


def clock(text: str) -> time | None:
    """``9:05`` or ``09:05:30`` as a time; None for nothing. ValueError for anything else."""
    text = text.strip()
    if not text:
        return None
    return time.fromisoformat(f"0{text}" if text[1:2] == ":" else text)
