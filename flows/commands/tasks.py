"""``tenki task …``: the tasks, whether their files can be used, when their next rounds are, their switch."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import task_book, wiring
from flows.commands.arguments import AsJson, TaskName
from flows.commands.cases import known_task
from flows.commands.cases import run as run_round
from flows.console import COULD_NOT_RUN, DONE, Stop, out, print_json, say, table, warn

if TYPE_CHECKING:
    from cases.models import Task
    from forms.errors import DefinitionError

app = typer.Typer(help="The tasks (事業): list, check, run, pause, resume, export.", no_args_is_help=True)

TaskNames = Annotated[
    list[str] | None, typer.Argument(help="Names of tasks; without any, all.", metavar="[TASK]…")
]


@app.command("list")
def list_tasks(as_json: AsJson = False) -> None:
    """List the tasks with their schedule, their switch and their next round."""
    tasks = _tasks()
    if as_json:
        print_json([_facts(task) for task in tasks])
        return
    rows = [
        [
            task.name,
            task.title,
            "on" if task.enabled else "paused",
            _schedule_words(task),
            _moment(next(iter(_next(task, 1)), None)),
        ]
        for task in tasks
    ]
    out().print(table("", ["task", "title", "switch", "schedule", "next round"], rows))


@app.command()
def show(task: TaskName, as_json: AsJson = False) -> None:
    """Show a task's definition, its version and its next five rounds."""
    known_task(task)
    from cases.models import Task

    facts = _facts(Task.objects.get(pk=task))
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        say(f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}")


@app.command()
def check(tasks: TaskNames = None, as_json: AsJson = False) -> None:
    """Check the files of tasks before anything starts: each mistake with file, line and remedy.

    Exit status 2 when one cannot be used.
    """
    known = task_book.task_files()
    wanted = tasks or list(known)
    if strange := sorted(set(wanted) - set(known)):
        raise Stop(f"there is no file of a task {', '.join(strange)}; known are {', '.join(sorted(known))}")
    wiring.start_django()
    wrong = {name: task_book.problems(known[name]) for name in wanted}
    if as_json:
        print_json({name: [_problem(one) for one in found] for name, found in wrong.items()})
    else:
        for name, found in wrong.items():
            for one in found:
                warn(f"✕ {one}")
            if not found:
                say(f"{name}: can be used ({known[name]})")
    raise typer.Exit(COULD_NOT_RUN if any(wrong.values()) else DONE)


@app.command()
def run(task: TaskName, as_json: AsJson = False) -> None:
    """Do a task's whole round now, as `tenki run` does, once its file is found right."""
    wiring.start_django()
    file = task_book.task_files().get(task)
    for problem in task_book.problems(file) if file is not None else ():
        raise problem
    run_round(task, as_json)


@app.command()
def pause(task: TaskName) -> None:
    """Pause a task: no round is made and no robot takes a sheet until it is resumed."""
    _turn(task, on=False)


@app.command()
def resume(task: TaskName) -> None:
    """Resume a paused task."""
    _turn(task, on=True)


@app.command()
def export(
    task: TaskName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output.")
    ] = None,
) -> None:
    """Write a task back as YAML, with all that was changed in the desk; comments of its file stay."""
    from flows.task_export import exported

    known_task(task)
    from cases.models import Task

    text = exported(Task.objects.get(pk=task), task_book.task_files().get(task))
    if output is None:
        say(text.rstrip("\n"))
    else:
        output.write_text(text, encoding="utf-8")


def _turn(name: str, on: bool) -> None:
    known_task(name)
    from cases import switching
    from cases.models import Task
    from flows.held_schedules import HeldSchedules

    turned = switching.turn(Task.objects.get(pk=name), getpass.getuser(), on)
    held = HeldSchedules().switch(name, on)
    say(f"{name}: {'' if turned else 'was already '}{'on' if on else 'paused'}")
    if not held:
        say("No Prefect server holds this task now; `tenki up` takes the switch over when it starts.")


def _tasks() -> list[Task]:
    wiring.ready_database()
    from cases.models import Task

    return list(Task.objects.order_by("name"))


def _facts(task: Task) -> dict[str, Any]:
    from cases.task_versions import newest

    version = newest(task)
    return {
        "name": task.name,
        "title": task.title,
        "department": task.department,
        "forms": task.forms,
        "target": task.target,
        "switch": "on" if task.enabled else "paused",
        "version": version.version if version else 0,
        "schedule": _schedule_words(task),
        "limits": task.limits,
        "next_rounds": [at.isoformat(timespec="minutes") for at in _next(task, 5)],
    }


def _next(task: Task, n: int) -> tuple[datetime, ...]:
    return task_book.next_runs(task, n) if task.enabled else ()


def _schedule_words(task: Task) -> str:
    """The schedule in the words of its file, on one line."""
    said = {name: "/".join(v) if isinstance(v, list) else v for name, v in task.schedule.items()}
    return ", ".join(f"{name} {value}" for name, value in said.items()) or "the site's rounds"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %a %H:%M}" if at else "–"


def _problem(error: DefinitionError) -> dict[str, object]:
    return {
        "file": str(error.file),
        "line": error.line,
        "where": error.where,
        "problem": error.message,
        "remedy": error.remedy,
    }
