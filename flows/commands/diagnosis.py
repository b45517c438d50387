"""``tenki doctor``: what is missing on this machine and the command that mends it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.console import COULD_NOT_RUN, DONE, out, print_json, table


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON for another program.")] = False,
) -> None:
    """Look at everything that Tenki needs; name what is missing and the command that mends it.

    Exit status 2 when something is missing.
    """
    from flows.doctor import examine

    probes = examine()
    if as_json:
        print_json([{**asdict(probe), "fit": probe.fit} for probe in probes])
    else:
        rows = [["ok" if probe.fit else "MISSING", probe.what, probe.seen, probe.remedy] for probe in probes]
        out().print(table("", ["", "what", "seen", "to mend it"], rows))
    raise typer.Exit(DONE if all(probe.fit for probe in probes) else COULD_NOT_RUN)
