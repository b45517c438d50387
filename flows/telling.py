"""Tells people what the supervisor sees, and sends every notice that is due.

From a thread of its own: neither a database nor a mail server holds the supervisor up.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows import wiring
from flows.notifying import MAIL_PASSWORD, NOTICE_SECRET, Send, send_due, send_unkept, ways
from flows.repeating import Repeating

if TYPE_CHECKING:
    from config.site import Site

logger = logging.getLogger("tenki.up")

EVERY_S = 5.0
DATABASE_PATIENCE_S = 30.0
"""For so long the database may fail before that is told without it."""

MB = 1_000_000


@dataclass
class Clock:
    """Tells a calendar that was moved by the clock that nobody can set. Seconds.

    Both clocks run on while the machine sleeps, so that only a moved one shows.
    """

    calendar_s: Callable[[], float] = time.time
    running_s: Callable[[], float] = field(default=lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
    jump_s: float = 30.0
    """A smaller difference between two looks is the clock being kept right."""

    told_for_s: float = 3600.0
    """For so long a jump stands as a notice: it is over when the clock has run evenly since."""

    _offset_s: float | None = None
    _jumped: tuple[float, float] | None = None

    def jump(self) -> int | None:
        """By how much the clock was moved lately; negative when it was put back."""
        now_s = self.running_s()
        offset_s = self.calendar_s() - now_s
        if self._offset_s is not None and abs(offset_s - self._offset_s) > self.jump_s:
            self._jumped = (now_s, offset_s - self._offset_s)
            logger.error("the clock was moved by %.0f s", offset_s - self._offset_s)
        self._offset_s = offset_s
        if self._jumped is None or now_s - self._jumped[0] > self.told_for_s:
            return None
        return round(self._jumped[1])


@dataclass
class Room:
    """Whether the disk of ``var`` runs full. Told below the site's figure, over only well above it."""

    low_mb: int
    free_bytes: Callable[[], int] = field(default=lambda: shutil.disk_usage(wiring.var()).free)
    _low: bool = False

    def left_mb(self) -> int | None:
        """What is left, to the tenth below, while that is little."""
        free_mb = self.free_bytes() / MB
        self._low = free_mb < self.low_mb * (1.1 if self._low else 1.0)
        step = max(self.low_mb // 10, 1)
        return int(free_mb // step) * step if self._low else None


class Teller(Repeating):
    """Every few seconds what is wrong with parts, disk and clock becomes a notice, and is sent."""

    def __init__(
        self,
        site: Site,
        failing: Callable[[], Collection[str]],
        through: Mapping[str, Send] | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__("teller", EVERY_S)
        self._through = our_ways(site) if through is None else through
        self._failing = failing
        self._clock, self._room = clock or Clock(), Room(site.disk_low_mb)
        self._fails_since_s: float | None = None
        self._unkept_told = False

    def round(self) -> None:
        """One round. A database that fails for long is told without it."""
        from django.db import DatabaseError

        try:
            self._tell()
            send_due(self._through)
        except DatabaseError as error:
            logger.error("the database: %s", type(error).__name__)
            self._without_database()
        else:
            self._fails_since_s = None
            if self._unkept_told:
                self._unkept_told = not send_unkept(self._through, over=True)

    def _tell(self) -> None:
        from cases import notices
        from cases.notices import Cause

        jump, left_mb = self._clock.jump(), self._room.left_mb()
        notices.seen_now(Cause.PART_FAILING, {name: {} for name in self._failing()})
        notices.seen_now(Cause.CLOCK_JUMPED, {} if jump is None else {"": {"seconds": jump}})
        notices.seen_now(Cause.DISK_LOW, {} if left_mb is None else {"": {"free_mb": left_mb}})

    def _without_database(self) -> None:
        now_s = time.monotonic()
        if self._fails_since_s is None:
            self._fails_since_s = now_s
        if not self._unkept_told and now_s - self._fails_since_s >= DATABASE_PATIENCE_S:
            self._unkept_told = send_unkept(self._through, over=False)


def our_ways(site: Site) -> dict[str, Send]:
    """The ways of sending that the site has set up, with their secrets."""
    from flows.secret_store import known

    return ways(site, known((MAIL_PASSWORD, NOTICE_SECRET)))
