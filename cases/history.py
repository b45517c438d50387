"""Closed half-years: figures that were signed, and the signed entries that alone put them right.

After its closing a half-year is read from here and nowhere else, whatever is deleted, logged or timed
later. Each row is sealed by a keyed digest, so that a change by who can write the database is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, roles, vault
from cases.errors import BadMove, BelowZero, ClosedAlready, HalfOpen, HalfRuns, NoBaseline, NoSentence
from cases.models import Task, TimeEvent
from cases.numbers import fiscal_year
from cases.roles import Role
from cases.sampled import PolicyVersion
from cases.signed import HalfClosing, HistoryCorrection, Ownership, PlanStep

VOLUMES = ("received", "entered")
WHATS = (*TimeEvent.Step.values, *VOLUMES)
"""What a correction may be about."""

OCTOBER = 10
Signed = HalfClosing | HistoryCorrection | PlanStep | PolicyVersion


@dataclass(frozen=True)
class Period:
    """A half of a fiscal year; ``half`` 1 from April, 2 from October."""

    fiscal_year: int
    half: int

    @classmethod
    def of(cls, day: date) -> Period:
        return cls(fiscal_year(day), 1 if 4 <= day.month < OCTOBER else 2)

    @property
    def ends_before(self) -> date:
        """The first day after it."""
        return date(self.fiscal_year, OCTOBER, 1) if self.half == 1 else date(self.fiscal_year + 1, 4, 1)


def is_closed(task: Task, day: date) -> bool:
    """Whether the figures of that day's half-year were signed."""
    period = Period.of(day)
    return HalfClosing.objects.filter(task=task, fiscal_year=period.fiscal_year, half=period.half).exists()


@transaction.atomic
def close(task: Task, period: Period, figures: Mapping[str, Any], by: User) -> HalfClosing:
    """Sign a half-year's figures. Raises NotAllowed, HalfRuns, ClosedAlready, NoBaseline."""
    roles.require(by, Role.ICT)
    if timezone.localdate() < period.ends_before:
        raise HalfRuns(f"half {period.half} of {period.fiscal_year} runs until {period.ends_before}")
    if is_closed(task, date(period.fiscal_year, 4 if period.half == 1 else OCTOBER, 1)):
        raise ClosedAlready(f"half {period.half} of {period.fiscal_year} was signed already")
    if figures.get("each_minutes") is None:
        raise NoBaseline(f"nobody timed the old way of {task.name}: without it nothing can be signed")
    row = HalfClosing(
        task=task,
        fiscal_year=period.fiscal_year,
        half=period.half,
        figures=dict(figures),
        signed_by=by.get_username(),
        signed_at=timezone.now(),
    )
    sign(row)
    audit.write(row.signed_by, "half.closed", task=task.name, year=period.fiscal_year, half=period.half)
    return row


@transaction.atomic
def correct(task: Task, month: date, what: str, amount: float, reason: str, by: User) -> HistoryCorrection:
    """Add a signed correction to a closed half-year. Raises NotAllowed, HalfOpen, NoSentence, BelowZero."""
    roles.require(by, Role.ICT)
    if not reason.strip():
        raise NoSentence("a correction of signed figures needs a reason")
    if not is_closed(task, month):
        raise HalfOpen("this half-year is not signed: note or withdraw the row itself")
    if what not in WHATS or amount == 0 or (what in VOLUMES and amount != int(amount)):
        raise BelowZero(f"{what} cannot be corrected by {amount:g}")
    if signed_amount(task, month, what) + amount < 0:
        raise BelowZero(f"{what} of {month:%Y-%m} would fall below zero")
    row = HistoryCorrection(
        task=task,
        month=month.replace(day=1),
        what=what,
        amount=float(amount),
        reason=reason.strip()[:400],
        signed_by=by.get_username(),
        signed_at=timezone.now(),
    )
    sign(row)
    audit.write(row.signed_by, "half.corrected", task=task.name, correction=row.pk, about=what)
    return row


def signed_amount(task: Task, month: date, what: str) -> float:
    """Minutes of a step, or a volume, of a closed month, with the corrections up to now."""
    period, day = Period.of(month), month.replace(day=1).isoformat()
    figures = HalfClosing.objects.get(task=task, fiscal_year=period.fiscal_year, half=period.half).figures
    added = HistoryCorrection.objects.filter(task=task, month=day, what=what)
    total = sum(added.values_list("amount", flat=True))
    if what in VOLUMES:
        place = 1 + VOLUMES.index(what)
        return float(total + sum(row[place] for row in figures["volumes"] if row[0] == day))
    return float(total + sum(row[2] for row in figures["steps"] if row[:2] == [day, what]))


def is_intact(row: Signed) -> bool:
    """Whether a signed row still says what was signed."""
    return row.seal == seal_of(row)


def seal_of(row: Signed) -> str:
    """The keyed digest of everything that the row says."""
    facts = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in {"id", "seal"}
    }
    text = json.dumps([row._meta.label, facts], sort_keys=True, ensure_ascii=False, default=_plain)
    return vault.digest(vault.Key.AUDIT, text.encode())


def sign(row: Signed) -> None:
    """Seal a new row and store it; no trigger and no function lets it change afterwards."""
    row.seal = seal_of(row)
    row.save(force_insert=True)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be sealed")


@transaction.atomic
def move(task: Task, department: str, since: date, by: str) -> None:
    """Give a task to another department from the first day of a month on; what was before stays there.

    Raises BadMove, or ClosedAlready when figures of that time were signed.
    """
    last = Ownership.objects.filter(task=task).order_by("-since").first()
    if since.day != 1 or since <= task.introduced_on or (last is not None and since <= last.since):
        raise BadMove(
            f"{task.name} cannot move on {since}: name the first day of a month after its last move"
        )
    if is_closed(task, since):
        raise ClosedAlready(f"the half-year of {since} was signed: name a later month")
    if last is None:
        first = task.introduced_on.replace(day=1)
        Ownership.objects.create(task=task, since=first, department=task.department)
    Ownership.objects.create(task=task, since=since, department=department)
    Task.objects.filter(pk=task.pk).update(department=department)
    audit.write(by, "task.moved", task=task.name)
