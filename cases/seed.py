"""Seeding: tasks and their baseline samples from ``config/tasks/*.yaml`` into the database. Idempotent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from pydantic import Field as Spec

from cases import audit, history, roles, task_changes, task_versions
from cases.days import DAY_MINUTES
from cases.errors import SigningRefused, TargetInUse
from cases.models import BaselineSample, Task, TimeEvent
from cases.policy import SignedPolicy
from cases.row_source import RowSource
from cases.sampled import PolicyVersion
from cases.schedule import Limits, Schedule
from cases.strict import Strict
from cases.task_table import TaskVersion
from config.folders import files, find
from forms.library import load_definition


class SeedWrong(Exception):
    """A task's or sample's file cannot be used; the message names file and place."""


class StepTiming(Strict):
    """Minutes per sheet of a step away from the screen, timed as a sample."""

    minutes: float
    n: int
    timed_on: date
    timed_by: str
    method: str
    source: TimeEvent.Source


class TaskFile(Strict):
    """``config/tasks/<name>.yaml``."""

    name: Annotated[str, Spec(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,49}$")]
    """Begins with a letter: it stands in addresses and, as a code, in audit lines."""

    title: str
    department: str
    department_since: date | None = None
    """From when on the task belongs to that department, the first day of a month; needed when it moves."""

    forms: tuple[str, ...]
    target: str
    introduced_on: date
    key_task: bool = False
    annual_volume: int | None = None
    policy: SignedPolicy
    baseline: str = ""
    """Path of the sample file from the configuration folder."""

    steps: Mapping[TimeEvent.Step, StepTiming] = {}
    schedule: Schedule | None = None
    """When its rounds are made; without one as often as the site makes rounds."""

    limits: Limits = Limits()
    source: RowSource | None = None
    """Where its cases come from; left out: scans."""

    def columns(self) -> dict[str, Any]:
        """The definition as plain values, by the columns of ``Task``."""
        kept_apart = {"name", "baseline", "department_since", "schedule", "limits", "source"}
        return {
            **self.model_dump(mode="json", exclude=kept_apart),
            "schedule": self.schedule.said() if self.schedule else {},
            "limits": self.limits.said(),
            "source": self.source.model_dump(mode="json") if self.source else {},
        }


class Timing(Strict):
    timed_on: date
    timed_by: str
    minutes: Annotated[float, Spec(gt=0, le=DAY_MINUTES)]
    sheets: Annotated[int, Spec(ge=1)] = 1


class SampleFile(Strict):
    """Timings of the old way (``config/samples/…``)."""

    task: str
    source: TimeEvent.Source
    method: str
    timings: tuple[Timing, ...]


def seed(by: str = "seed") -> tuple[Task, ...]:
    """Roles and tasks: what a new database needs before anybody can work with it."""
    roles.create_groups()
    return seed_tasks(by)


def seed_tasks(by: str = "seed") -> tuple[Task, ...]:
    """Every task of the configuration as a row, with its baseline samples. Raises SeedWrong,
    DefinitionError, ConfigurationMissing.

    What has changed in a file since it was last taken over is brought into the task; what was changed in the
    desk stays, and so does whether the task is enabled.
    """
    return tuple(_seed_task(path, by) for path in files("tasks", ".yaml", settings.CONFIG_FOLDERS).values())


@transaction.atomic
def _seed_task(path: Path, by: str) -> Task:
    plain = load_definition(path, TaskFile)
    columns, task = plain.columns(), Task.objects.filter(name=plain.name).first()
    before = task_versions.last_seeded(task) if task else None
    taken = columns if before is None else {k: v for k, v in columns.items() if before.get(k) != v}
    if "department" in taken:
        _move(plain, path, by)
    if task is not None and "target" in taken:
        _change_target(task, plain, path)
    if "policy" in taken:
        taken = {**taken, "policy": _newest_policy(plain)}
    if task is None or taken:
        Task.objects.update_or_create(name=plain.name, defaults=taken)
    found = Task.objects.get(name=plain.name)
    task_versions.note(found, by, TaskVersion.Origin.FILE, columns)
    if plain.baseline:
        _seed_samples(found, load_definition(find(plain.baseline, settings.CONFIG_FOLDERS), SampleFile))
    if task is None:
        audit.write(by, "task.seeded", task=found.name)
    return found


def _newest_policy(plain: TaskFile) -> dict[str, Any]:
    """The file's policy, unless a later version was signed in the desk."""
    known = Task.objects.filter(name=plain.name).values_list("policy", flat=True).first() or {}
    signed = PolicyVersion.objects.filter(task=plain.name, version=known.get("version", 0)).exists()
    later = signed and int(known["version"]) >= plain.policy.version
    return dict(known) if later else plain.policy.model_dump(mode="json")


def _move(plain: TaskFile, path: Path, by: str) -> None:
    """A task that is there and has another department now has moved: its past stays where it was."""
    task = Task.objects.filter(name=plain.name).first()
    if task is None or task.department == plain.department:
        return
    if plain.department_since is None:
        raise SeedWrong(
            f"{path.name}: the task belonged to {task.department}; name department_since, the first day of "
            "the month from which it belongs to another, or the figures of the past would move along"
        )
    try:
        history.move(task, plain.department, plain.department_since, by)
    except SigningRefused as error:
        raise SeedWrong(f"{path.name}, department_since: {error}") from error


def _change_target(task: Task, plain: TaskFile, path: Path) -> None:
    try:
        task_changes.may_have_target(task, plain.target)
    except TargetInUse as error:
        raise SeedWrong(f"{path.name}, target: {error}") from error


def _seed_samples(task: Task, sample: SampleFile) -> None:
    """The file is the whole sample of its source: seeding again adds nothing. Timings of another source, and
    those that were noted in the desk, stay.
    """
    if sample.task != task.name:
        raise SeedWrong(
            f"the baseline of task {task.name} is a sample of task {sample.task}: name the right file"
        )
    task.baseline.filter(source=sample.source, origin=BaselineSample.Origin.FILE).delete()
    BaselineSample.objects.bulk_create(
        BaselineSample(
            task=task,
            minutes=timing.minutes,
            sheets=timing.sheets,
            timed_on=timing.timed_on,
            timed_by=timing.timed_by,
            method=sample.method,
            source=sample.source,
        )
        for timing in sample.timings
    )
