"""When a task's robot ran, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.models import AuditLine, Case, Receipt, Task
from cases.states import State

DAYS = 14
ARRIVED = frozenset({"entered", "already_there"})
TOUCHED = (
    State.ENTERED,
    State.ENTERED_WRONG,
    State.REFUSED,
    State.OUTCOME_UNKNOWN,
    State.ENTERING,
    State.APPROVED,
)
"""Where a case stands that a robot has had, or has soon."""

LOOKED_BACK = 200
"""So many newest orders of all tasks are looked through for those of one."""


@dataclass(frozen=True)
class RunDay:
    """What a task's robot did on a day."""

    day: date
    entered: int
    other: int
    minutes: float


@dataclass(frozen=True)
class Order:
    """Somebody pressed "run now", or the switch."""

    what: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Running:
    """A task's recent runs."""

    days: tuple[RunDay, ...]
    orders: tuple[Order, ...]
    last_end: datetime | None


def running(task: Task) -> Running:
    """As the receipts and the audit trail tell it."""
    return Running(_days(task), _orders(task), _last_end(task))


def _last_end(task: Task) -> datetime | None:
    """The newest receipt of a robot is soon found from the end of the index over all; a task that has none is
    not looked for there.
    """
    if not Case.objects.filter(task=task, state__in=TOUCHED).exists():
        return None
    # Nothing here but the order may name an index: by any other SQLite fetches and sorts every receipt.
    of_task = Exists(Case.objects.filter(pk=OuterRef("case_id"), task=task))
    by_robot = Receipt.objects.alias(by=Coalesce("vouched_by_id", 0)).filter(of_task, by=0)
    ends = by_robot.order_by("-finished_at")
    return ends.values_list("finished_at", flat=True).first()


def _days(task: Task) -> tuple[RunDay, ...]:
    since = timezone.now() - timedelta(days=DAYS)
    found: dict[date, list[tuple[str, float]]] = defaultdict(list)
    rows = Receipt.objects.filter(finished_at__gte=since, case__task=task, vouched_by=None)
    for outcome, began, ended in rows.values_list("outcome", "started_at", "finished_at"):
        found[timezone.localdate(ended)].append((outcome, (ended - began).total_seconds() / 60))
    return tuple(
        RunDay(
            day,
            sum(outcome in ARRIVED for outcome, _ in its),
            sum(outcome not in ARRIVED for outcome, _ in its),
            sum(minutes for _, minutes in its),
        )
        for day, its in sorted(found.items(), reverse=True)
    )


def _orders(task: Task) -> tuple[Order, ...]:
    newest = AuditLine.objects.filter(what__in=("task.run", "task.paused", "task.resumed")).order_by("-id")
    own = [line for line in newest[:LOOKED_BACK] if line.detail.get("task") == task.pk]
    return tuple(Order(line.what, line.who, line.at) for line in own[:5])
