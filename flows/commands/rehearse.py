"""``tenki demo``: the main job, end to end, on shipped sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    sheets: Annotated[
        Path | None, typer.Option(help="Folder of specimen sheets with their truth; else the shipped dozen.")
    ] = None,
) -> None:
    """Run the main job end to end on specimen sheets, against the rehearsal target, and show the figures.

    Everything is made fresh under var/demo and ends by itself in under three minutes. Exit status 1 when a
    sheet is neither entered and proven nor waits for a person for a stated reason.
    """
    from flows import demo as demonstration

    raise typer.Exit(demonstration.main(sheets or demonstration.SHEETS))
