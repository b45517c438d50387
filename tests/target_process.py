"""Starting the rehearsal target as a process of its own, for the demo and for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.target.faults import Fault

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0


class TargetNotStartedError(Exception):
    """The rehearsal target did not begin to listen."""


@dataclass
class RunningTarget:
    """A rehearsal target that listens. ``stop`` and ``start`` again keep its port and its database."""

    database: Path
    operator: str = field(repr=False)
    password: str = field(repr=False)
    control_token: str = field(default="", repr=False)
    session_timeout_s: float = 1800.0
    latency_ms: float = 0.0
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it and wait until it listens. TargetNotStartedError when it ends or takes too long."""
        port_file = self.database.with_suffix(".port")
        port_file.unlink(missing_ok=True)
        self.process = subprocess.Popen(self._command(port_file), env={**os.environ, **self._secrets()})
        ends_s = time.monotonic() + START_TIMEOUT_S
        while not port_file.exists():
            if self.process.poll() is not None or time.monotonic() > ends_s:
                self.stop()
                raise TargetNotStartedError(
                    "The rehearsal target did not start; its own message stands above."
                )
            time.sleep(0.02)
        self.port = int(port_file.read_text(encoding="ascii"))

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def arm(self, fault: Fault, **more: object) -> None:
        """Arm a fault (see ``rehearsal.target.faults.Armed`` for what more can be said)."""
        self._control("POST", {"fault": fault.value, **more})

    def disarm_all(self) -> None:
        self._control("DELETE")

    def armed(self) -> list[dict[str, object]]:
        """The faults that still wait."""
        return self._control("GET")

    def _control(self, method: str, message: Mapping[str, object] | None = None) -> list[dict[str, object]]:
        request = urllib.request.Request(
            f"{self.url}control/faults",
            data=json.dumps(message).encode() if message else None,
            headers={"X-Control-Token": self.control_token},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            armed: list[dict[str, object]] = json.load(answer)
            return armed

    def _command(self, port_file: Path) -> list[str]:
        return [
            *(sys.executable, "-m", "rehearsal.target", "--port", str(self.port)),
            *("--database", str(self.database), "--port-file", str(port_file)),
            *("--session-timeout-s", str(self.session_timeout_s), "--latency-ms", str(self.latency_ms)),
        ]

    def _secrets(self) -> dict[str, str]:
        return {
            "REHEARSAL_OPERATOR": self.operator,
            "REHEARSAL_PASSWORD": self.password,
            "REHEARSAL_CONTROL_TOKEN": self.control_token,
        }


@contextmanager
def running(target: RunningTarget) -> Iterator[RunningTarget]:
    """A rehearsal target for the length of a ``with`` block."""
    target.start()
    try:
        yield target
    finally:
        target.stop()
