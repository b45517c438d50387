"""``tenki report``: the indicators and the council's workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import wiring
from flows.console import out, print_json, say, table


def register(app: typer.Typer) -> None:
    app.command()(report)


def report(
    fiscal_year: Annotated[
        int | None,
        typer.Option(
            "--fy", min=2019, max=2999, help="Year in which it begins (April), as 2026; else the running one."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The workbook (.xlsx).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON for another program.")] = False,
) -> None:
    """Show what each task has saved, and write the council's workbook."""
    wiring.ready_database()
    from flows.report import write
    from flows.savings_log import figures, year_report

    result = year_report(fiscal_year)
    path = write(result, output or wiring.var() / "reports" / f"tenki-{result.year.year}.xlsx")
    if as_json:
        print_json({"workbook": str(path), "tasks": {row.name: figures(row) for row in result.tasks}})
        return
    from savings.words import hours, labelled, percent

    columns = ["業務", "入力件数", "導入前", "導入後", "削減率"]
    rows = [
        [
            labelled(row.title, sample=row.rests_on_samples),
            str(row.entered),
            hours(row.before_minutes),
            hours(row.after_minutes),
            percent(row.rate),
        ]
        for row in result.tasks
    ]
    out().print(table(result.year.label, columns, rows))
    say(str(path))
