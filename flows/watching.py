"""``python -m flows.watching``: watches the inboxes of all tasks, and what else may need a person.

Each inbox has a thread of its own: a share that hangs holds up its own task only. What is seen is written to
``var/state/watcher.json`` for the desk, and told as notices.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows import environment, state_files, wiring
from flows.inbox_folder import InboxGone
from flows.lookout import Look, Lookout
from flows.processes import unwind_on_sigterm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.site import Site

logger = logging.getLogger("tenki.watcher")

TICK_S = 1.0
CHECK_S = 30.0
HANGS_AFTER_S = 60.0
"""A look that takes longer than this many seconds hangs: the share does not answer."""


@dataclass(frozen=True)
class Seen:
    """How an inbox was when it was looked into last."""

    look: Look
    gone: bool = False
    at: datetime | None = None


class Watch(threading.Thread):
    """Looks into one task's inbox until told to stop."""

    def __init__(self, task: str, site: Site) -> None:
        super().__init__(name=f"inbox-{task}", daemon=True)
        self.task, self._every_s = task, site.inbox_look_seconds
        self._lookout = Lookout(task, site.settle_seconds, site.inbox_patience_minutes * 60)
        self.stopped = threading.Event()
        self._seen, self._began_s = Seen(Look()), time.monotonic()

    @property
    def seen(self) -> Seen:
        hangs = time.monotonic() - self._began_s > HANGS_AFTER_S + self._every_s
        return Seen(self._seen.look, True, self._seen.at) if hangs else self._seen

    def run(self) -> None:
        from django.db import DatabaseError, close_old_connections

        while not self.stopped.is_set():
            self._began_s, at_once = time.monotonic(), False
            try:
                look = self._lookout.look()
                self._seen = Seen(look, at=datetime.now(UTC))
                at_once = len(look.taken) == self._lookout.batch and not look.full
            except InboxGone as gone:
                logger.warning("inbox of %s: %s", self.task, gone)
                self._seen = Seen(self._seen.look, True, self._seen.at)
            except DatabaseError as error:
                # What was being taken in is still there, and is taken in when the database is back.
                logger.error("inbox of %s: %s", self.task, type(error).__name__)
            close_old_connections()
            self.stopped.wait(0 if at_once else self._every_s)


class Watcher:
    """All inboxes and all checks, from one thread that never waits for a share."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.watches: dict[str, Watch] = {}
        self._checked_s = 0.0

    def step(self) -> None:
        """One round: new tasks are watched, what is seen is written down, what needs a person is told."""
        from django.db import DatabaseError, close_old_connections

        try:
            if time.monotonic() >= self._checked_s:
                self._check()
                self._checked_s = time.monotonic() + CHECK_S
            self._tell()
        except DatabaseError as error:
            logger.error("the database: %s", type(error).__name__)
        close_old_connections()
        self._write()

    def stop(self) -> None:
        for watch in self.watches.values():
            watch.stopped.set()
        for watch in self.watches.values():
            watch.join(timeout=5)

    def _check(self) -> None:
        from cases.models import Task
        from flows import checks

        for name in Task.objects.values_list("name", flat=True):
            if name not in self.watches or not self.watches[name].is_alive():
                self.watches[name] = Watch(name, self.site)
                self.watches[name].start()
        checks.run(self.site)

    def _tell(self) -> None:
        from cases import notices
        from cases.notices import Cause

        seen = {name: watch.seen for name, watch in self.watches.items()}
        notices.seen_now(Cause.INBOX_GONE, {name: {} for name, one in seen.items() if one.gone})
        notices.seen_now(
            Cause.INBOX_UNFINISHED, _files({name: one.look.unfinished for name, one in seen.items()})
        )
        notices.seen_now(Cause.INBOX_STUCK, _files({name: one.look.stuck for name, one in seen.items()}))
        notices.seen_now(Cause.DISK_FULL, {"": {}} if any(one.look.full for one in seen.values()) else {})

    def _write(self) -> None:
        inboxes = {
            name: {
                "left": one.look.left,
                "unfinished": one.look.unfinished,
                "stuck": one.look.stuck,
                "full": one.look.full,
                "gone": one.gone,
                "at": one.at.isoformat() if one.at else None,
            }
            for name, one in ((name, watch.seen) for name, watch in self.watches.items())
        }
        state_files.beat("watcher", {"pid": os.getpid(), "beat_s": time.monotonic(), "inboxes": inboxes})


def _files(counts: Mapping[str, int]) -> dict[str, dict[str, object]]:
    return {name: {"files": count} for name, count in counts.items() if count}


def main() -> None:
    environment.prepare()
    unwind_on_sigterm()
    wiring.start_django("INFO")
    watcher = Watcher(wiring.site())
    try:
        while True:
            watcher.step()
            time.sleep(TICK_S)
    finally:
        watcher.stop()


if __name__ == "__main__":
    main()
