"""``tenki intake``, ``tenki enter``, ``tenki run``: files to cases, approved cases to the target."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import wiring
from flows.commands.arguments import AsJson, Files, TaskName
from flows.console import DONE, NEEDS_A_PERSON, Stop, print_json, say, warn, watched

if TYPE_CHECKING:
    from flows.receiving import Arrival

SETTLED = frozenset({"APPROVED", "ENTERED"})
"""States in which nobody has to do anything before the next run."""


def register(app: typer.Typer) -> None:
    for verb in (intake, enter, run):
        app.command()(verb)


def intake(
    task: TaskName,
    files: Files,
    as_json: AsJson = False,
) -> None:
    """Take files in: each is kept encrypted and read, and every page becomes a case. The files stay in place.

    The same file a second time is recognised. Exit status 1 when a file was refused or a sheet needs a
    person.
    """
    known_task(task)
    arrivals, states = take_in(task, files)
    if as_json:
        print_json({"files": [_arrival(arrival) for arrival in arrivals], "cases": states})
    else:
        _tell(arrivals, states)
    raise typer.Exit(_status(arrivals, states))


def enter(
    task: TaskName,
    as_json: AsJson = False,
    look_ups: Annotated[
        bool, typer.Option("--look-ups", help="Only look up what waits for proof; nothing is entered.")
    ] = False,
) -> None:
    """Have robots enter the approved cases of a task into its target, and prove each.

    Exit status 1 when some could not be entered and wait for a person.
    """
    from flows.server import session

    known_task(task)
    with session(wiring.var() / "prefect"):
        from flows.entry import enter as enter_flow

        states = enter_flow(task, look_ups)
    print_json({"cases": states}) if as_json else _tell([], states)
    raise typer.Exit(_status([], states))


def run(task: TaskName, as_json: AsJson = False) -> None:
    """Do a task's whole round: take in its inbox, enter what is approved, write the workbook.

    The inbox is var/inbox/TASK; a file that was taken in leaves it. Exit status 1 when some need a person.
    """
    from flows.server import session

    known_task(task)
    with session(wiring.var() / "prefect"):
        from flows.round import work_round

        result = work_round(task)
    if as_json:
        print_json(result)
    else:
        for step, counts in result.items():
            say(f"{step}: " + _counted(counts))
    needs_a_person = bool(result["refused"]) or _status([], {**result["read"], **result["entered"]})
    raise typer.Exit(NEEDS_A_PERSON if needs_a_person else DONE)


def take_in(task: str, files: Sequence[Path]) -> tuple[list[Arrival], dict[str, int]]:
    """Receive the files, then read everything of the task that is not read yet."""
    from flows.receiving import receive
    from flows.server import session

    names = watched(files, "Receiving", lambda path: path.name)
    arrivals = list(receive(task, names, by=getpass.getuser()))
    with session(wiring.var() / "prefect"):
        # Prefect reads its settings when it is imported, so a flow is imported within the session only.
        from flows.intake import intake as intake_flow

        return arrivals, intake_flow(task)


def known_task(task: str) -> None:
    wiring.ready_database()
    from cases.models import Task

    names = list(Task.objects.values_list("name", flat=True))
    if task not in names:
        raise Stop(f"there is no task {task!r}; known are {', '.join(sorted(names))}")


def _tell(arrivals: Sequence[Arrival], states: Mapping[str, int]) -> None:
    for arrival in arrivals:
        if arrival.problem:
            warn(f"{arrival.path}: {arrival.problem}: {arrival.message}")
        elif arrival.complete:
            say(f"{arrival.path}: was taken in before")
    say("cases: " + _counted(states))


def _counted(states: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "none"


def _arrival(arrival: Arrival) -> dict[str, object]:
    return {
        "file": str(arrival.path),
        "source": arrival.source or None,
        "known_before": arrival.complete,
        "problem": {"code": arrival.problem, "message": arrival.message} if arrival.problem else None,
    }


def _status(arrivals: Sequence[Arrival], states: Mapping[str, int]) -> int:
    refused = any(arrival.problem for arrival in arrivals)
    return NEEDS_A_PERSON if refused or set(states) - SETTLED else DONE
