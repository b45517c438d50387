"""Notices: something needs a person. Told once for each cause, and once more when it is over.

Whoever notices a cause calls ``tell`` as often as it is seen, and ``solved`` when it is gone; or
``seen_now``, which does both for all subjects of a cause. What is sent by mail or webhook, and when, is the
sender's affair (``flows.notifying``); the desk shows every notice.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases import access, audit, roles
from cases.notice_table import Notice
from cases.roles import Role

QUIET = timedelta(minutes=5)
"""A cause that comes back within this time was not over: its notice goes on, and nobody is told twice."""

SEEN_AGAIN = timedelta(minutes=1)
"""A notice that stands is written again at most so often."""

SEERS = frozenset({Role.ICT, Role.DEPARTMENT})
"""Who sees notices and acknowledges them; of tasks, departments their own."""


class Cause(enum.StrEnum):
    """Why a person is needed. A new member needs its sentence in ``desk/notice_words.py``."""

    GATE_STOPPED = "gate.stopped"
    """Robots may not work at a target until somebody opens it. Subject: the target."""

    GATE_SHUT = "gate.shut"
    """The breaker: a target cannot be reached and is left alone for a while. Subject: the target."""

    PART_FAILING = "part.failing"
    """A part of ``tenki up`` ends again and again. Subject: the part."""

    INBOX_GONE = "inbox.gone"
    """A task's inbox cannot be looked into. Subject: the task."""

    INBOX_UNFINISHED = "inbox.unfinished"
    """A file in the inbox is not finished for long. Subject: the task; ``files``."""

    INBOX_REFUSED = "inbox.refused"
    """Files were refused and wait in ``rejected``. Subject: the task; ``files``."""

    INBOX_STUCK = "inbox.stuck"
    """A file can neither be taken in nor moved away. Subject: the task; ``files``."""

    DISK_FULL = "disk.full"
    """A file could not be kept for want of room."""

    DISK_LOW = "disk.low"
    """Little room is left. ``free_mb``."""

    CLOCK_JUMPED = "clock.jumped"
    """The machine's clock was moved. ``seconds``, negative when it was put back."""

    SCHEDULE_MISSED = "schedule.missed"
    """A run did not begin when it should have. Subject: the task; ``minutes``."""

    ROUND_FAILED = "round.failed"
    """The last round or entry of a task did not end well. Subject: the task."""

    CASES_WAITING = "cases.waiting"
    """Cases wait for a person longer than the site wants. Subject: the task; ``cases``, ``hours``."""

    SERVER_GONE = "server.gone"
    """Prefect's server does not answer."""

    BACKUP_OLD = "backup.old"
    """No backup for as many days as the site allows, or none at all."""

    PREFECT_BIG = "prefect.big"
    """Prefect's database is larger than it should be kept. ``megabytes``."""

    FILES_ORPHANED = "files.orphaned"
    """Originals that no case names were laid aside. ``files``."""

    HOUSEKEEPING_FAILED = "housekeeping.failed"
    """A step of the nightly housekeeping could not be done. Subject: the step."""

    WORKER_GONE = "worker.gone"
    """A worker on another machine is not heard of any more. Subject: the worker."""

    WEBHOOK_UNSENT = "webhook.unsent"
    """Another system does not take what it is told of cases. Subject: the webhook."""

    UNSENT = "notice.unsent"
    """Notices could not be sent. Subject: the way of sending."""


TASK_CAUSES = frozenset(
    {
        Cause.INBOX_GONE,
        Cause.INBOX_UNFINISHED,
        Cause.INBOX_REFUSED,
        Cause.INBOX_STUCK,
        Cause.SCHEDULE_MISSED,
        Cause.ROUND_FAILED,
        Cause.CASES_WAITING,
    }
)
"""Causes whose subject is a task: its department sees them too."""


@transaction.atomic
def tell(cause: Cause, subject: str = "", **detail: object) -> Notice:
    """Somebody is needed; the notice, which is a new one only when the cause was not there before.

    Subject and details are codes and counts: AuditDetailRefused for anything else (law 5).
    """
    audit.refuse_values(cause, {"subject": subject, **detail})
    now = timezone.now()
    row = _standing(cause, subject)
    if row is None:
        row, _ = Notice.objects.get_or_create(
            cause=cause,
            subject=subject,
            solved_at=None,
            defaults={"detail": detail, "told_at": now, "seen_at": now},
        )
        return row
    if row.solved_at is not None or row.detail != detail or now - row.seen_at > SEEN_AGAIN:
        row.detail, row.seen_at, row.solved_at = detail, now, None
        row.save(update_fields=["detail", "seen_at", "solved_at"])
    return row


def solved(cause: Cause, subject: str = "") -> bool:
    """The cause is gone; whether it was there."""
    return _end(Notice.objects.filter(cause=cause, subject=subject, solved_at=None))


def seen_now(cause: Cause, found: Mapping[str, Mapping[str, object]]) -> None:
    """Where the cause is seen now, with the details of each subject; everywhere else it is over."""
    for subject, detail in found.items():
        tell(cause, subject, **detail)
    _end(Notice.objects.filter(cause=cause, solved_at=None).exclude(subject__in=list(found)))


@transaction.atomic
def acknowledge(notice_id: int, user: User) -> None:
    """Somebody sees to it; the notice stays until its cause is gone. Raises NotAllowed."""
    roles.require_one(user, SEERS)
    found = Notice.objects.filter(visible_to(user), pk=notice_id, acknowledged_at=None)
    if found.update(acknowledged_at=timezone.now(), acknowledged_by=user.get_username()):
        audit.write(user.get_username(), "notice.acknowledged", notice=notice_id)


def visible_to(user: User) -> Q:
    """Which notices a person may see: the ICT section all, a department those of its tasks."""
    held = roles.of(user)
    if Role.ICT in held:
        return Q()
    if Role.DEPARTMENT in held:
        return Q(cause__in=TASK_CAUSES, subject__in=list(access.tasks_of(user).values_list("pk", flat=True)))
    return Q(pk__in=[])


def _standing(cause: Cause, subject: str) -> Notice | None:
    """The notice that stands, or that ended so lately that it counts as standing."""
    lately = Q(solved_at=None) | Q(solved_at__gt=timezone.now() - QUIET)
    rows = Notice.objects.select_for_update().filter(lately, cause=cause, subject=subject)
    return rows.order_by("-told_at").first()


def _end(rows: QuerySet[Notice]) -> bool:
    """Asked for first: this is called every few seconds, and a write that changes nothing locks too."""
    return rows.exists() and bool(rows.update(solved_at=timezone.now()))
