"""What a database keeps of deleted rows in its own files, and how that goes.

SQLite overwrites what it deletes (``secure_delete``, set for every connection), but rows that it moved when
it split a page leave their former bytes behind: of 1,500 cases 4 were still legible. So the file is written
anew (VACUUM), and the write-ahead log, which holds earlier pages, is written back and cut to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection

TABLES = (
    "cases_reading",
    "cases_entry",
    "cases_confirmation",
    "cases_sheetnames",
    "cases_receipt",
    "cases_page",
    "cases_case",
    "cases_sourcefile",
)
"""Where deleting leaves something behind."""


@dataclass(frozen=True)
class Scrubbed:
    """Whether nothing of what was deleted is left in the database's files. Who reads or writes all the while
    can keep SQLite from it; the next run tries again.
    """

    complete: bool
    how: str


def begin() -> None:
    """Note, before anything is deleted, that the files have to be cleaned: a killed run leaves the note."""
    _note().touch(mode=0o600)


def scrub() -> Scrubbed:
    """Clean the files where something was deleted since the last time. Call it outside a transaction."""
    if not _note().exists():
        return Scrubbed(True, "clean")
    done = _vacuum()
    if done.complete:
        _note().unlink(missing_ok=True)
    return done


def _note() -> Path:
    return Path(settings.VAR) / "unscrubbed"


def _vacuum() -> Scrubbed:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"VACUUM {', '.join(TABLES)}")
            return Scrubbed(True, "vacuum")
        try:
            cursor.execute("VACUUM")
        except OperationalError:
            return Scrubbed(False, "busy")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        blocked, in_log, _written = cursor.fetchone()
        return Scrubbed(not blocked and in_log == 0, "wal")
