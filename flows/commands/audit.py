"""``tenki audit``: the audit trail from the command line."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from flows import wiring
from flows.console import NEEDS_A_PERSON, print_json, say, warn

app = typer.Typer(help="The audit trail: whether it is whole.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Keep ``verify`` a word of its own."""


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON on standard output.")] = False,
) -> None:
    """Follow the whole chain: 0 when all lines hold, 1 when one was changed, taken out, put in or cut off."""
    wiring.ready_database()
    from cases import audit as trail

    verdict = trail.verify(_told)
    trail.write(getpass.getuser(), "audit.verified", lines=verdict.lines, whole=verdict.whole)
    if as_json:
        print_json({"lines": verdict.lines, "broken_at": verdict.broken_at, "problem": verdict.problem})
    elif verdict.whole:
        say(f"{verdict.lines} lines, whole")
    else:
        say(f"broken at line {verdict.broken_at}: {verdict.problem}")
    if not verdict.whole:
        raise typer.Exit(NEEDS_A_PERSON)


def _told(lines: int, written: int) -> None:
    """How far it has come, for trails that take more than a moment."""
    if lines < written:
        warn(f"followed {lines} of {written} lines")
