"""Receiving files, before any flow runs: a name may be a resident's, and Prefect must not see it (law 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Arrival:
    """What became of one file: kept as ``source``, or refused for a problem.

    ``known``: the same bytes were handed in before; ``complete``: and all of it is read.
    """

    path: Path
    source: str = ""
    known: bool = False
    complete: bool = False
    problem: str = ""
    message: str = ""


def receive(
    task: str, paths: Iterable[Path], by: str, scanner: str = "", watched: bool = False
) -> Iterator[Arrival]:
    """Keep each file encrypted; one that cannot be kept stays where it is, and the rest goes on.

    ``scanner``: the inbox's sub-folder. ``watched``: nobody writes to them any more.
    """
    from cases import intake as cases_intake
    from cases.errors import FileRefused
    from cases.file_names import readable
    from cases.files import DiskFull
    from cases.models import Task

    row = Task.objects.get(pk=task)
    for path in paths:
        try:
            received = cases_intake.receive(row, path, by, readable(scanner), watched)
        except (FileRefused, DiskFull) as refusal:
            yield Arrival(path, problem=refusal.code, message=str(refusal))
        else:
            source = received.source
            yield Arrival(path, str(source.pk), received.duplicate, received.complete)
