"""The system's own database: operators, registrations and their items, in SQLite.

The same reception number may be registered any number of times; as in such systems nothing but a warning
page on the way to the confirmation stands against it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCK_AFTER_FAILURES = 3

SCHEMA = """
CREATE TABLE IF NOT EXISTS operator (
    id TEXT PRIMARY KEY, salt BLOB NOT NULL, password BLOB NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, locked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS registration (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, form TEXT NOT NULL, reception_number TEXT NOT NULL,
    operator TEXT NOT NULL, registered_at TEXT NOT NULL DEFAULT (datetime('now', '+9 hours'))
);
CREATE INDEX IF NOT EXISTS registration_by_reception ON registration (reception_number);
CREATE TABLE IF NOT EXISTS item (
    serial INTEGER NOT NULL REFERENCES registration (serial), name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (serial, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_by_value ON item (value, name);
"""


@dataclass(frozen=True)
class Registration:
    """One registration with its items as the system holds them, by item name."""

    serial: int
    form: str
    reception_number: str
    operator: str
    registered_at: str
    items: Mapping[str, str]

    @property
    def number(self) -> str:
        return f"R{self.serial:08d}"


class Store:
    """The one door to the database file. It is made when it does not exist yet."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def set_operator(self, operator: str, password: str) -> None:
        """Make an operator known, or give a known one this password; failures and a lock stay as they are."""
        salt = secrets.token_bytes(16)
        self._connection.execute(
            """INSERT INTO operator (id, salt, password) VALUES (?, ?, ?)
               ON CONFLICT (id) DO UPDATE SET salt = excluded.salt, password = excluded.password""",
            (operator, salt, _digest(password, salt)),
        )

    def sign_in(self, operator: str, password: str) -> bool:
        """Whether the password is right. A wrong one is counted, and the third locks the account."""
        row = self._connection.execute(
            "SELECT salt, password, locked FROM operator WHERE id = ?", (operator,)
        ).fetchone()
        if row is None or row[2]:
            return False
        right = hmac.compare_digest(_digest(password, row[0]), row[1])
        self._connection.execute(
            """UPDATE operator SET failures = CASE WHEN :right THEN 0 ELSE failures + 1 END,
               locked = NOT :right AND failures + 1 >= :limit WHERE id = :operator""",
            {"right": right, "limit": LOCK_AFTER_FAILURES, "operator": operator},
        )
        return right

    def failures(self, operator: str) -> int:
        """How many wrong passwords stand against an operator since the last right one."""
        row = self._connection.execute("SELECT failures FROM operator WHERE id = ?", (operator,)).fetchone()
        return int(row[0]) if row else 0

    def is_locked(self, operator: str) -> bool:
        row = self._connection.execute("SELECT locked FROM operator WHERE id = ?", (operator,)).fetchone()
        return bool(row and row[0])

    def register(
        self, form: str, reception_number: str, operator: str, items: Mapping[str, str]
    ) -> Registration:
        """Write a registration, all of it or nothing, and give it a number."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            serial = self._connection.execute(
                "INSERT INTO registration (form, reception_number, operator) VALUES (?, ?, ?)",
                (form, reception_number, operator),
            ).lastrowid
            self._connection.executemany(
                "INSERT INTO item VALUES (?, ?, ?)", [(serial, name, value) for name, value in items.items()]
            )
        return self.registration(int(serial or 0))

    def registration(self, serial: int) -> Registration:
        """KeyError when there is none of that serial."""
        row = self._connection.execute(
            "SELECT form, reception_number, operator, registered_at FROM registration WHERE serial = ?",
            (serial,),
        ).fetchone()
        if row is None:
            raise KeyError(serial)
        items = self._connection.execute(
            "SELECT name, value FROM item WHERE serial = ?", (serial,)
        ).fetchall()
        form, reception_number, operator, registered_at = row
        return Registration(serial, form, reception_number, operator, registered_at, dict(items))

    def by_reception_number(self, reception_number: str) -> tuple[Registration, ...]:
        rows = self._connection.execute(
            "SELECT serial FROM registration WHERE reception_number = ? ORDER BY serial", (reception_number,)
        )
        return tuple(self.registration(serial) for (serial,) in rows.fetchall())

    def by_person(self, kana: str, birth_date: str) -> tuple[Registration, ...]:
        """Registrations in which one person has this kana name and this birth date, both as held."""
        rows = self._connection.execute(
            """SELECT DISTINCT k.serial FROM item k JOIN item b ON b.serial = k.serial
               WHERE k.value = ? AND b.value = ? AND k.name LIKE '%kana' AND b.name LIKE '%birth_date'
               AND replace(k.name, 'kana', '') = replace(b.name, 'birth_date', '') ORDER BY k.serial""",
            (kana, birth_date),
        )
        return tuple(self.registration(serial) for (serial,) in rows.fetchall())

    def all(self) -> tuple[Registration, ...]:
        rows = self._connection.execute("SELECT serial FROM registration ORDER BY serial")
        return tuple(self.registration(serial) for (serial,) in rows.fetchall())


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**12, r=8, p=1)
