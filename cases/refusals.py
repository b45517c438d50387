"""Files that the inbox could not take in: why, and whether somebody wants them tried again."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cases import access, audit, roles
from cases.inbox_table import Refusal
from cases.models import Task
from cases.roles import Role

ASKERS = frozenset({Role.OPERATOR, Role.DEPARTMENT, Role.ICT})
"""Who may have a file tried again."""


def waiting(task: str) -> QuerySet[Refusal]:
    """What lies in ``rejected``, oldest first."""
    return Refusal.objects.filter(task=task, ended_at=None).order_by("refused_at")


@transaction.atomic
def refuse(task: Task, scanner: str, name: str, size_bytes: int, code: str) -> Refusal:
    """Note a file before it is moved away under the row's id."""
    row = Refusal.objects.create(
        task=task,
        scanner=scanner,
        original_name=name,
        size_bytes=size_bytes,
        code=code,
        refused_at=timezone.now(),
    )
    audit.write("inbox", "file.refused", refusal=f"refusal-{row.pk}", task=task.pk, code=code)
    return row


@transaction.atomic
def ask_back(refusal_id: UUID, by: User) -> None:
    """Somebody wants the file tried again. Raises NotAllowed, Refusal.DoesNotExist."""
    row = Refusal.objects.get(pk=refusal_id, ended_at=None)
    roles.require_one(by, ASKERS)
    access.require(by, row.task_id)
    _ask(row, by.get_username())


@transaction.atomic
def ask_back_from_console(row: Refusal, who: str) -> None:
    """The same for whoever works as Tenki's account on the machine itself."""
    _ask(row, who)


def end(row: Refusal) -> None:
    """It is not in ``rejected`` any more; its name, which may be a resident's, goes too."""
    row.ended_at, row.original_name = timezone.now(), ""
    row.save(update_fields=["ended_at", "original_name"])


def _ask(row: Refusal, who: str) -> None:
    row.asked_at, row.asked_by = timezone.now(), who
    row.save(update_fields=["asked_at", "asked_by"])
    audit.write(who, "file.asked_back", refusal=f"refusal-{row.pk}", task=row.task_id)
