"""What a round of a task came to, counted from what has happened since the one before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q
from django.utils import timezone

from cases.inbox_table import Refusal
from cases.models import AuditLine, Case, Reading, Task
from cases.round_table import RoundReport
from cases.states import State
from cases.summary import STANDING
from forms.facts import Route

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any case."""

LEFT_TO_A_PERSON = (Route.CHECK.value, Route.BLIND.value)


@dataclass(frozen=True)
class Saved:
    """The task's figures of the fiscal year, as the savings room counts them."""

    minutes: float | None
    rate: float | None
    sample: bool


def note(
    task: Task, began_at: datetime, saved: Saved, needs_a_person: Collection[State], fault: str = ""
) -> RoundReport:
    """Count what has happened since the round before ended, and keep it: sheets come in between rounds too,
    and rounds of one task never overlap. The first counts all that there is, so that the sums are right.
    """
    last, ended_at = RoundReport.objects.filter(task=task).order_by("-ended_at").first(), timezone.now()
    span = (last.ended_at if last is not None else EVER, ended_at)
    fresh = Case.objects.filter(task=task, created_at__gte=span[0], created_at__lt=span[1])
    fields = Reading.objects.filter(case__in=fresh).aggregate(
        all=Count("pk"), asked=Count("pk", filter=Q(route__in=LEFT_TO_A_PERSON))
    )
    return RoundReport.objects.create(
        task=task,
        began_at=began_at,
        ended_at=ended_at,
        sheets=fresh.count(),
        fields=fields["all"],
        asked=fields["asked"],
        refused=Refusal.objects.filter(task=task, refused_at__gte=span[0], refused_at__lt=span[1]).count(),
        entered=_entered(task, *span),
        exceptions=Case.objects.filter(task=task, state__in=needs_a_person).count(),
        saved_minutes=saved.minutes,
        rate=saved.rate,
        sample=saved.sample,
        fault=fault,
    )


def _entered(task: Task, since: datetime, until: datetime) -> int:
    """By the audit trail, which has every way in: a robot's proof, an import that a person confirmed. A case
    whose entry is corrected afterwards counts once.
    """
    arrived = AuditLine.objects.filter(at__gte=since, at__lt=until, detail__after__in=STANDING)
    first = arrived.exclude(detail__before__in=STANDING)
    return first.filter(case_id__in=Case.objects.filter(task=task).values("pk")).count()


def newest(task: Task, n: int) -> tuple[RoundReport, ...]:
    """The last rounds, newest first."""
    return tuple(RoundReport.objects.filter(task=task).order_by("-began_at")[:n])


def open_exceptions(task: Task, needs_a_person: Collection[State], n: int) -> tuple[str, ...]:
    """Ids of cases that need a person, the longest waiting first."""
    found = Case.objects.filter(task=task, state__in=needs_a_person).order_by("updated_at")
    return tuple(str(pk) for pk in found.values_list("pk", flat=True)[:n])
