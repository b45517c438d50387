"""Robots for synchronous programs: starts the robot process, passes records, brings back receipts.

A process that dies or does not answer in time leaves a doubt. A fresh process looks into it, and does nothing
but look the record up; nothing is ever entered twice on a guess.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from forms.definition import FormDefinition
from forms.facts import Record
from robots.browser import BrowserSettings
from robots.checking import Examination
from robots.credentials import Credentials
from robots.definition import TargetDefinition
from robots.dry import DryRun
from robots.errors import BROWSER_GONE, SIGN_IN_REFUSED, FaultError, RobotError, UnavailableError
from robots.journal import Journal
from robots.messages import Start, record_to_json, used_forms
from robots.receipt import Outcome, Receipt, from_json
from robots.running import BEAT_S, ProcessDiedError, Running
from robots.seen_json import dry_from, examination_from

RECORD_TIMEOUT_S = 300.0
"""The longest that one record may take, doubts included."""

BEGINNINGS = 3
"""How often a record is begun when the browser ends under it, before anything was sent."""


class RobotProcess:
    """The robots of one account at one target. Use it as a context manager; they sign out and end at the end.

    ``log`` takes the process's log (steps and codes, no values); by default it goes to standard error.
    ``keep`` is called all the while; what it raises ends the robots at once, in the middle of a record.
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
        downloads: Path | None = None,
        keep: Callable[[], None] | None = None,
    ) -> None:
        used = used_forms(target, forms)
        self._start = Start(target, used, credentials, browser or BrowserSettings(), downloads)
        self._record_timeout_s = record_timeout_s
        self._log = log
        self.keep = keep
        self._running: Running | None = None
        self._barred: FaultError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def pid(self) -> int | None:
        """The process id while the process runs."""
        return self._running.process.pid if self._running else None

    def enter(self, record: Record) -> Receipt:
        """Enter a record and prove it. When the process dies on the way, a fresh one looks the record up."""
        records = iter((record,))
        return next(receipt for _, receipt in self.enter_many(lambda: next(records, None)))

    def enter_many(self, following: Callable[[], Record | None]) -> Iterator[tuple[Record, Receipt]]:
        """Enter records side by side, as many at once as the target allows; each comes back with its receipt.

        ``following`` gives the next record, or None when no more shall be begun; those under way are brought
        to their end.
        """
        again: dict[str, int] = {}
        waiting: list[Record] = []
        under_way: dict[int, tuple[Record, float]] = {}
        while True:
            while len(under_way) < self._start.target.contexts:
                record = waiting.pop(0) if waiting else following()
                if record is None:
                    break
                try:
                    number = self._tell({"do": "enter", "record": record_to_json(record)})
                except FaultError as error:
                    yield record, self._ended(record, Outcome.FAULT, error)
                    continue
                under_way[number] = (record, time.monotonic() + self._record_timeout_s)
            if not under_way:
                return
            answer = self._hear(min(ends_s for _, ends_s in under_way.values()))
            if answer is None or "browser_gone" in answer:
                if answer is not None:
                    waiting.append(under_way.pop(answer["id"])[0])
                # Nothing can be told of the others under way: each is looked up by a fresh process.
                self._end()
                doubtful = [under_way.pop(number)[0] for number in tuple(under_way)]
                for record in doubtful:
                    yield record, self.resolve(record)
                continue
            record, _ = under_way.pop(answer["id"])
            receipt = self._noted(from_json(answer["receipt"]))
            begun = again[record.case_id] = again.get(record.case_id, 0) + 1
            if receipt.code == BROWSER_GONE and receipt.outcome is Outcome.UNAVAILABLE and begun < BEGINNINGS:
                waiting.append(record)
            elif receipt.code == BROWSER_GONE and receipt.outcome is Outcome.UNKNOWN:
                yield record, self.resolve(record)
            else:
                yield record, receipt

    def resolve(self, record: Record) -> Receipt:
        """Find out whether a record arrived: ALREADY_THERE, UNAVAILABLE (it did not) or UNKNOWN."""
        for _ in range(BEGINNINGS):
            try:
                answer = self._asked({"do": "resolve", "record": record_to_json(record)})
            except FaultError as error:
                return self._ended(record, Outcome.UNKNOWN, error)
            except ProcessDiedError:
                continue
            receipt = self._noted(from_json(answer["receipt"]))
            if receipt.code != BROWSER_GONE:
                return receipt
        return self._ended(record, Outcome.UNKNOWN, FaultError("robot.died"))

    def examine(self) -> Examination:
        """Prove the definition against the live screens, writing nothing: see ``robots.checking``.

        FaultError or UnavailableError when it does not get as far as the first screen.
        """
        return examination_from(self._seen({"do": "check"})["seen"])

    def check(self) -> None:
        """The same, where anything that does not fit is an error."""
        for misfit in self.examine().misfits:
            raise FaultError(
                "screen.changed", f"on screen {misfit.screen} {misfit.lack.value}: {misfit.place}"
            )

    def dry_run(self, record: Record) -> DryRun:
        """Type a specimen record, stop before the submit: see ``robots.dry``. Raises RobotErrors."""
        return dry_from(self._seen({"do": "dry_run", "record": record_to_json(record)})["run"])

    def _seen(self, command: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._asked_again(command)
        if "trouble" in answer:
            kind: type[RobotError] = FaultError
            if answer["trouble"].startswith(("target.", "browser.")):
                kind = UnavailableError
            raise kind(answer["trouble"], answer["detail"], answer["words"])
        return answer

    def _asked_again(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """The same, also when the process ends on the way: looking and trying may be done again."""
        for _ in range(BEGINNINGS):
            try:
                return self._asked(command)
            except ProcessDiedError:
                continue
        raise FaultError("robot.died", "the robot process keeps ending on the way")

    def _asked(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """What the process answers. One whose browser is gone has done nothing: a fresh one is asked."""
        for _ in range(BEGINNINGS):
            self._tell(command)
            answer = self._hear(time.monotonic() + self._record_timeout_s)
            if answer is None:
                raise ProcessDiedError
            if "browser_gone" not in answer:
                return answer
            self._end()
        raise FaultError("browser.start", "the browser keeps ending")

    def _tell(self, command: Mapping[str, Any]) -> int:
        """Give a command to the running process, or to a new one. FaultError when none can be had."""
        if self._barred is not None:
            raise self._barred
        for _ in range(BEGINNINGS):
            try:
                if self._running is None:
                    self._running = Running(self._start, self._log, self.keep)
                return self._running.tell(command)
            except ProcessDiedError:
                self._running = None
        raise FaultError("robot.start", "the robot process keeps ending")

    def _hear(self, ends_s: float) -> dict[str, Any] | None:
        """The next answer; None when the process is gone."""
        while self._running is not None:
            if self.keep:
                try:
                    self.keep()
                except BaseException:
                    # Whoever took the record over looks it up now; nothing more may be typed here.
                    self._running.kill()
                    self._running = None
                    raise
            try:
                answer = self._running.hear(min(ends_s, time.monotonic() + BEAT_S))
            except ProcessDiedError:
                break
            if answer is not None:
                return answer
            if time.monotonic() >= ends_s:
                self._running.kill()
                break
        self._running = None
        return None

    def _noted(self, receipt: Receipt) -> Receipt:
        if receipt.code == SIGN_IN_REFUSED:
            # A fresh process would try the same password again, and the third time locks the account.
            self._barred = FaultError(receipt.code, words=receipt.message)
        return receipt

    def _ended(self, record: Record, outcome: Outcome, error: FaultError) -> Receipt:
        journal = Journal(record.case_id, self._start.target.target)
        return journal.receipt(outcome, code=error.code, detail=error.detail, message=error.words)

    def _end(self) -> None:
        if self._running:
            self._running.end()
            self._running = None
