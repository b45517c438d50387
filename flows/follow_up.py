"""What becomes of approved cases that a run has left: the kind of the reason decides when it goes on."""

from __future__ import annotations

import enum
import logging
from datetime import datetime, timedelta

from flows import task_book, wiring
from flows.held_schedules import order
from flows.prefect_api import ServerAway, here

logger = logging.getLogger("tenki.entry")

SOON = timedelta(minutes=10)


class Left(enum.Enum):
    """Why approved cases are left."""

    NOTHING = "nothing"
    """None are."""

    PAUSED = "paused"
    """The task is switched off: whoever resumes it goes on."""

    STOPPED = "stopped"
    """A fault of ours: a person opens the target again, and nothing is tried before."""

    SHUT = "shut"
    """The target could not be reached: again when its breaker lets somebody try."""

    FAILING = "failing"
    """It could not be worked with, not often enough for the breaker: again in ten minutes."""

    BUSY = "busy"
    """Another robot had the account: again in ten minutes."""

    CLOSED = "closed"
    """The target's hours or the task's limits have ended: the next round of the schedule goes on."""


def again_at(left: Left, now: datetime, shut_until: datetime | None) -> datetime | None:
    """When the rest is tried; None leaves it to a person or to the schedule."""
    if left is Left.SHUT:
        return shut_until
    return now + SOON if left in {Left.FAILING, Left.BUSY} else None


def see_to(task: str) -> datetime | None:
    """Order another entry where the reason asks for one and the target is open then; when it will be."""
    left, shut_until = why(task)
    at = again_at(left, wiring.now(), shut_until)
    if at is None or not _may_run(task, at):
        return None
    try:
        ordered = order(here(), task, at, once=f"{task}-{at:%Y%m%d%H%M}")
    except ServerAway:
        return None  # Without a scheduler the next round or the next person goes on.
    if ordered:
        logger.info("task %s: %s, again at %s", task, left.value, f"{at:%H:%M}")
    return at if ordered else None


def why(task: str) -> tuple[Left, datetime | None]:
    """As the database tells it after the run; with the moment at which a shut target opens."""
    from cases.gates import Position, gate
    from cases.models import Case, Task
    from cases.states import State

    row = Task.objects.get(pk=task)
    if not Case.objects.filter(task=row, state=State.APPROVED).exists():
        return Left.NOTHING, None
    if not row.enabled:
        return Left.PAUSED, None
    standing = gate(row.target)
    if standing.position is Position.STOPPED:
        return Left.STOPPED, None
    if standing.position is Position.SHUT:
        return Left.SHUT, standing.until
    if standing.robot:
        return Left.BUSY, None
    return (Left.FAILING, None) if standing.failures else (Left.CLOSED, None)


def _may_run(task: str, at: datetime) -> bool:
    from cases.models import Task
    from cases.task_versions import limits_of

    row, local = Task.objects.get(pk=task), wiring.office().local(at)
    latest = limits_of(row).latest
    return task_book.is_open(row.target)(at) and (latest is None or local.time() <= latest)
