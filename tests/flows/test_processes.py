"""Programs that we start end with us, whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.processes import Program, ProgramFailed, free_port, running, stop, wait_until_up

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""

STARTER = """
import sys, time
from pathlib import Path
from flows.processes import Program, running
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
with running(Program("child", [sys.executable, "-c", child], Path(sys.argv[1]))):
    time.sleep(60)
"""


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _until(log: Path) -> str:
    for _ in range(200):
        if log.exists() and log.read_text().strip():
            return log.read_text().strip()
        time.sleep(0.05)
    raise AssertionError("the program said nothing")


def _gone(pid: int) -> bool:
    return any(not _alive(pid) or time.sleep(0.05) for _ in range(200))


def test_children_of_a_program_end_with_it(tmp_path: Path) -> None:
    program = Program("parent", [sys.executable, "-c", PARENT], tmp_path / "log")
    with pytest.raises(ZeroDivisionError), running(program) as process:
        child = int(_until(program.log))
        raise ZeroDivisionError
    assert process.poll() is not None
    assert _gone(child)


def test_a_program_that_does_not_listen_is_ended(tmp_path: Path) -> None:
    program = Program("deaf", [sys.executable, "-c", DEAF], tmp_path / "log")
    with running(program) as process:
        _until(program.log)
        stop(process, timeout_s=0.5)
    assert process.returncode == -signal.SIGKILL


def test_a_killed_starter_takes_its_program_along(tmp_path: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER, tmp_path / "log"])
    pid = int(_until(tmp_path / "log"))
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    assert _gone(pid)


def test_a_program_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    program = Program("short", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")
    with (
        running(program) as process,
        pytest.raises(ProgramFailed, match="short ended with status 3") as caught,
    ):
        wait_until_up(f"http://127.0.0.1:{free_port()}/", program, process, timeout_s=20)
    assert str(program.log) in str(caught.value)


def test_a_silent_program_is_given_up(tmp_path: Path) -> None:
    program = Program("silent", [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log")
    with running(program) as process, pytest.raises(ProgramFailed, match="did not answer within 1 s"):
        wait_until_up(f"http://127.0.0.1:{free_port()}/", program, process, timeout_s=1)
