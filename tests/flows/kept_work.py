"""Work in a store of its own, a process for each piece: ``python -m tests.flows.kept_work WHAT``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from flows import environment, wiring

environment.prepare()
wiring.ready_database()

from cases import audit, files, intake  # noqa: E402  # needs Django
from cases.files import FileKind  # noqa: E402  # the same
from cases.models import Case, SourceFile  # noqa: E402  # the same
from tests.flows.approved import approved  # noqa: E402  # the same


def case() -> dict[str, object]:
    """One more approved application."""
    made = approved(Path(sys.argv[2]))
    return {"number": made.number}


def write() -> dict[str, object]:
    """Audit lines without end, each with its row, until killed."""
    while True:
        audit.write("writer", "test.written")


def state() -> dict[str, object]:
    """What is there, and whether it holds together."""
    intake.sweep_orphans()
    sources = SourceFile.objects.all()
    return {
        "cases": {case.number: case.state for case in Case.objects.all()},
        "originals": sum(len(files.read_bytes(FileKind.ORIGINAL, source.pk)) > 0 for source in sources),
        "sources": sources.count(),
        "whole": audit.verify().whole,
        "lines": audit.verify().lines,
        "orphans": len(list((wiring.var() / "files").glob("orphans/*"))),
    }


if __name__ == "__main__":
    print(json.dumps({"case": case, "write": write, "state": state}[sys.argv[1]]()))
