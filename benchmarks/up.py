"""How soon ``tenki up`` is ready, how soon a killed part is back, how soon all has ended.

``make bench NAME=up`` takes three minutes on a quiet machine; ``QUICK=1`` starts twice and keeps none.
Each start is a new process on its own data; "ready" is when every part has answered, as the supervisor itself
and a service manager see it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.results import PROJECT, RESULTS, Row, write
from flows.processes import free_port, stop

QUICK = bool(os.environ.get("QUICK"))
FIRST, LATER = (1, 1) if QUICK else (3, 5)
PARTS = ("desk", "watcher", "runner", "server")
PATIENCE_S = 180.0
READY_S = 15
"""What the issue wants at most."""


@dataclass(frozen=True)
class Up:
    """`tenki up` on one folder of data."""

    var: Path

    def state(self, name: str) -> dict[str, Any]:
        try:
            said: dict[str, Any] = json.loads((self.var / "state" / f"{name}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return said

    def until(self, seen: Callable[[], object]) -> float:
        """How long it takes, in s."""
        began_s = time.monotonic()
        while not seen():
            if time.monotonic() - began_s > PATIENCE_S:
                sys.exit(f"nothing came within {PATIENCE_S:.0f} s; the logs lie in {self.var}")
            time.sleep(0.02)
        return time.monotonic() - began_s

    @contextmanager
    def running(self) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
        """Yields how long it took to be ready."""
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("TENKI_", "PREFECT_"))
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "flows", "up", "--every-minutes", "0", "--port", str(free_port())],
            cwd=PROJECT,
            env={**own, "TENKI_VAR": str(self.var)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield self.until(lambda: self.state("up").get("ready_s")), process
        finally:
            stop(process, timeout_s=60)

    def back_after_kill(self, part: str) -> float:
        """From kill -9 until the new process answers."""
        before = self.state(f"part-{part}")
        os.killpg(before["pid"], signal.SIGKILL)

        def again() -> bool:
            now = self.state(f"part-{part}")
            return now.get("being") == "running" and now["restarts"] > before["restarts"]

        return self.until(again)


def main() -> None:
    rows = list(measured())
    print(write("up", rows, PROJECT / "var" / "bench" if QUICK else RESULTS))


def measured() -> Iterator[Row]:
    first, later, ends = list[float](), list[float](), list[float]()
    back: dict[str, float] = {}
    for _ in range(FIRST):
        with tempfile.TemporaryDirectory(prefix="tenki-bench-") as folder:
            up = Up(Path(folder))
            with up.running() as (ready_s, _process):
                first.append(ready_s)
            if len(first) < FIRST:
                continue
            for number in range(LATER):
                with up.running() as (ready_s, process):
                    later.append(ready_s)
                    if number == LATER - 1:
                        back = {part: up.back_after_kill(part) for part in PARTS}
                    process.send_signal(signal.SIGTERM)
                    ends.append(_timed(process))
    wanted = "" if QUICK else f"<= {READY_S}"
    yield Row("first start, slowest", max(first), "s", wanted)
    yield Row("later start, slowest", max(later), "s", wanted)
    yield Row("later start, fastest", min(later), "s")
    for part, back_s in back.items():
        yield Row(f"{part} back after kill -9", back_s, "s")
    yield Row("all ended, slowest", max(ends), "s")


def _timed(process: subprocess.Popen[bytes]) -> float:
    began_s = time.monotonic()
    process.wait(timeout=PATIENCE_S)
    return time.monotonic() - began_s


if __name__ == "__main__":
    main()
