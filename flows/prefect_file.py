"""The file of Prefect's database (SQLite): what neither its API nor its services do.

Old runs, logs, artifacts and events are deleted by the server's own vacuum service, which is switched on in
``flows.server``; by default it deletes no runs. It frees pages and never gives them back to the disk.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

DATABASE = "prefect.db"
STEP_PAGES = 2000
"""8 MB: what is given back in one step, during which the server waits."""

LOCK_WAIT_S = 5.0

INCREMENTAL = 2
"""SQLite's ``auto_vacuum`` of a file that gives back freed pages when it is asked to."""


@dataclass(frozen=True)
class Size:
    """Prefect's database in bytes, and how many of them were given back now."""

    size: int
    given_back: int


def prepare_database(home: Path) -> None:
    """Before the server starts: its file gives freed pages back in steps, not in one long lock."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None, timeout=LOCK_WAIT_S)) as database:
        if _one(database, "auto_vacuum") != INCREMENTAL:
            database.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")
            # Another server of this home may be at work in it; then the next start prepares it.
            with suppress(sqlite3.OperationalError):
                database.execute("VACUUM")


def give_back(home: Path) -> Size | None:
    """Give freed pages back to the disk, a step at a time; None when the server's database is not ours."""
    path = home / DATABASE
    if not path.exists():
        return None
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as database:
        before = _bytes(database)
        # A file that another server has made does not give back; ours prepares it at its next start.
        while _one(database, "auto_vacuum") == INCREMENTAL and _one(database, "freelist_count"):
            # Only ``executescript`` steps to its end: ``execute`` would give one page back.
            database.executescript(f"PRAGMA incremental_vacuum({STEP_PAGES})")
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")
        after = _bytes(database)
    return Size(after, before - after)


def _one(database: sqlite3.Connection, pragma: str) -> int:
    value: int = database.execute(f"PRAGMA {pragma}").fetchone()[0]
    return value


def _bytes(database: sqlite3.Connection) -> int:
    return _one(database, "page_count") * _one(database, "page_size")
