"""How many cases stand where, and for how long: for the state page and for who watches the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from cases.models import Case, SourceFile
from cases.states import ENDED, State


@dataclass(frozen=True)
class Standing:
    """Cases of a task in one state. ``oldest``: when the one that waits longest moved last."""

    task: str
    state: State
    count: int
    oldest: datetime | None = None


def standings() -> tuple[Standing, ...]:
    """By task and state, without what is nowhere. The oldest are looked up only among those that wait."""
    counts = Case.objects.order_by("task", "state").values_list("task", "state").annotate(n=Count("pk"))
    waiting = Case.objects.exclude(state__in=ENDED).order_by().values_list("task", "state")
    oldest = {(task, state): at for task, state, at in waiting.annotate(at=Min("updated_at"))}
    return tuple(Standing(task, State(state), n, oldest.get((task, state))) for task, state, n in counts)


def unread() -> dict[str, tuple[int, datetime]]:
    """Files that were received and are not read yet, by task: how many, and when the oldest came."""
    rows = SourceFile.objects.filter(read_at=None).order_by().values_list("task")
    return {task: (n, at) for task, n, at in rows.annotate(n=Count("pk"), at=Min("received_at"))}
