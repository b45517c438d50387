"""What a round of a task came to, counted from what has happened since the one before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from cases.models import Case, Reading, Receipt, Task
from cases.round_table import RoundReport
from cases.states import State
from forms.facts import Route

ARRIVED = ("entered", "already_there")
LEFT_TO_A_PERSON = (Route.CHECK.value, Route.BLIND.value)


@dataclass(frozen=True)
class Saved:
    """The task's figures of the fiscal year, as the savings room counts them."""

    minutes: float | None
    rate: float | None
    sample: bool


def note(
    task: Task,
    began_at: datetime,
    refused: int,
    saved: Saved,
    needs_a_person: Collection[State],
    fault: str = "",
) -> RoundReport:
    """Count what has happened since the round before ended, and keep it: sheets come in between rounds too,
    and rounds of one task never overlap.
    """
    last = RoundReport.objects.filter(task=task).order_by("-began_at").first()
    since = last.ended_at if last is not None else began_at
    fresh = Case.objects.filter(task=task, created_at__gte=since)
    fields = Reading.objects.filter(case__in=fresh).aggregate(
        all=Count("pk"), asked=Count("pk", filter=Q(route__in=LEFT_TO_A_PERSON))
    )
    receipts = Receipt.objects.filter(case__task=task, finished_at__gte=since)
    return RoundReport.objects.create(
        task=task,
        began_at=began_at,
        ended_at=timezone.now(),
        sheets=fresh.count(),
        fields=fields["all"],
        asked=fields["asked"],
        refused=refused,
        entered=receipts.filter(outcome__in=ARRIVED).count(),
        exceptions=Case.objects.filter(task=task, state__in=needs_a_person).count(),
        saved_minutes=saved.minutes,
        rate=saved.rate,
        sample=saved.sample,
        fault=fault,
    )


def newest(task: Task, n: int) -> tuple[RoundReport, ...]:
    """The last rounds, newest first."""
    return tuple(RoundReport.objects.filter(task=task).order_by("-began_at")[:n])


def open_exceptions(task: Task, needs_a_person: Collection[State], n: int) -> tuple[str, ...]:
    """Ids of cases that need a person, the longest waiting first."""
    found = Case.objects.filter(task=task, state__in=needs_a_person).order_by("updated_at")
    return tuple(str(pk) for pk in found.values_list("pk", flat=True)[:n])
