"""Housekeeping: what nobody asks for and everybody misses. Often the quick part, every night all of it.

Each step tells what it has found; one that fails is a finding of its own and does not stop the others. What
needs a person becomes a notice, which is over once the same step no longer finds it.
"""

from __future__ import annotations

import enum
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows import hands, prefect_file, prefect_house, wiring
from flows.guard import sealed

logger = logging.getLogger("tenki.housekeeping")
WHO = "housekeeping"
LARGEST_PREFECT_BYTES = 1_000_000_000
LOOKED_AT_ROWS = 1000
"""Of each index; 0.06 s for 34,000 cases."""


class Code(enum.StrEnum):
    """What housekeeping tells."""

    NO_SERVER = "prefect.not_asked"
    """No Prefect server is known here, so nothing is known of runs."""

    DEAD_RUNS = "prefect.dead_runs"
    """Runs of dead workers were released; ``n`` runs."""

    MISSED = "schedule.missed"
    """A task's round was not begun for ``n`` minutes; ``subject`` is the task."""

    WORKER_GONE = "worker.gone"
    """A worker on another machine is not heard of any more; ``subject`` is its name."""

    ERASED = "retention.erased"
    """Data whose time was over were deleted; ``n`` cases."""

    NOT_SCRUBBED = "retention.not_scrubbed"
    """What was deleted is still in the database's files, since somebody works there; the next run tries."""

    ORPHANS = "files.orphans"
    """Originals that no case names were laid aside; ``n`` files."""

    PREFECT_SIZE = "prefect.database_mb"
    """How large Prefect's database is; ``n`` MB."""

    PREFECT_GIVEN_BACK = "prefect.given_back_mb"
    """What its file has given back to the disk; ``n`` MB."""

    PREFECT_BIG = "prefect.database_big"
    """It is larger than 1 GB, which housekeeping should have kept it from; ``n`` MB."""

    BACKUP_OLD = "backup.old"
    """The last backup is older than the site wants, or there is none."""

    FAILED = "housekeeping.failed"
    """A step could not be done; ``subject`` is its name."""


NEEDS_A_PERSON = frozenset(
    {Code.ORPHANS, Code.MISSED, Code.WORKER_GONE, Code.PREFECT_BIG, Code.BACKUP_OLD, Code.FAILED}
)


@dataclass(frozen=True)
class Finding:
    """One thing that was found; ``subject`` is a task or a step, never a value."""

    code: Code
    n: float = 0
    subject: str = ""

    @property
    def needs_a_person(self) -> bool:
        return self.code in NEEDS_A_PERSON


Step = Callable[[], Iterator[Finding]]


def keep_house(thorough: bool) -> tuple[Finding, ...]:
    """All steps in their order; ``thorough`` those, too, that take their time."""
    found = list[Finding]()
    for step in (*QUICK, *(THOROUGH if thorough else ())):
        told = _made(step)
        for one in told:
            level = logging.WARNING if one.needs_a_person else logging.INFO
            logger.log(level, "%s %g %s", one.code.value, one.n, one.subject)
        _notify(step.__name__, told)
        found += told
    return tuple(found)


def _made(step: Step) -> list[Finding]:
    try:
        with sealed():
            return list(step())
    except Exception as error:  # noqa: BLE001  # Sealed: its words speak of the machine only.
        logger.warning("%s: %s", step.__name__, error)
        return [Finding(Code.FAILED, subject=step.__name__)]


def runs() -> Iterator[Finding]:
    """Runs of dead workers, rounds that were not begun, workers that are gone."""
    from flows import server
    from flows.prefect_api import here

    if server.located(wiring.var() / "prefect") is None:
        yield Finding(Code.NO_SERVER)
        return
    api, now = here(), datetime.now(UTC)
    dead = prefect_house.release_dead(api, now, apart_from=os.environ.get("PREFECT__FLOW_RUN_ID", ""))
    if dead:
        yield Finding(Code.DEAD_RUNS, len(dead))
    for task, minutes in prefect_house.missed(api, now).items():
        yield Finding(Code.MISSED, minutes, task)
    for worker in hands.gone(api):
        yield Finding(Code.WORKER_GONE, subject=worker)


def retention() -> Iterator[Finding]:
    """Delete what is due, with the record of it, as `tenki retention run` does."""
    from cases import erasing, scrubbing
    from cases import retention as due_dates

    records = erasing.run(due_dates.due()[0], WHO)
    yield Finding(Code.ERASED, sum(int(record.counts["cases"]) for record in records))
    if not scrubbing.scrub().complete:
        yield Finding(Code.NOT_SCRUBBED)


def leftovers() -> Iterator[Finding]:
    """Half-written files, originals without a row, sessions that are over."""
    from django.core.management import call_command

    from cases import files, intake

    files.sweep()
    call_command("clearsessions")
    if orphans := intake.sweep_orphans():
        yield Finding(Code.ORPHANS, orphans)


def statistics() -> Iterator[Finding]:
    """Let SQLite look how its rows are spread: without that it takes indexes by guess, and pages grow slower
    with the cases. PostgreSQL does so by itself.
    """
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT_ROWS}")
            cursor.execute("ANALYZE")
    yield from ()


def prefect_database() -> Iterator[Finding]:
    """Give back what the server has deleted; nothing where the database is not a file of ours."""
    size = prefect_file.give_back(wiring.var() / "prefect")
    if size is None:
        return
    yield Finding(Code.PREFECT_SIZE, round(size.size / 1e6, 1))
    yield Finding(Code.PREFECT_GIVEN_BACK, round(size.given_back / 1e6, 1))
    if size.size > LARGEST_PREFECT_BYTES:
        yield Finding(Code.PREFECT_BIG, round(size.size / 1e6))


def backups() -> Iterator[Finding]:
    """Whether somebody still makes them."""
    from cases.models import AuditLine

    days = wiring.site().backup_days
    last = AuditLine.objects.filter(what="store.backed_up").order_by("-pk").first()
    if days and (last is None or datetime.now(UTC) - last.at > timedelta(days=days)):
        yield Finding(Code.BACKUP_OLD)


QUICK: tuple[Step, ...] = (runs,)
THOROUGH: tuple[Step, ...] = (retention, leftovers, statistics, prefect_database, backups)


def _notify(step: str, found: list[Finding]) -> None:
    """Tell people what needs them. What a step was not able to look for is neither told nor over."""
    from cases import notices
    from cases.notices import Cause

    if any(one.code is Code.FAILED for one in found):
        notices.tell(Cause.HOUSEKEEPING_FAILED, step)
        return
    notices.solved(Cause.HOUSEKEEPING_FAILED, step)
    if any(one.code is Code.NO_SERVER for one in found):
        return
    for code, (cause, of, unit) in {
        Code.MISSED: (Cause.SCHEDULE_MISSED, "runs", "minutes"),
        Code.WORKER_GONE: (Cause.WORKER_GONE, "runs", ""),
        Code.ORPHANS: (Cause.FILES_ORPHANED, "leftovers", "files"),
        Code.PREFECT_BIG: (Cause.PREFECT_BIG, "prefect_database", "megabytes"),
        Code.BACKUP_OLD: (Cause.BACKUP_OLD, "backups", ""),
    }.items():
        if of == step:
            seen = [one for one in found if one.code is code]
            notices.seen_now(cause, {one.subject: {unit: int(one.n)} if unit else {} for one in seen})
