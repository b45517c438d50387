"""Looks into an inbox again and again and takes in what nobody writes to any more.

Looking beats being told: network shares send no events when another machine writes to them, so that a watch
by inotify would see nothing there. A file counts as complete once its size and time stood still between looks
for the site's ``settle_seconds``, by our own clock, whatever the share's clock says.
"""

from __future__ import annotations

import fcntl
import heapq
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flows import state_files, wiring
from flows.inbox_folder import Drop, Folder, InboxGone, Mark, folder_of
from flows.receiving import Arrival, receive

logger = logging.getLogger("tenki.inbox")

WATCHED, BATCH = 1000, 200
"""So many files are watched, the oldest, and so many taken in at a look: thousands need no more memory."""

LEFT_ALONE = "file.incomplete"
"""Time mends this problem: the file stays where it is."""

WAITS_FOR_ROOM = "file.disk_full"


@dataclass(frozen=True)
class Look:
    """What one look into an inbox showed. Counts of files."""

    dropped: int = 0
    taken: tuple[Arrival, ...] = ()
    ended: int = 0
    """Of those that were taken, how many have left the inbox."""

    unfinished: int = 0
    """Not finished for longer than the site's patience."""

    stuck: int = 0
    """Neither taken in nor moved away."""

    @property
    def full(self) -> bool:
        """The disk had no room."""
        return any(arrival.problem == WAITS_FOR_ROOM for arrival in self.taken)

    @property
    def left(self) -> int:
        """What still waits to be taken in."""
        return self.dropped - self.ended - self.stuck


@dataclass
class Seen:
    """A file that is watched: which version, since when, and when its name came up first."""

    mark: Mark
    since_s: float
    first_s: float


@dataclass
class Lookout:
    """The watch over one task's inbox. ``clock_s`` runs on whatever the calendar does."""

    task: str
    settle_s: float
    patience_s: float
    by: str = "inbox"
    clock_s: Callable[[], float] = time.monotonic
    watched: int = WATCHED
    batch: int = BATCH
    _seen: dict[Path, Seen] = field(default_factory=dict)
    _stuck: dict[Path, Mark] = field(default_factory=dict)

    def look(self) -> Look:
        """Look once and take in what has settled. Raises InboxGone; nothing that was kept is lost then."""
        folder = folder_of(self.task)
        folder.ready()
        try:
            with alone(self.task):
                _put_back_what_is_asked(self.task, folder)
                return self._looked(folder)
        except OSError as error:
            raise InboxGone(f"{folder.path}: {error.strerror}") from error

    def _looked(self, folder: Folder) -> Look:
        dropped, still_stuck, now_s = 0, dict[Path, Mark](), self.clock_s()

        def free() -> Iterator[Drop]:
            nonlocal dropped
            for drop in folder.drops():
                dropped += 1
                if self._stuck.get(drop.path) == drop.mark:
                    still_stuck[drop.path] = drop.mark
                else:
                    yield drop

        watched = heapq.nsmallest(self.watched, free(), key=lambda drop: drop.mark.changed_ns)
        self._seen = {drop.path: self._watched(drop, now_s) for drop in watched}
        self._stuck = still_stuck
        settled = [drop for drop in watched if self._settled(drop, now_s)]
        waiting = [self._seen[drop.path].first_s for drop in watched if not self._settled(drop, now_s)]
        taken = tuple(self._take(settled[: self.batch], folder))
        return Look(
            dropped,
            taken,
            len(watched) - len(self._seen),
            sum(now_s - first_s > self.patience_s for first_s in waiting),
            len(self._stuck),
        )

    def _watched(self, drop: Drop, now_s: float) -> Seen:
        known = self._seen.get(drop.path)
        if known is None:
            return Seen(drop.mark, now_s, now_s)
        return known if known.mark == drop.mark else Seen(drop.mark, now_s, known.first_s)

    def _settled(self, drop: Drop, now_s: float) -> bool:
        return not drop.unfinished and now_s - self._seen[drop.path].since_s >= self.settle_s

    def _take(self, settled: list[Drop], folder: Folder) -> Iterator[Arrival]:
        for drop in settled:
            (arrival,) = receive(self.task, [drop.path], self.by, drop.scanner, watched=True)
            yield arrival
            if arrival.problem == WAITS_FOR_ROOM:
                return
            if arrival.problem == LEFT_ALONE:
                continue
            try:
                _end(self.task, drop, arrival, folder)
            except OSError as error:
                logger.warning("a file of %s cannot be moved: %s", self.task, type(error).__name__)
                self._stuck[drop.path] = drop.mark
            else:
                del self._seen[drop.path]


