"""``tenki demo``: the main job, end to end: sheets are read, corrected, approved, entered, proven, counted.

Everything is made fresh under ``var/demo``, and every program that is started ends with the demonstration.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config import private_files
from flows import environment, wiring
from flows.console import DONE, NEEDS_A_PERSON, Stop, out, say, timed
from flows.processes import Program, ProgramFailed, free_port, running, unwind_on_sigterm, wait_until_up
from flows.server import prefect_server

SHEETS = environment.PROJECT / "rehearsal" / "sheets"
PICTURES = frozenset({".pdf", ".tiff", ".png", ".jpg"})
TASKS = {"ido_todoke": "ido", "juminhyo_kofu": "kofu"}
"""Which task a shipped file belongs to, by the form that its name begins with."""

DAMAGED = ("encrypted", "text-renamed", "truncated", "cut-off")
VISITOR, PROGRAM = "demo", "program"
"""Who may look around afterwards, and whom the scripted operator signs in as."""

OPERATOR_TIMEOUT_S = 120


def folder() -> Path:
    """Where the demonstration lives: beside a site's own data, never in it."""
    return wiring.var() / "demo"


def main(sheets: Path = SHEETS) -> int:
    """Run the demonstration on the sheets of a folder, with their truth beside them; its exit status."""
    began = time.monotonic()
    unwind_on_sigterm()
    shutil.rmtree(folder(), ignore_errors=True)
    environment.prepare(folder())
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="tenki-demo-") as damaged:
        say("Tenki: the main job on invented people, from paper to register to the council's workbook.")
        with timed("database, keys, tasks, accounts"):
            server = stack.enter_context(prefect_server(wiring.var() / "prefect"))
            wiring.ready_database()
            accounts = _accounts()
        with timed("rehearsal target, desk, Prefect"):
            store = stack.enter_context(_target())
            desk = stack.enter_context(_desk())
            server.join()
        status = _work(_files(sheets, Path(damaged)), sheets, desk, accounts[PROGRAM], store)
    say(f"the desk: run `{_tenki()} desk --demo`, then open {_address()}")
    say(f"          sign in as {VISITOR}, password {accounts[VISITOR]}")
    say(f"\nDone in {time.monotonic() - began:.0f} s.")
    return status


def accounts_left() -> Sequence[tuple[str, str]]:
    """User and password with which a person may look at the demonstration's data. Stop when there is none."""
    path = wiring.var() / "accounts.json"
    if not path.exists():
        raise Stop("there is no demonstration to look at yet; run `tenki demo` first")
    return [(VISITOR, json.loads(private_files.read(path))[VISITOR])]


def _work(files: Mapping[str, Sequence[Path]], sheets: Path, desk: str, password: str, store: Path) -> int:
    from flows import demo_figures, demo_proof
    from flows.report import report

    for task, paths in files.items():
        with timed(f"reading {len(paths)} files of task {task}"):
            _take_in(task, paths)
    with timed("a scripted operator at the desk"):
        _operate(desk, password, sheets)
    demo_figures.add_sample_minutes()
    for task in files:
        with timed(f"a robot enters task {task}"):
            _enter(task)
    with timed("comparing the target's own database"):
        proof = demo_proof.compare_all(store)
    with timed("workbook"):
        workbook = wiring.var() / "reports" / report()
    out().print(demo_figures.summary(proof, [sheets]))
    for line in demo_figures.explanations(proof):
        say(line)
    say(f"workbook: {workbook}")
    return DONE if demo_figures.as_expected(proof) else NEEDS_A_PERSON


def _tenki() -> str:
    """The command as a person would type it here."""
    beside = Path(sys.executable).with_name("tenki")
    if not beside.exists():
        return "python -m flows"
    here = environment.PROJECT
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)


def _address() -> str:
    here = wiring.site()
    return f"http://{here.desk_host}:{here.desk_port}/"


def _accounts() -> Mapping[str, str]:
    from cases.access import assign_everything
    from cases.roles import Role, add_user

    passwords = {name: secrets.token_urlsafe(12) for name in (VISITOR, PROGRAM)}
    visitor = add_user(VISITOR, passwords[VISITOR], Role, by="demo", full_name="見学者")
    program = add_user(PROGRAM, passwords[PROGRAM], [Role.OPERATOR], by="demo", full_name="確認役プログラム")
    for user in (visitor, program):
        assign_everything(user, by="demo")
    private_files.create(wiring.var() / "accounts.json", json.dumps(passwords).encode())
    return passwords


@contextmanager
def _target() -> Iterator[Path]:
    """The rehearsal target, with an operator of its own for the robot; yields its database."""
    database = wiring.var() / "target" / "register.sqlite3"
    database.parent.mkdir(mode=0o700, parents=True)
    os.environ |= {"REHEARSAL_OPERATOR": "robot", "REHEARSAL_PASSWORD": secrets.token_urlsafe(12)}
    port = free_port()
    program = Program(
        "rehearsal target",
        [sys.executable, "-m", "rehearsal.target", "--port", str(port), "--database", str(database)],
        wiring.var() / "logs" / "target.log",
    )
    with running(program) as process:
        url = f"http://127.0.0.1:{port}/"
        wait_until_up(url, program, process)
        os.environ["TENKI_TARGET_URL_REHEARSAL"] = url
        yield database


@contextmanager
def _desk() -> Iterator[str]:
    """The desk on a free port; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "flows", "desk", "--port", str(port)]
    program = Program("desk", command, wiring.var() / "logs" / "desk.log")
    with running(program) as process:
        wait_until_up(f"http://127.0.0.1:{port}/healthz", program, process)
        yield f"http://127.0.0.1:{port}"


def _files(sheets: Path, damaged: Path) -> Mapping[str, Sequence[Path]]:
    """The sheets by task, and a few damaged files, to show what becomes of those."""
    from rehearsal.damaged import make_damaged

    files: dict[str, list[Path]] = {task: [] for task in TASKS.values()}
    for path in sorted(sheets.iterdir()):
        if path.suffix in PICTURES:
            files[TASKS[path.name.partition("-")[0]]].append(path)
    made = make_damaged(wiring.form_library().get("ido_todoke"), damaged, *DAMAGED)
    for path in made.values():
        # They are complete; intake would wait a while to see whether so young a file still grows.
        os.utime(path, (time.time() - 60, time.time() - 60))
    files["ido"] += made.values()
    return files


def _take_in(task: str, paths: Sequence[Path]) -> None:
    from flows.intake import intake
    from flows.receiving import receive

    refused = [arrival for arrival in receive(task, paths, by="demo") if arrival.problem]
    if refused:
        raise Stop(f"{refused[0].path.name}: {refused[0].message}")
    intake(task)


def _enter(task: str) -> None:
    from flows.entry import enter

    enter(task)


def _operate(desk: str, password: str, sheets: Path) -> None:
    """The scripted operator, in a process of its own, until nothing waits at the desk."""
    folders = [str(folder / "forms") for folder in wiring.config_folders()]
    command = [sys.executable, "-m", "rehearsal.operator", "--url", desk, "--user", PROGRAM]
    command += ["--truth", str(sheets), *(word for folder in folders for word in ("--forms", folder))]
    command += [word for task in TASKS.values() for word in ("--task", task)]
    command += ["--browser", wiring.browser_path()]
    log = wiring.var() / "logs" / "operator.log"
    program = Program("scripted operator", command, log, {"REHEARSAL_DESK_PASSWORD": password})
    with running(program) as process:
        if process.wait(OPERATOR_TIMEOUT_S):
            raise ProgramFailed(f"the scripted operator could not go on; see {log}")
