"""A task's switch: paused, its sheets are still read and corrected, but no robot takes one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from cases import access, audit, roles
from cases.models import Task
from cases.roles import Role

SWITCHERS = frozenset({Role.ICT, Role.DEPARTMENT})


def switch(task: Task, by: User, on: bool) -> None:
    """Pause or resume; a robot under way ends the sheet that it holds. Raises NotAllowed."""
    roles.require_one(by, SWITCHERS)
    access.require(by, task.pk)
    turn(task, by.get_username(), on)


@transaction.atomic
def turn(task: Task, by: str, on: bool) -> bool:
    """The same by whoever works at the machine itself; whether it was the other way before."""
    turned = bool(Task.objects.filter(pk=task.pk, enabled=not on).update(enabled=on))
    if turned:
        audit.write(by, "task.resumed" if on else "task.paused", task=task.pk)
    return turned
