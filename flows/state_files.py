"""Small files under ``var/state`` in which programs tell each other how they are. No values of residents."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from flows import wiring

logger = logging.getLogger("tenki.state")


class RunsAlready(Exception):
    """Another process holds the lock; the message names what it is and who has it."""


def folder() -> Path:
    path = wiring.var() / "state"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def write(name: str, data: object) -> None:
    """The whole file or none of it: whoever reads it meanwhile sees the one before."""
    path = folder() / f"{name}.json"
    beginning = path.with_name(f".{name}.{os.getpid()}")
    beginning.write_text(json.dumps(data), encoding="utf-8")
    beginning.replace(path)


def beat(name: str, data: object) -> None:
    """The same for what is written every few seconds. A full disk has no room for a new file: the old one's
    own room is written over then, so that others see that the writer lives.
    """
    try:
        write(name, data)
    except OSError as error:
        logger.warning("the state of %s cannot be written anew: %s", name, error.strerror)
        with contextlib.suppress(OSError):
            _write_over(folder() / f"{name}.json", json.dumps(data).encode())


def age_s(name: str) -> float:
    """How long ago a beat was written, by the machine's running clock, which nobody can set; infinite when
    never.
    """
    said = read(name)
    age = time.monotonic() - said["beat_s"] if said else math.inf
    # That clock begins anew with the machine: a larger figure is from before.
    return age if age >= 0 else math.inf


def read(name: str) -> Any:
    """What was written last; None when nothing was, or when it cannot be read."""
    try:
        return json.loads((folder() / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def names(beginning: str) -> list[str]:
    """The files whose names begin so, without their ending."""
    return sorted(path.stem for path in folder().glob(f"{beginning}*.json"))


def remove(name: str) -> None:
    (folder() / f"{name}.json").unlink(missing_ok=True)


@contextlib.contextmanager
def held(name: str, what: str) -> Iterator[None]:
    """Only one process at a time is in the block. RunsAlready when another one is; its end frees the lock."""
    # Opened to append: what the holder has written must not be lost when we are refused.
    with (folder() / f"{name}.lock").open("a+", encoding="utf-8") as lock:
        _lock(lock, what)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _write_over(path: Path, content: bytes) -> None:
    with path.open("r+b") as file:
        # Spaces behind JSON mean nothing; making the file shorter could need room of its own.
        file.write(content.ljust(path.stat().st_size))


def _lock(lock: IO[str], what: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise RunsAlready(
            f"{what} runs already for {wiring.var()} (process {lock.read() or 'unknown'}): "
            "stop it first, or set TENKI_VAR to another folder"
        ) from error
