"""Receiving files, before any flow runs: a name may be a resident's, and Prefect must not see it (law 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows import wiring


@dataclass(frozen=True)
class Arrival:
    """What became of one file: kept as ``source``, known before (``complete``), or refused for a problem."""

    path: Path
    source: str = ""
    complete: bool = False
    problem: str = ""
    message: str = ""


def receive(task: str, paths: Iterable[Path], by: str) -> Iterator[Arrival]:
    """Keep each file encrypted; one that cannot be kept stays where it is, and the rest goes on."""
    from cases import intake as cases_intake
    from cases.errors import FileRefused
    from cases.files import DiskFull
    from cases.models import Task

    row = Task.objects.get(pk=task)
    for path in paths:
        try:
            received = cases_intake.receive(row, path, by)
        except (FileRefused, DiskFull) as refusal:
            yield Arrival(path, problem=refusal.code, message=str(refusal))
        else:
            yield Arrival(path, source=str(received.source.pk), complete=received.complete)


def inbox(task: str) -> Path:
    """The folder into which scanners and people drop a task's files."""
    return wiring.var() / "inbox" / task


def empty_inbox(task: str, by: str = "inbox") -> Sequence[Arrival]:
    """Receive every file of the inbox; one that is kept leaves it, one that is refused stays."""
    folder = inbox(task)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = sorted(path for path in folder.iterdir() if path.is_file())
    return [_emptied(task, path, by) for path in waiting]


def _emptied(task: str, path: Path, by: str) -> Arrival:
    """Receive one file and take it away, unless a scanner has written another under its name meanwhile."""
    before = _identity(path)
    (arrival,) = receive(task, [path], by)
    if not arrival.problem and _identity(path) == before:
        path.unlink()
    return arrival


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Which file lies there, and in which version; None when there is none."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns
