"""Versions of a task: the file and the desk make them, neither undoes what the other has changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from cases import seed, task_versions
from cases.models import AuditLine, Task
from cases.task_table import TaskVersion
from cases.task_versions import Change, differences
from tests.cases.conftest import CONFIG

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Settings) -> Path:
    """The task's file in a folder of its own, seeded once."""
    own = tmp_path / "config"
    shutil.copytree(CONFIG, own)
    settings.CONFIG_FOLDERS = (own,)
    seed.seed()
    return own / "tasks" / "shiken.yaml"


def at_the_desk(**columns: object) -> TaskVersion | None:
    Task.objects.filter(pk="shiken").update(**columns)
    return task_versions.note(Task.objects.get(pk="shiken"), "aoki", TaskVersion.Origin.DESK)


def test_the_first_version_is_the_file_and_seeding_again_makes_none(file: Path) -> None:
    seed.seed()
    (first,) = task_versions.versions(Task.objects.get())
    assert (first.version, first.origin, first.kinds) == (1, "file", [])
    assert first.definition["target"] == "nowhere"


def test_what_the_desk_changed_stays_when_another_line_of_the_file_changes(file: Path) -> None:
    assert at_the_desk(schedule={"at": ["09:00"]}, title="別の題名") is not None
    file.write_text(file.read_text(encoding="utf-8") + "schedule: {at: ['10:00']}\n", encoding="utf-8")
    seed.seed()
    found = Task.objects.get()
    assert (found.title, found.schedule) == ("別の題名", {"at": ["10:00"]})
    assert [(one.version, one.kinds) for one in task_versions.versions(found)] == [
        (3, ["schedule"]),
        (2, ["schedule", "title"]),
        (1, []),
    ]
    seed.seed()
    assert at_the_desk() is None
    lines = AuditLine.objects.filter(what="task.changed").order_by("pk")
    assert [line.detail["kinds"] for line in lines] == [["schedule", "title"], ["schedule"]]


def test_a_database_that_knew_no_versions_follows_its_file(file: Path) -> None:
    Task.objects.update(title="古い題名")
    with transaction.atomic():
        TaskVersion.objects.all().delete()
    seed.seed()
    assert Task.objects.get().title == "試験用紙の入力"


def test_differences_name_what_lies_within() -> None:
    before = {"title": "a", "policy": {"version": 1, "max_wrong": 0.1}, "forms": ["x"]}
    after = {"title": "a", "policy": {"version": 2, "max_wrong": 0.1}, "forms": ["x", "y"], "limits": {}}
    assert differences(before, after) == (
        Change("policy.version", 1, 2),
        Change("forms", ["x"], ["x", "y"]),
    )
    assert differences(after, after) == ()


def test_a_version_is_never_changed(file: Path) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TaskVersion.objects.update(changed_by="nobody")


def test_the_mark_moves_with_every_change(file: Path) -> None:
    marks = [task_versions.state_mark()]
    at_the_desk(title="別の題名")
    marks.append(task_versions.state_mark())
    Task.objects.update(enabled=False)
    marks.append(task_versions.state_mark())
    assert len(set(marks)) == len(marks)
