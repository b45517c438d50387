"""A task's switch: paused, its sheets are still read and corrected, but no robot takes one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from cases import access, audit, roles
from cases.models import Task
from cases.roles import Role

SWITCHERS = frozenset({Role.ICT, Role.DEPARTMENT})


@transaction.atomic
def switch(task: Task, by: User, on: bool) -> None:
    """Pause or resume; a robot under way ends the sheet that it holds. Raises NotAllowed."""
    roles.require_one(by, SWITCHERS)
    access.require(by, task.pk)
    if Task.objects.filter(pk=task.pk, enabled=not on).update(enabled=on):
        audit.write(by.get_username(), "task.resumed" if on else "task.paused", task=task.pk)
