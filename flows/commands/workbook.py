"""``tenki workbook``: uncertain fields as an Excel workbook, and the corrected workbook back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.arguments import AsJson, TaskName
from flows.commands.cases import known_task
from flows.console import DONE, NEEDS_A_PERSON, Stop, print_json, say, warn

if TYPE_CHECKING:
    from django.contrib.auth.models import User

app = typer.Typer(
    help="Correct in Excel: uncertain fields with their pictures, out and back.", no_args_is_help=True
)
Person = Annotated[str, typer.Option("--user", help="Account at the desk in whose name it is done.")]


@app.command()
def export(
    task: TaskName,
    user: Person,
    output: Annotated[Path, typer.Option("--output", "-o", help="The workbook (.xlsx); must not exist yet.")],
) -> None:
    """Write the open fields of a task with their crops into a workbook. It holds personal data."""
    known_task(task)
    from cases import exchange
    from cases.models import Task
    from desk import workbook

    if output.exists():
        raise Stop(f"{output} is there already: name a file that is not")
    rows = exchange.rows(_person(user), task)
    output.touch(mode=0o600)
    output.write_bytes(workbook.write(Task.objects.get(pk=task), rows))
    say(f"{output}: {len(rows)} rows of {len({row.case.pk for row in rows})} cases")


@app.command("import")
def import_(
    task: TaskName,
    file: Annotated[Path, typer.Argument(help="The corrected workbook.", exists=True, dir_okay=False)],
    user: Person,
    skip: Annotated[
        bool, typer.Option("--skip", help="Take in all rows but those with a conflict; else all or none.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a corrected workbook in; exit status 1 when rows have conflicts, each named with its line."""
    known_task(task)
    from cases import exchange
    from desk import workbook_reading
    from desk.conflicts import told

    try:
        answers = workbook_reading.read(file.read_bytes())
    except workbook_reading.WorkbookUnreadable as error:
        raise Stop(str(error)) from error
    result = exchange.take_in(_person(user), task, answers, skip_problems=skip)
    problems = told(result.problems)
    if as_json:
        rows = [
            {"line": one.line, "case": one.number, "code": one.code, "message": one.sentence}
            for one in problems
        ]
        print_json({"taken_in": len(result.steps), "untouched": result.untouched, "conflicts": rows})
    else:
        for one in problems:
            warn(f"{one.line}行目 {one.number}：{one.sentence}")
        say(f"taken in: {len(result.steps)}, untouched: {result.untouched}, conflicts: {len(problems)}")
    raise typer.Exit(NEEDS_A_PERSON if problems else DONE)


def _person(name: str) -> User:
    from django.contrib.auth.models import User

    try:
        return User.objects.get(username=name, is_active=True)
    except User.DoesNotExist as error:
        raise Stop(f"there is no account {name!r}: tenki user list names them") from error
