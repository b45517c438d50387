"""A consistent copy of the database while others write, and the encrypted files that it names.

SQLite has its online backup; on PostgreSQL ``pg_dump`` and the list of files share one exported snapshot.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from cases.files import FileKind

Rows = Callable[[str], list[tuple[Any, ...]]]


class DatabaseCopyFailed(Exception):
    """The database's own program could not copy it or put it back; the message holds its words."""


@dataclass(frozen=True)
class Snapshot:
    """What the copy says of itself, as of its own moment."""

    files: tuple[tuple[FileKind, str], ...]
    """Every encrypted file that it names and that retention has not shredded."""

    audit_lines: int
    audit_hash: str
    migrations: tuple[str, ...]


ORIGINALS = (
    "SELECT id FROM cases_sourcefile s WHERE NOT EXISTS (SELECT 1 FROM cases_case c JOIN cases_erased e "
    "ON e.case_id = c.id AND e.kind = 'original' WHERE c.source_id = s.id)"
)


def copy_to(path: Path) -> Snapshot:
    """Copy the database to a file: SQLite's own, or ``pg_dump``'s custom format. Raises
    DatabaseCopyFailed.
    """
    return _dump(path) if connection.vendor == "postgresql" else _copy_sqlite(path)


def _copy_sqlite(path: Path) -> Snapshot:
    path.touch(mode=0o600)
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as here,
        closing(sqlite3.connect(path)) as there,
    ):
        here.backup(there)
        # A copy in one file: without this it would want a log beside it.
        there.execute("PRAGMA journal_mode=DELETE")
        return described(lambda statement: there.execute(statement).fetchall())


def _dump(path: Path) -> Snapshot:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (exported,) = cursor.fetchone()

        def rows(statement: str) -> list[tuple[Any, ...]]:
            cursor.execute(statement)
            return list(cursor.fetchall())

        found = described(rows)
        _postgresql("pg_dump", "--format=custom", f"--snapshot={exported}", f"--file={path}")
    path.chmod(0o600)
    return found


def put_back(path: Path) -> None:
    """Put a ``pg_dump`` back into the PostgreSQL database, whole or not at all. Raises
    DatabaseCopyFailed.
    """
    connection.close()
    _postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", path
    )


def _postgresql(program: str, *words: str | Path) -> None:
    settings = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {name: str(settings[key]) for name, key in names.items() if settings[key]}
    environment |= {f"PG{key.upper()}": str(value) for key, value in settings["OPTIONS"].items()}
    try:
        done = subprocess.run(
            [program, f"--dbname={settings['NAME']}", *map(str, words)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise DatabaseCopyFailed(f"{program} is not installed: apt-get install postgresql-client") from error
    if done.returncode:
        # Its words name tables and the server, never rows.
        raise DatabaseCopyFailed(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")


def described(rows: Rows) -> Snapshot:
    """What a database says of itself; ``rows`` runs a statement in it."""
    lines, last = (rows("SELECT lines, hash FROM cases_audithead") or [(0, "")])[0]
    return Snapshot(
        tuple(_files(rows)),
        int(lines),
        str(last),
        tuple(
            name for (name,) in rows("SELECT name FROM django_migrations WHERE app = 'cases' ORDER BY name")
        ),
    )


def _files(rows: Rows) -> Iterator[tuple[FileKind, str]]:
    yield from ((FileKind.ORIGINAL, str(UUID(str(pk)))) for (pk,) in rows(ORIGINALS))
    yield from ((FileKind.PAGE, str(UUID(str(pk)))) for (pk,) in rows("SELECT case_id FROM cases_page"))
    pictures = "SELECT id FROM cases_receipt WHERE has_picture"
    yield from ((FileKind.PICTURE, str(pk)) for (pk,) in rows(pictures))
