"""Keeps one program running: starts it, and starts it again when it ends or does not answer any more."""

from __future__ import annotations

import enum
import logging
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flows.processes import Program, kill, start, stop

logger = logging.getLogger("tenki.up")

LARGEST_LOG_BYTES = 20_000_000


class Being(enum.Enum):
    """How a part is."""

    WAITING = "waiting"
    """For the parts that it needs, or for its next try."""

    STARTING = "starting"
    RUNNING = "running"
    FAILING = "failing"
    """It ended so often that somebody was told; it is tried again now and then."""


@dataclass(frozen=True)
class Policy:
    """When a part that ended is started again, and when somebody is told."""

    first_s: float = 1.0
    most_s: float = 60.0
    """Each wait is twice the one before, up to this one."""

    within_s: float = 600.0
    """Deaths longer ago count no more."""

    told_after: int = 5
    """So many deaths within that time, and somebody is told."""

    starts_within_s: float = 90.0
    silent_s: float = 60.0
    """A part that does not answer for so long is ended by force, and counts as dead."""

    asked_every_s: float = 0.5
    """How often a part is asked that starts; one that runs, ten times more seldom."""

    def wait_s(self, deaths: int) -> float:
        """How long to wait after so many deaths."""
        return min(self.first_s * 2.0 ** max(deaths - 1, 0), self.most_s)


@dataclass(frozen=True)
class Part:
    """A program to keep, and how to see that it works. ``after``: parts that must have answered first."""

    name: str
    program: Program
    answers: Callable[[int], bool | None]
    """Whether it works, given its process's id; None when that cannot be told now."""

    after: tuple[str, ...] = ()
    stop_s: float = 10.0
    says: str = ""
    """What is told of it once it works, such as its address."""


@dataclass
class Kept:
    """A part as it is now."""

    part: Part
    policy: Policy = field(default_factory=Policy)
    clock_s: Callable[[], float] = time.monotonic
    process: subprocess.Popen[bytes] | None = None
    being: Being = Being.WAITING
    started_at: datetime | None = None
    restarts: int = 0
    last_exit: int | None = None
    deaths: deque[float] = field(default_factory=deque)
    answered_s: float | None = None
    """When it said that it works, by ``clock_s``."""

    _next_s: float = 0.0
    _heard_s: float = 0.0
    _asked_s: float = 0.0

    @property
    def failing(self) -> bool:
        """Whether somebody has to be told."""
        self._forget()
        return len(self.deaths) >= self.policy.told_after

    @property
    def starts_in_s(self) -> float:
        """How long until its next try."""
        return max(self._next_s - self.clock_s(), 0.0)

    def step(self, may_start: bool) -> None:
        """One look: start it when it is due, notice its end, see whether it answers."""
        if self.process is None:
            if may_start and self.clock_s() >= self._next_s:
                self._start()
        elif (status := self.process.poll()) is not None:
            self._died(status)
        elif self.clock_s() >= self._asked_s:
            self._ask(self.process)

    def end(self) -> None:
        """Ask it to end, with all its children; make it when it does not."""
        if self.process is not None:
            stop(self.process, self.part.stop_s)

    def _ask(self, process: subprocess.Popen[bytes]) -> None:
        answer, running = self.part.answers(process.pid), self.being is Being.RUNNING
        now_s = self.clock_s()
        if answer is not False:
            self._heard_s = now_s
        if answer:
            self.being, running, self.answered_s = Being.RUNNING, True, now_s
        self._asked_s = now_s + self.policy.asked_every_s * (10 if running else 1)
        if now_s - self._heard_s > (self.policy.silent_s if running else self.policy.starts_within_s):
            logger.error("%s does not answer and is ended", self.part.name)
            kill(process)
            self._died(-signal.SIGKILL)

    def _start(self) -> None:
        self._turn_log()
        self.process = start(self.part.program, "ab")
        self.started_at = datetime.now(UTC)
        self._heard_s = self._asked_s = self.clock_s()
        self.being = Being.STARTING
        logger.info("%s started as %s", self.part.name, self.process.pid)

    def _died(self, status: int) -> None:
        process, self.process = self.process, None
        if process is not None:
            # The leader is gone; its children go too, or they would hold ports and files.
            kill(process)
        self.last_exit = status
        self.restarts += 1
        self.deaths.append(self.clock_s())
        self._forget()
        wait_s = self.policy.wait_s(len(self.deaths))
        self._next_s = self.clock_s() + wait_s
        self.being = Being.FAILING if self.failing else Being.WAITING
        logger.error("%s ended with status %s; it starts again in %.0f s", self.part.name, status, wait_s)

    def _forget(self) -> None:
        while self.deaths and self.clock_s() - self.deaths[0] > self.policy.within_s:
            self.deaths.popleft()

    def _turn_log(self) -> None:
        """What a part said before it ended stays; a log that has grown large becomes the one before."""
        log = self.part.program.log
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
