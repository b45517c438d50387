"""Short logs of work away from the screen: preparing, scanning, comparing, exceptions, upkeep of robots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, roles
from cases.days import Work, problem
from cases.errors import HalfClosed, NoSentence, Withdrawn
from cases.history import is_closed
from cases.models import Task, TimeEvent
from cases.signed import StepLog
from cases.timing import TIMERS, works_of

NOON = time(12)
"""A log tells the day and not the hour; its time event stands at noon, far from the month's edges."""


@dataclass(frozen=True)
class Log:
    """Work on one step of a task; ``sheets`` None where it is no matter of sheets, such as upkeep."""

    task: str
    step: TimeEvent.Step
    work: Work
    sheets: int | None = None


@transaction.atomic
def note(log: Log, by: User) -> StepLog:
    """Store a log and the time event that counts it. Raises MeasureRefused."""
    roles.require_one(by, TIMERS)
    work = log.work
    found = problem(work, works_of(work.person, work.day), timezone.localdate())
    if found is not None:
        raise found
    task = Task.objects.get(name=log.task)
    if is_closed(task, work.day):
        raise HalfClosed(f"the half-year of {work.day} is signed: enter a correction instead")
    event = TimeEvent.objects.create(
        task=task,
        step=log.step,
        seconds=work.minutes * 60,
        source=TimeEvent.Source.LOGGED,
        at=datetime.combine(work.day, NOON, timezone.get_current_timezone()),
    )
    row = StepLog.objects.create(
        event=event,
        task=task,
        step=log.step,
        day=work.day,
        minutes=work.minutes,
        sheets=log.sheets,
        worked_by=work.person,
        starts=work.starts,
        ends=work.ends,
        noted_by=by.get_username(),
        noted_at=timezone.now(),
    )
    audit.write(by.get_username(), "log.noted", task=task.name, log=row.pk, step=log.step)
    return row


@transaction.atomic
def withdraw(log_id: int, by: User, reason: str) -> None:
    """Take a wrong log back: its time event goes, the log stays visible with who, when and why.

    Raises NoSentence, Withdrawn, HalfClosed.
    """
    roles.require_one(by, TIMERS)
    if not reason.strip():
        raise NoSentence("a log is withdrawn with a reason")
    row = StepLog.objects.select_for_update().select_related("task").get(pk=log_id)
    if row.withdrawn_at is not None:
        raise Withdrawn("this log was withdrawn already")
    if is_closed(row.task, row.day):
        raise HalfClosed(f"the half-year of {row.day} is signed: enter a correction instead")
    event, row.event = row.event, None
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by.get_username()
    row.withdrawn_for = reason.strip()[:200]
    row.save()
    if event is not None:
        event.delete()
    audit.write(by.get_username(), "log.withdrawn", log=log_id)
