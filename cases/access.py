"""Which tasks a person may see: the ICT section and the auditor all, the others those they are tied to."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from cases import audit, roles
from cases.errors import NotAllowed
from cases.models import Case, Task
from cases.people import Assignment
from cases.roles import Role

SEES_ALL = frozenset({Role.ICT, Role.AUDITOR})


def tasks_of(user: User) -> QuerySet[Task]:
    """The tasks that the person may see, by title; none for an account without roles."""
    held = roles.of(user)
    every = Task.objects.order_by("title")
    if held & SEES_ALL:
        return every
    ties = Assignment.objects.filter(user=user)
    mine = Q(pk__in=ties.values("task_id")) | Q(
        department__in=ties.exclude(department="").values("department")
    )
    return every.filter(mine) if held else every.none()


def cases_of(user: User) -> QuerySet[Case]:
    """The cases of those tasks."""
    return Case.objects.filter(task__in=list(tasks_of(user).values_list("pk", flat=True)))


def may_see(user: User, task: str) -> bool:
    return tasks_of(user).filter(pk=task).exists()


def require(user: User, task: str) -> None:
    """Raises NotAllowed when the person is not tied to the task."""
    if not may_see(user, task):
        raise NotAllowed(f"task {task} is not one of this person's: the ICT section can assign it")


def ties(user: User) -> tuple[set[str], set[str]]:
    """The tasks and the departments that the person is tied to, by name."""
    rows = list(Assignment.objects.filter(user=user).values_list("task", "department"))
    return {task for task, _ in rows if task}, {department for _, department in rows if department}


@transaction.atomic
def assign(user: User, by: str, tasks: Collection[str] = (), departments: Collection[str] = ()) -> None:
    """Set what the person is tied to; what is not named is taken away."""
    Assignment.objects.filter(user=user).delete()
    Assignment.objects.bulk_create(
        [
            *(Assignment(user=user, task_id=name) for name in sorted(set(tasks))),
            *(Assignment(user=user, department=name) for name in sorted(set(departments))),
        ]
    )
    audit.write(
        by, "user.assigned", user=user.pk, tasks=sorted(set(tasks)), departments=len(set(departments))
    )


def assign_everything(user: User, by: str) -> None:
    """Tie the person to every department that has a task."""
    assign(user, by, departments=set(Task.objects.values_list("department", flat=True)) - {""})
