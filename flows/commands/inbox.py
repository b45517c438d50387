"""``tenki inbox``: what lies in the inboxes, what was refused, and putting it back."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer

from flows import wiring
from flows.console import DONE, NEEDS_A_PERSON, Stop, out, print_json, say, table

app = typer.Typer(help="Files that scanners and people drop for a task.", no_args_is_help=True)

TaskName = Annotated[str | None, typer.Argument(help="Name of a task; without it, all.", metavar="TASK")]


@app.command("list")
def list_files(
    task: TaskName = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON for another program.")] = False,
) -> None:
    """Say what waits in each inbox and what was refused, by number: names may be a resident's.

    Exit status 1 when a file was refused or an inbox cannot be looked into.
    """
    found = [_seen(name) for name in _tasks(task)]
    if as_json:
        print_json(found)
    else:
        for one in found:
            say(f"{one['task']}: {one['folder']}: {one['problem'] or str(one['waiting']) + ' waiting'}")
        rows = [
            [one["task"], row["id"], row["code"], str(row["bytes"]), row["scanner"], row["refused_at"]]
            for one in found
            for row in one["refused"]
        ]
        if rows:
            out().print(table("refused", ["task", "number", "why", "bytes", "scanner", "since"], rows))
    needed = any(one["refused"] or one["problem"] for one in found)
    raise typer.Exit(NEEDS_A_PERSON if needed else DONE)


@app.command("retry")
def retry(
    numbers: Annotated[
        list[str] | None, typer.Argument(help="Numbers of refused files (or their beginnings).")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="All refused files of a task.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All refused files.")] = False,
) -> None:
    """Put refused files back into their inboxes, to be taken in once more."""
    from cases import refusals
    from cases.inbox_table import Refusal
    from flows.lookout import put_back

    names = _tasks(task)
    rows = list(Refusal.objects.filter(ended_at=None, task__in=names))
    if numbers:
        rows = [row for row in rows if any(str(row.pk).startswith(number) for number in numbers)]
    elif not (task or everything):
        raise Stop("name the files by their numbers (`tenki inbox list`), or a task, or --all")
    if not rows:
        raise Stop("no refused file is meant: `tenki inbox list` names them")
    for row in rows:
        refusals.ask_back_from_console(row, getpass.getuser())
    for name in sorted({row.task_id for row in rows}):
        put_back(name)
    say(f"put back: {len(rows)}")


def _seen(task: str) -> dict[str, Any]:
    from cases import refusals
    from flows.inbox_folder import InboxGone, folder_of

    folder, problem, waiting = folder_of(task), "", 0
    try:
        folder.ready()
        waiting = sum(1 for _ in folder.drops())
    except InboxGone as gone:
        problem = str(gone)
    return {
        "task": task,
        "folder": str(folder.path),
        "problem": problem,
        "waiting": waiting,
        "refused": [
            {
                "id": str(row.pk),
                "code": row.code,
                "bytes": row.size_bytes,
                "scanner": row.scanner,
                "refused_at": row.refused_at.isoformat(timespec="seconds"),
                "asked_back": row.asked_at is not None,
            }
            for row in refusals.waiting(task)
        ],
    }


def _tasks(task: str | None) -> list[str]:
    wiring.ready_database()
    from cases.models import Task

    names = sorted(Task.objects.values_list("name", flat=True))
    if task is not None and task not in names:
        raise Stop(f"there is no task {task!r}; known are {', '.join(names)}")
    return names if task is None else [task]
