"""A task's definition, its versions and what differs between them.

The file under ``config/tasks`` seeds a task, the desk changes it, and both make versions. A file that was
changed later brings in only what was changed in it, so that what the desk has set since stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases import audit
from cases.models import Task
from cases.schedule import Limits, Schedule
from cases.task_table import TaskVersion

Definition = Mapping[str, Any]
NOT_DEFINED = frozenset({"name", "enabled"})
"""Columns of a task that are no part of its definition: its name never changes, its switch is no version."""

NESTED = frozenset({"policy", "schedule", "limits", "steps"})
"""Keys whose differences are told one level deeper."""


@dataclass(frozen=True)
class Change:
    """One value that differs; ``None`` where it was not said. ``key`` such as ``policy.max_wrong``."""

    key: str
    before: Any
    after: Any


def schedule_of(task: Task) -> Schedule | None:
    """None where the task follows the site's own rounds."""
    return Schedule.model_validate(task.schedule) if task.schedule else None


def limits_of(task: Task) -> Limits:
    return Limits.model_validate(task.limits)


def definition_of(task: Task) -> dict[str, Any]:
    """The task's columns as plain values, as they are kept in a version."""
    names = [field.name for field in Task._meta.concrete_fields if field.name not in NOT_DEFINED]
    return {name: _plain(getattr(task, name)) for name in names}


def differences(before: Definition, after: Definition) -> tuple[Change, ...]:
    """What differs, in the order of the definition."""
    found = list[Change]()
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key in NESTED and isinstance(old or {}, dict) and isinstance(new or {}, dict):
            found += [
                Change(f"{key}.{one.key}", one.before, one.after) for one in differences(old or {}, new or {})
            ]
        else:
            found.append(Change(key, old, new))
    return tuple(found)


def versions(task: Task) -> tuple[TaskVersion, ...]:
    """All of them, newest first."""
    return tuple(TaskVersion.objects.filter(task=task).order_by("-version"))


def newest(task: Task) -> TaskVersion | None:
    return TaskVersion.objects.filter(task=task).order_by("-version").first()


@transaction.atomic
def note(
    task: Task, by: str, origin: TaskVersion.Origin, seeded: Definition | None = None
) -> TaskVersion | None:
    """Keep the task as it stands now as its next version; None where nothing differs from the last one."""
    # Two at once: the second waits here, and then finds that nothing differs.
    task = Task.objects.select_for_update().get(pk=task.pk)
    last = newest(task)
    now = definition_of(task)
    changes = differences(last.definition, now) if last else ()
    kinds = sorted({change.key.partition(".")[0] for change in changes})
    if last is not None and not kinds and (seeded is None or seeded == last_seeded(task)):
        return None
    row = TaskVersion.objects.create(
        task=task,
        version=last.version + 1 if last else 1,
        definition=now,
        kinds=kinds,
        origin=origin,
        seeded=seeded,
        changed_by=by,
        changed_at=timezone.now(),
    )
    if kinds:
        audit.write(by, "task.changed", task=task.name, version=row.version, kinds=kinds)
    return row


def last_seeded(task: Task) -> Definition | None:
    """What the task's file said when it was last taken over."""
    found = TaskVersion.objects.filter(task=task, seeded__isnull=False).order_by("-version").first()
    return found.seeded if found else None


def state_mark() -> tuple[tuple[str, int, bool], ...]:
    """What changes whenever a task's definition or switch does, for whoever waits for that."""
    found = Task.objects.order_by("name").values_list("name", "enabled")
    counts = dict(TaskVersion.objects.values_list("task_id").annotate(n=Max("version")))
    return tuple((name, counts.get(name, 0), enabled) for name, enabled in found)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
