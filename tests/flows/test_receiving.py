"""The intake beside trouble: what a killed reader left goes, and one bad file bars no other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from cases import files, seed
from cases.files import FileKind
from cases.models import Case, SourceFile, Task
from cases.states import State
from flows import receiving
from flows.guard import Fault
from flows.intake import read_all

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task() -> Task:
    return seed.seed()[0]


def old(path: Path, content: bytes) -> Path:
    """A file that nobody writes to any more."""
    path.write_bytes(content)
    os.utime(path, (1e9, 1e9))
    return path


def test_a_plain_copy_left_by_a_killed_reader_goes_with_the_next_round(task: Task) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = Path(settings.VAR) / "scratch" / f"tenki-{gone.pid}-x"
    left.mkdir(parents=True)
    os.utime(left, (1e9, 1e9))
    assert list(read_all(task.name, [])) == []
    assert not left.exists()


def test_a_stored_file_that_does_not_open_bars_no_other(task: Task, tmp_path: Path) -> None:
    paths = [old(tmp_path / name, name.encode()) for name in ("1.pdf", "2.pdf")]
    arrivals = list(receiving.receive(task.name, paths, "test"))
    damaged = files.path_of(FileKind.ORIGINAL, arrivals[0].source)
    damaged.write_bytes(damaged.read_bytes()[:-1])
    faults: list[Fault] = []
    states = [case.state for case in read_all(task.name, faults)]
    assert states == [State.UNREADABLE]
    assert [fault.kind for fault in faults] == ["FileDamaged"]
    assert Case.objects.get().source_id == SourceFile.objects.order_by("received_at")[1].pk
