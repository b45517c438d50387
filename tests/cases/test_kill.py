"""Intake killed at any moment and started again: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

PAGES = 5
HERE = Path(__file__).parent

INTAKE = """
import os, sys
var, drop, pages = sys.argv[1:]
os.environ.update(TENKI_VAR=var, TENKI_CONFIG="", DJANGO_SETTINGS_MODULE="config.settings")
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.core.management import call_command
from cases import audit, files, intake, seed, vault
from cases.states import State
from tests.cases.conftest import CONFIG, sheet
from tests.cases.test_intake import WorkingPage
settings.CONFIG_FOLDERS = (CONFIG,)
if not (Path(var) / "ready").exists():
    vault.create_keys()
    call_command("migrate", verbosity=0)
    seed.seed()
    (Path(var) / "ready").touch()
    sys.exit()
print("begins", flush=True)
files.sweep()
intake.sweep_orphans()
received = intake.receive(seed.Task.objects.get(), Path(drop), "aoki")
for page in range(int(pages)):
    case = intake.open_case(received.source, page)
    if case.state == State.RECEIVED:
        intake.record_sheet(case, sheet(), WorkingPage())
intake.complete(received.source)
print("whole" if audit.verify().broken_at is None else "broken", flush=True)
"""


def begin(var: Path, drop: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INTAKE, str(var), str(drop), str(PAGES)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TENKI_")}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=HERE.parent.parent, env=environment
    )


def kill_after(process: subprocess.Popen[str], delay_s: float) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def let_time_pass(var: Path) -> None:
    """Only what is old is swept; nobody waits an hour for it here."""
    for path in var.rglob("files/*/*"):
        os.utime(path, (time.time() - 7200, time.time() - 7200))


def found(var: Path) -> tuple[object, ...]:
    database = sqlite3.connect(var / "tenki.sqlite3")
    sources = database.execute("SELECT count(*) FROM cases_sourcefile WHERE read_at IS NOT NULL").fetchone()[
        0
    ]
    cases = database.execute(
        "SELECT number, page_index, state FROM cases_case ORDER BY page_index"
    ).fetchall()
    readings = database.execute("SELECT count(*), max(attempt) FROM cases_reading").fetchone()
    database.close()
    originals = list((var / "files" / "originals").iterdir())
    pages = list((var / "files" / "pages").iterdir())
    return (
        sources,
        [(number[-6:], page, state) for number, page, state in cases],
        readings,
        len(originals),
        len(pages),
    )


def killed_and_begun_again(var: Path, kills: int, seed: int) -> None:
    drop = var / "drop.pdf"
    drop.write_bytes(b"x" * 3_000_000)
    os.utime(drop, (time.time() - 60, time.time() - 60))
    assert begin(var, drop).wait() == 0
    chance = random.Random(seed)
    for _ in range(kills):
        kill_after(begin(var, drop), chance.uniform(0, 0.25))
        let_time_pass(var)
    output, _ = begin(var, drop).communicate(timeout=60)
    assert output.split() == ["begins", "whole"]
    cases = [(f"{page + 1:06d}", page, "NEEDS_REVIEW") for page in range(PAGES)]
    assert found(var) == (1, cases, (PAGES * 7, 1), 1, PAGES)


def test_a_killed_intake_goes_on(tmp_path: Path) -> None:
    killed_and_begun_again(tmp_path, kills=2, seed=1)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(5))
def test_an_intake_killed_many_times_goes_on(tmp_path: Path, seed: int) -> None:
    killed_and_begun_again(tmp_path, kills=8, seed=seed)
