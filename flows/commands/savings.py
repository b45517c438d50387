"""``tenki report``: the indicators, the council's workbook and the public result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.console import out, print_json, say, table, warn

if TYPE_CHECKING:
    from savings.report import Report


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
    public: Annotated[
        Path | None,
        typer.Option("--public", help="A folder for the public one-page result (HTML and PDF, no names)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON for another program.")] = False,
) -> None:
    """Show what each task has saved, and write the council's workbook."""
    wiring.ready_database()
    from flows.report import write, write_public
    from flows.savings_log import figures, results, year_report

    result = year_report(fiscal_year)
    path = write(result, output or wiring.var() / "reports" / f"tenki-{result.year.year}.xlsx")
    files = write_public(result, public) if public else ()
    if as_json:
        print_json(
            {
                "workbook": str(path),
                "public": [str(file) for file in files],
                "results": results(result),
                "tasks": {row.name: figures(row) for row in result.tasks},
            }
        )
        return
    _print(result)
    for file in (path, *files):
        say(str(file))


def _print(result: Report) -> None:
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
    _warn_of_pilots()
    for name in result.forged:
        warn(f"task {name}: a signed figure was changed behind the desk's back; do not use this report")


def _warn_of_pilots() -> None:
    """Name the tasks that must not go live as they are."""
    from savings.pilots import pilots
    from savings.stoploss import Verdict
    from savings.words import STEPS, VERDICTS

    for one in pilots(wiring.plan(), wiring.today()):
        if one.verdict in {Verdict.STOP, Verdict.NO_BASELINE}:
            step = f"（{STEPS[one.worst]} {one.worst_minutes:.2f}分）" if one.worst else ""
            warn(f"{one.pilot.title}：{VERDICTS[one.verdict]}{step}")
