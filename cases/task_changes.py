"""A department makes a task or changes one; each change is a version, a policy changes by signature only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from cases import access, audit, history, roles, sampling, task_versions
from cases.errors import CaseChanged, NotAllowed, TargetInUse, TaskNameTaken
from cases.models import Case, Task
from cases.people import Assignment
from cases.policy import SignedPolicy, policy_of
from cases.roles import Role
from cases.schedule import Limits, Schedule
from cases.states import State
from cases.task_table import TaskVersion

CHANGERS = frozenset({Role.DEPARTMENT, Role.ICT})
TO_BE_LOOKED_UP = frozenset({State.ENTERING, State.OUTCOME_UNKNOWN, State.ENTERED_WRONG})
"""Whose records are asked for in the target that they went to."""


@dataclass(frozen=True)
class Wanted:
    """A task as somebody wants it; what can be said of it in the desk."""

    title: str
    forms: tuple[str, ...]
    target: str
    key_task: bool
    annual_volume: int | None
    schedule: Schedule | None
    limits: Limits

    def columns(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "forms": list(self.forms),
            "target": self.target,
            "key_task": self.key_task,
            "annual_volume": self.annual_volume,
            "schedule": self.schedule.said() if self.schedule else {},
            "limits": self.limits.said(),
        }


@dataclass(frozen=True)
class Signature:
    """A policy that somebody wants, with the reason, and the version of the policy that they saw."""

    policy: SignedPolicy
    reason: str
    seen_version: int


@transaction.atomic
def create(name: str, department: str, introduced_on: date, wanted: Wanted, by: User) -> Task:
    """A new task, whose policy is the strictest: a person approves every sheet.

    Raises NotAllowed, also for another department than one's own, and TaskNameTaken.
    """
    roles.require_one(by, CHANGERS)
    if Role.ICT not in roles.of(by) and department not in departments_of(by):
        raise NotAllowed("a department makes tasks of its own: the ICT section makes those of others")
    signed = Role.DEPARTMENT in roles.of(by)
    policy = SignedPolicy(
        version=1,
        signed_by=(by.get_full_name() or by.get_username()) if signed else "",
        signed_on=introduced_on if signed else None,
    )
    try:
        with transaction.atomic():
            task = Task(name=name, department=department, introduced_on=introduced_on, **wanted.columns())
            task.policy = policy.model_dump(mode="json")
            task.save(force_insert=True)
    except IntegrityError as error:
        raise TaskNameTaken(f"there is a task {name} already") from error
    if not access.may_see(by, name):
        Assignment.objects.create(user=by, task=task)
    task_versions.note(task, by.get_username(), TaskVersion.Origin.DESK)
    audit.write(by.get_username(), "task.created", task=name)
    return task


def departments_of(by: User) -> set[str]:
    """The departments that the person is tied to, by name or by one of their tasks."""
    found = set(access.tasks_of(by).values_list("department", flat=True))
    return (found | access.ties(by)[1]) - {""}


@transaction.atomic
def change(
    task: Task, wanted: Wanted, by: User, seen_version: int, signature: Signature | None = None
) -> TaskVersion | None:
    """The task's next version; None where nothing differs.

    Raises NotAllowed, CaseChanged when it is not the version that the person saw, TargetInUse, and what
    signing raises.
    """
    roles.require_one(by, CHANGERS)
    access.require(by, task.name)
    # Two at once: the second waits here, and then finds another version.
    task = Task.objects.select_for_update().get(pk=task.pk)
    last = task_versions.newest(task)
    if last is not None and last.version != seen_version:
        raise CaseChanged(f"task {task.name} was changed meanwhile: look again")
    may_have_target(task, wanted.target)
    Task.objects.filter(pk=task.pk).update(**wanted.columns())
    made = task_versions.note(task, by.get_username(), TaskVersion.Origin.DESK)
    if signature is not None and _differs(policy_of(task), signature.policy):
        sampling.sign_policy(task, by, signature.policy, signature.reason, signature.seen_version)
        made = task_versions.newest(task)
    return made


def may_have_target(task: Task, target: str) -> None:
    """Raises TargetInUse where it is another one, and a record would be looked up where it never went."""
    waiting = Case.objects.filter(task=task, state__in=TO_BE_LOOKED_UP).count()
    if waiting and target != task.target:
        raise TargetInUse(
            f"{waiting} records of task {task.name} may stand in target {task.target}: have these ended first"
        )


@transaction.atomic
def move(task: Task, department: str, since: date, by: User) -> None:
    """Give the task to another department from the first day of a month on.

    Raises NotAllowed, BadMove, ClosedAlready.
    """
    roles.require(by, Role.ICT)
    history.move(task, department, since, by.get_username())
    task_versions.note(task, by.get_username(), TaskVersion.Origin.DESK)


def _differs(now: SignedPolicy, wanted: SignedPolicy) -> bool:
    signature: Mapping[str, Any] = {"version": 0, "signed_by": "", "signed_on": None}
    return now.model_copy(update=signature) != wanted.model_copy(update=signature)
