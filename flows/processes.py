"""Other programs that ours starts, waits for and ends: Prefect's server, the desk, the rehearsal target."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

STOP_TIMEOUT_S = 8.0
KILL_TIMEOUT_S = 5.0
POLL_S = 0.1


class ProgramFailed(Exception):
    """A program that we started ended by itself or did not answer in time."""


@dataclass(frozen=True)
class Program:
    """A command line to keep running. What it says goes to ``log``, which is made new each time."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


def unwind_on_sigterm() -> None:
    """Let a service manager's SIGTERM end this process as Ctrl-C does: what was started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def free_port() -> int:
    """A port on the loopback that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def running(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    """The program runs as long as the block does; then it and all its children are ended."""
    process = start(program)
    try:
        yield process
    finally:
        stop(process)


def start(program: Program, mode: Literal["ab", "wb"] = "wb") -> subprocess.Popen[bytes]:
    """Start it; it ends when this process does. ``mode`` "ab" goes on with its log."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open(mode) as log:
        return subprocess.Popen(
            [*_ends_with_us(), *program.command],
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us only, and we end the others in order.
            start_new_session=True,
        )


def _ends_with_us() -> list[str]:
    """Words before a command that make the kernel end it when we are killed and cannot."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def stop(process: subprocess.Popen[bytes], timeout_s: float = STOP_TIMEOUT_S) -> None:
    """Ask the whole group to end; make it end when it does not."""
    for demand in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, demand)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout_s)
            break
    # The leader may be gone before its children are.
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(KILL_TIMEOUT_S)


def wait_until_up(
    url: str, program: Program, process: subprocess.Popen[bytes], timeout_s: float = 60, auth: str = ""
) -> None:
    """Return when the URL answers. ProgramFailed, naming the log, when the program ends or stays silent."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ProgramFailed(
                f"{program.name} ended with status {process.returncode} while it started; see {program.log}"
            )
        if answers(url, auth):
            return
        time.sleep(POLL_S)
    raise ProgramFailed(f"{program.name} did not answer within {timeout_s:.0f} s; see {program.log}")


def answers(url: str, auth: str = "", timeout_s: float = 5) -> bool:
    """Whether a program of ours listens there and does not fail."""
    # Only loopback addresses that we made ourselves come here.
    request = urllib.request.Request(url)  # noqa: S310
    if auth:
        request.add_header("Authorization", "Basic " + base64.b64encode(auth.encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
            return bool(answer.status < 500)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False
