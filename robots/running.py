"""One life of the robot process: started, told what to do, heard, ended."""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from robots.errors import FaultError
from robots.messages import Start, line, start_to_json

START_TIMEOUT_S = 60.0
GOODBYE_TIMEOUT_S = 10.0
BEAT_S = 0.5
"""How often ``keep`` is called while an answer is waited for."""


class ProcessDiedError(Exception):
    """The robot process ended, or did not answer in time and was ended."""


class Running:
    """A robot process that is ready for commands. FaultError when it cannot become so, ProcessDiedError when
    it ended on the way.
    """

    def __init__(self, start: Start, log: IO[bytes] | None, keep: Callable[[], None] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "robots.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(),
            # Ctrl-C at the terminal is for the caller, who ends the robot in good order.
            start_new_session=True,
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._ids = itertools.count(1)
        threading.Thread(target=self._listen, daemon=True).start()
        self._send(start_to_json(start))
        answer = self._ready(keep)
        if answer is None:
            self.kill()
            raise FaultError("robot.start", f"the robot process was not ready after {START_TIMEOUT_S:.0f} s")
        if "failed" in answer:
            self.end()
            raise FaultError(answer["failed"], answer["detail"])

    def _ready(self, keep: Callable[[], None] | None) -> dict[str, Any] | None:
        """The first answer; leases are kept meanwhile, since a browser may take long to start."""
        ends_s = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < ends_s:
            if keep:
                try:
                    keep()
                except BaseException:
                    self.kill()
                    raise
            answer = self._next(BEAT_S)
            if answer is not None:
                return answer
        return None

    def tell(self, command: Mapping[str, Any]) -> int:
        """Send a command; its answer bears the number returned. ProcessDiedError when nobody is there."""
        number = next(self._ids)
        self._send({"id": number, **command})
        return number

    def hear(self, ends_s: float) -> dict[str, Any] | None:
        """The next answer, whichever command it is to; None when none has come until then (by the monotonic
        clock). ProcessDiedError when the process is gone.
        """
        return self._next(max(0.0, ends_s - time.monotonic()))

    def kill(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Ask the process to sign out and go; end it when it does not."""
        try:
            self._send({"do": "close"})
            self.process.wait(timeout=GOODBYE_TIMEOUT_S)
        except (ProcessDiedError, subprocess.TimeoutExpired):
            self.kill()

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            if self.process.stdin:
                self.process.stdin.write(line(message))
                self.process.stdin.flush()
        except OSError as error:
            self.kill()
            raise ProcessDiedError from error

    def _next(self, timeout_s: float) -> dict[str, Any] | None:
        try:
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if not answer:
            self.kill()
            raise ProcessDiedError
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def _listen(self) -> None:
        """Pass on every line, and an empty one when the process has ended."""
        if self.process.stdout:
            for answer in self.process.stdout:
                self._answers.put(answer)
        self._answers.put(b"")


def _environment() -> dict[str, str]:
    """The environment without what makes Playwright talk, and with the place where this package lies."""
    kept = {name: text for name, text in os.environ.items() if name not in {"DEBUG", "PWDEBUG", "DEBUG_FILE"}}
    here = str(Path(__file__).resolve().parent.parent)
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH"))))}
