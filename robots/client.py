"""A robot for synchronous programs: starts the robot process, passes records, brings back receipts.

A process that dies or does not answer in time leaves a doubt. A fresh process looks into it, and does nothing
but look the record up; nothing is ever entered twice on a guess.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from forms.definition import FormDefinition
from forms.facts import Record
from robots.browser import BrowserSettings
from robots.credentials import Credentials
from robots.definition import TargetDefinition
from robots.errors import SIGN_IN_REFUSED, FaultError
from robots.journal import Journal
from robots.messages import Start, line, record_to_json, start_to_json, used_forms
from robots.receipt import Outcome, Receipt, from_json

START_TIMEOUT_S = 60.0
RECORD_TIMEOUT_S = 300.0
"""The longest that one record may take, doubts included."""

GOODBYE_TIMEOUT_S = 10.0


class ProcessDiedError(Exception):
    """The robot process ended, or did not answer in time and was ended."""


class RobotProcess:
    """One robot at one target. Use it as a context manager; it signs out and ends at the end.

    ``log`` takes the process's log (steps and codes, no values); by default it goes to standard error.
    """

    def __init__(
        self,
        target: TargetDefinition,
        forms: Iterable[FormDefinition],
        credentials: Credentials,
        browser: BrowserSettings | None = None,
        *,
        record_timeout_s: float = RECORD_TIMEOUT_S,
        log: IO[bytes] | None = None,
    ) -> None:
        used = used_forms(target, forms)
        self._start = Start(target, used, credentials, browser or BrowserSettings())
        self._record_timeout_s = record_timeout_s
        self._log = log
        self._running: _Running | None = None
        self._barred: FaultError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._running:
            self._running.end()
            self._running = None

    @property
    def pid(self) -> int | None:
        """The process id while the process runs."""
        return self._running.process.pid if self._running else None

    def enter(self, record: Record) -> Receipt:
        """Enter a record and prove it. When the process dies on the way, a fresh one looks the record up."""
        try:
            return self._asked("enter", record)
        except ProcessDiedError:
            return self.resolve(record)
        except FaultError as error:
            return self._ended(record, Outcome.FAULT, error)

    def resolve(self, record: Record) -> Receipt:
        """Find out whether a record arrived: ALREADY_THERE, UNAVAILABLE (it did not) or UNKNOWN."""
        try:
            return self._asked("resolve", record)
        except ProcessDiedError:
            return self._ended(record, Outcome.UNKNOWN, FaultError("robot.died"))
        except FaultError as error:
            return self._ended(record, Outcome.UNKNOWN, error)

    def check(self) -> None:
        """Prove the definition against the live screens. FaultError says what is wrong."""
        answer = self._answer({"do": "check"})
        if answer["trouble"]:
            raise FaultError(answer["trouble"], answer["detail"])

    def _asked(self, do: str, record: Record) -> Receipt:
        if self._barred is not None:
            raise self._barred
        receipt = from_json(self._answer({"do": do, "record": record_to_json(record)})["receipt"])
        if receipt.code == SIGN_IN_REFUSED:
            # A fresh process would try the same password again, and the third time locks the account.
            self._barred = FaultError(receipt.code, words=receipt.message)
        return receipt

    def _ended(self, record: Record, outcome: Outcome, error: FaultError) -> Receipt:
        journal = Journal(record.case_id, self._start.target.target)
        return journal.receipt(outcome, code=error.code, detail=error.detail, message=error.words)

    def _answer(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """What the process answers. One whose browser is gone has done nothing: a fresh one is asked."""
        answer = self._ask(command)
        while "browser_gone" in answer and self._running:
            self._running.end()
            self._running = None
            answer = self._ask(command)
        return answer

    def _ask(self, command: Mapping[str, Any]) -> dict[str, Any]:
        if self._running is None:
            self._running = _Running(self._start, self._log)
        try:
            return self._running.ask(command, self._record_timeout_s)
        except ProcessDiedError:
            self._running = None
            raise


class _Running:
    """One life of the robot process."""

    def __init__(self, start: Start, log: IO[bytes] | None) -> None:
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
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            answer = self.ask(start_to_json(start), START_TIMEOUT_S)
        except ProcessDiedError as error:
            raise FaultError("robot.start", "the robot process ended before it was ready") from error
        if "failed" in answer:
            self.end()
            raise FaultError(answer["failed"], answer["detail"])

    def ask(self, message: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send a message, wait for its answer. ProcessDiedError when none comes; the process is then gone."""
        try:
            self._send(message)
            answer = self._answers.get(timeout=timeout_s)
        except (OSError, queue.Empty):
            answer = b""
        if not answer:
            self._kill()
            raise ProcessDiedError
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def end(self) -> None:
        """Ask the process to sign out and go; end it when it does not."""
        try:
            self._send({"do": "close"})
            self.process.wait(timeout=GOODBYE_TIMEOUT_S)
        except (OSError, subprocess.TimeoutExpired):
            self._kill()

    def _send(self, message: Mapping[str, Any]) -> None:
        if self.process.stdin:
            self.process.stdin.write(line(message))
            self.process.stdin.flush()

    def _listen(self) -> None:
        """Pass on every line, and an empty one when the process has ended."""
        if self.process.stdout:
            for answer in self.process.stdout:
                self._answers.put(answer)
        self._answers.put(b"")

    def _kill(self) -> None:
        self.process.kill()
        self.process.wait()


def _environment() -> dict[str, str]:
    """The environment without what makes Playwright talk, and with the place where this package lies."""
    kept = {name: text for name, text in os.environ.items() if name not in {"DEBUG", "PWDEBUG", "DEBUG_FILE"}}
    here = str(Path(__file__).resolve().parent.parent)
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH"))))}
