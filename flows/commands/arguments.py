"""Arguments that several verbs take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from flows.console import Stop

Files = Annotated[
    list[Path],
    # One file that may not be read must not stop the others, so that it is not the command line's to refuse.
    typer.Argument(help="PDF, TIFF, PNG or JPEG.", metavar="FILE…", readable=False),
]
"""Scanned files, in any state."""

TaskName = Annotated[str, typer.Argument(help="Name of the task, such as ido.", metavar="TASK")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON for another program.")]


def refuse_unknown(kind: str, words: Iterable[str], known: Iterable[str], hint: str = "") -> None:
    """Stop, naming the words that are none of the known ones; ``hint`` says where those are found."""
    if unknown := sorted(set(words) - set(known)):
        raise Stop(f"there is no {kind} {', '.join(unknown)}{hint}")
