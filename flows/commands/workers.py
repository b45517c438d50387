"""``tenki worker``: this machine reads and enters for a desk on another one."""

from __future__ import annotations

import getpass
import os
import re
import signal
import socket
import subprocess
import sys
from typing import Annotated

import typer

from flows import environment, wiring
from flows.commands.arguments import AsJson
from flows.console import Stop, out, print_json, say, table

app = typer.Typer(help="This machine reads and enters for a desk on another one.", no_args_is_help=True)


NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
Only = Annotated[
    str, typer.Option("--only", help="read or enter; without it both. Who enters needs the browser.")
]
Name = Annotated[str, typer.Option("--name", help="Name in Prefect; else the machine's.")]


@app.command()
def join(
    url: Annotated[str, typer.Argument(help="The desk, such as https://tenki.city.example.", metavar="URL")],
    tasks: Annotated[
        str, typer.Option("--tasks", help="Go on at once to work for these tasks, divided by commas.")
    ] = "",
    only: Only = "",
    name: Name = "",
) -> None:
    """Fetch the site's keys from the desk, once; the token is asked for (or read from standard input)."""
    wiring.start_django()
    from flows import workers

    token = getpass.getpass("Token: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not token:
        raise Stop("no token was given: the ICT section makes one on the desk's page 連携")
    names = workers.join(url, token)
    say(f"kept in {wiring.var() / 'keys'}: {', '.join(names)}")
    if tasks:
        run(tasks, only, name)


@app.command()
def run(
    tasks: Annotated[str, typer.Option("--tasks", help="Tasks to work for, divided by commas.")],
    only: Only = "",
    name: Name = "",
) -> None:
    """Work for a desk on another machine until stopped (Ctrl-C): read its files, enter its approved cases.

    Needs TENKI_DATABASE_URL, PREFECT_API_URL and TENKI_FILES_URL, and once `tenki worker join`.
    """
    wiring.start_django()
    from flows import hands, workers

    if lacking := workers.missing():
        raise Stop("; ".join(lacking))
    workers.refuse_other_version()
    kinds = hands.KINDS if not only else tuple(kind for kind in hands.KINDS if kind == only)
    if not kinds:
        raise Stop(f"--only {only}: there is {' or '.join(hands.KINDS)}")
    worker = _named(name)
    queues = hands.prepare(workers.known_tasks(tasks.split(",")), kinds, worker)
    say(f"working for {', '.join(queues)}")
    # Runs begin in a folder of their own, and find the program by this.
    os.environ["PYTHONPATH"] = str(environment.PROJECT)
    listening = [word for queue in queues for word in ("--work-queue", queue)]
    words = ["worker", "start", "--type", "process", "--pool", hands.POOL, *listening]
    words += ["--limit", str(len(kinds)), "--name", worker]
    if _work([sys.executable, "-m", "prefect", *words]):
        # Nobody is to be told that it is gone. A worker that dies stays in Prefect's list, and is missed.
        hands.forget(worker)
        return
    raise Stop(f"the worker {worker} has ended by itself")


def _named(name: str) -> str:
    worker = name or socket.gethostname()
    if not NAME.fullmatch(worker):
        raise Stop(f"the name {worker} cannot be used: give one of A-Z, a-z, 0-9, - and _ by --name")
    return worker


def _work(command: list[str]) -> bool:
    """Run the worker until it ends; whether somebody wanted it to."""
    asked = list[int]()
    with subprocess.Popen(command) as worker:

        def pass_on(signal_number: int, _: object) -> None:
            asked.append(signal_number)
            worker.send_signal(signal.SIGTERM)

        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, pass_on)
        worker.wait()
    return bool(asked)


@app.command()
def forget(
    name: Annotated[str, typer.Argument(help="Name of a worker that does not come back.", metavar="NAME")],
) -> None:
    """Have nobody wait for a worker any more; it may join the others again at any time."""
    wiring.start_django()
    from flows import hands

    hands.forget(name)
    say(f"{name}: forgotten")


@app.command("list")
def list_workers(as_json: AsJson = False) -> None:
    """List the workers: whether each is there, and when it was heard of last."""
    wiring.start_django()
    from flows import hands, prefect_api

    rows = hands.workers(prefect_api.here())
    if as_json:
        print_json({"workers": rows})
        return
    lines = [[row["name"], row["status"].lower(), row["heard_at"]] for row in rows]
    out().print(table("", ["name", "", "heard of"], lines))


@app.command()
def call(task: Annotated[str, typer.Argument(help="Name of the task.", metavar="TASK")]) -> None:
    """Have the workers that are online read and enter for a task now."""
    wiring.start_django()
    from flows import hands, workers

    (known,) = workers.known_tasks([task])
    say(f"{hands.call(known)} runs ordered")