def empty(task: str, by: str = "inbox") -> Iterator[Arrival]:
    """Take in all that lies in the inbox now.

    What is still written to stays, as ``file.incomplete``; an inbox out of reach is ``inbox.gone``.
    """
    try:
        yield from _emptied(task, by)
    except InboxGone as gone:
        yield Arrival(folder_of(task).path, problem="inbox.gone", message=str(gone))


def _emptied(task: str, by: str) -> Iterator[Arrival]:
    settle_s = wiring.site().settle_seconds
    lookout = Lookout(task, settle_s, patience_s=0, by=by)
    look, going_on = lookout.look(), True
    while look.left and going_on:
        time.sleep(settle_s)
        look = lookout.look()
        yield from look.taken
        going_on = bool(look.ended) and not look.full
    told = sum(arrival.problem == LEFT_ALONE for arrival in look.taken)
    for _ in range(0 if look.full else look.left - told):
        yield Arrival(folder_of(task).path, problem=LEFT_ALONE)


def _end(task: str, drop: Drop, arrival: Arrival, folder: Folder) -> None:
    """The file leaves the inbox: to ``rejected``, or for good, with a line in ``done``."""
    if arrival.problem:
        _reject(task, drop, arrival.problem, folder)
        return
    if folder.mark(drop.path) == drop.mark:
        # Unless a scanner has written another under its name meanwhile.
        drop.path.unlink()
    try:
        folder.receipt(_line(drop, arrival))
    except OSError as error:
        # The file is kept; only its line is missing.
        logger.warning("no line in the list of %s: %s", task, type(error).__name__)


def _reject(task: str, drop: Drop, code: str, folder: Folder) -> None:
    from cases import refusals
    from cases.file_names import readable
    from cases.models import Task
    from desk import reason_words

    names = readable(drop.scanner), readable(drop.path.name)
    row = refusals.refuse(Task.objects.get(pk=task), *names, drop.mark.size_bytes, code)
    try:
        folder.reject(drop, row.pk, reason_words.reason(code))
    except OSError:
        refusals.end(row)
        raise


@contextmanager
def alone(task: str) -> Iterator[None]:
    """One at a time looks into an inbox: the watcher, or a verb that somebody has called."""
    with (state_files.folder() / f"inbox-{task}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def put_back(task: str) -> None:
    """Put back at once what somebody has asked for. Raises InboxGone."""
    folder = folder_of(task)
    folder.ready()
    with alone(task):
        _put_back_what_is_asked(task, folder)


def _put_back_what_is_asked(task: str, folder: Folder) -> None:
    from cases import refusals

    there = folder.rejected()
    for row in refusals.waiting(task):
        path = there.get(str(row.pk))
        if row.asked_at is not None and path is not None:
            folder.put_back(path, row)
        if row.asked_at is not None or path is None:
            refusals.end(row)


def _line(drop: Drop, arrival: Arrival) -> str:
    """No name: it may be a resident's. The desk shows it beside the same number."""
    from cases.file_names import readable

    words = [f"受付 {arrival.source[:8]}", f"{drop.mark.size_bytes:,}バイト"]
    if drop.scanner:
        words.append(f"フォルダー {readable(drop.scanner)}")
    if arrival.known:
        words.append("前に受け付けたファイルと同じ内容です")
    return "　".join(words)
