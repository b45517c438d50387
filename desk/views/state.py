"""The state page: what runs and since when, disk and clock, what waits where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import access, standing
from cases.models import Task
from cases.notice_table import Notice
from cases.notices import Cause
from cases.roles import Role
from cases.standing import Standing
from cases.states import WAITS_FOR_STAFF, State
from desk import notice_words, ports
from desk.roles import person, serves
from desk.state_ports import InboxState, MachineState, PartState

READERS = frozenset({Role.ICT, Role.DEPARTMENT})
TO_CHECK = (State.UNREADABLE, State.NEEDS_REVIEW, State.SECOND_CHECK, State.DISAGREED)
TO_DECIDE = (State.REFUSED, State.OUTCOME_UNKNOWN, State.ENTERED_WRONG)
LOW_SHARE = 0.1


@dataclass(frozen=True)
class Queue:
    """What waits in a task: files in the inbox and unread, then cases."""

    task: Task
    inbox: InboxState | None
    unread: int
    counts: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    """The last move of the case that waits longest for a person."""


@dataclass(frozen=True)
class Shown:
    """A part in words."""

    part: PartState
    name: str


@require_safe
@serves(READERS)
def state(request: HttpRequest) -> HttpResponse:
    """How the machine is; the queues of the person's tasks."""
    source = ports.current().state
    machine = source.now() if source else MachineState()
    jump = Notice.objects.filter(cause=Cause.CLOCK_JUMPED, solved_at=None).first()
    context = {
        "machine": machine,
        "parts": [Shown(part, notice_words.part(part.name)) for part in machine.parts],
        "runs": any(part.being not in {"absent", "gone"} for part in machine.parts),
        "now": timezone.now(),
        "zone": settings.SITE.time_zone,
        "jump": jump and notice_words.seen(jump.cause, jump.subject, jump.detail),
        "low": machine.disk_free < settings.SITE.disk_low_mb * 1_000_000,
        "queues": _queues(list(access.tasks_of(person(request))), machine),
    }
    return render(request, "desk/state.html", context)


def _queues(tasks: list[Task], machine: MachineState) -> list[Queue]:
    rows, unread = standing.standings(), standing.unread()
    return [
        Queue(
            task,
            (machine.inboxes or {}).get(task.pk),
            unread.get(task.pk, (0, None))[0],
            _counts([row for row in rows if row.task == task.pk]),
            min(
                (
                    row.oldest
                    for row in rows
                    if row.task == task.pk and row.state in WAITS_FOR_STAFF and row.oldest
                ),
                default=None,
            ),
        )
        for task in tasks
    ]


def _counts(rows: list[Standing]) -> dict[str, int]:
    groups = {
        "check": TO_CHECK,
        "approved": (State.APPROVED,),
        "entering": (State.ENTERING,),
        "decide": TO_DECIDE,
    }
    return {name: sum(row.count for row in rows if row.state in states) for name, states in groups.items()}
