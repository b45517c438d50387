"""``tenki restore``: back to the state of a backup, with what was there before laid aside, never deleted."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from config import private_files
from flows import wiring
from flows.backup import (
    DATABASE,
    FORMAT,
    KEPT_KEYS,
    MANIFEST,
    PART_BYTES,
    SEALED_NAME,
    BackupDamaged,
    canonical,
    fingerprint,
    sha256_of,
)
from flows.console import Stop

NUMBERS_SKIPPED = 1000
"""Reception numbers left out after a restore: those given since the backup may stand on paper, and in the
target.
"""


OTHERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@dataclass(frozen=True)
class Restored:
    """What is there again, and where what it replaced lies now (None: there was nothing)."""

    made_at: datetime
    files: int
    replaced: Path | None
    numbers_from: int
    site_differs: tuple[str, ...]
    """Files of the site's configuration that differ from the backup's; they are not touched."""


def verify(folder: Path, keys: Path) -> dict[str, Any]:
    """The manifest, once its seal and every file have been looked at. Raises BackupDamaged, or Stop when the
    keys are not its keys.
    """
    manifest = _manifest(folder)
    wrong = [name for name in KEPT_KEYS if fingerprint(keys / f"{name}.key") != manifest["keys"][name]]
    if wrong:
        raise Stop(
            f"{keys} does not hold the keys of this backup ({', '.join(wrong)}): name theirs by --keys"
        )
    seal = hmac.new(private_files.read(keys / "audit.key"), canonical(manifest), sha256).hexdigest()
    if not hmac.compare_digest(seal, manifest["seal"]):
        raise BackupDamaged(f"{folder / MANIFEST} was changed: take another backup")
    bad = [name for name, facts in manifest["files"].items() if not _whole(folder / name, facts)]
    if bad:
        raise BackupDamaged(f"{len(bad)} files of {folder} are missing or changed, such as {bad[0]}")
    return manifest


def restore(folder: Path, keys: Path | None, overwrite: bool) -> Restored:
    """Put a backup back. Refuses while something runs, or over data without ``overwrite``."""
    var = wiring.var()
    own_keys = var / "keys"
    manifest = verify(folder, keys or own_keys)
    _must_be_known(manifest)
    wiring.start_django()
    from django.db import connection

    if connection.vendor != manifest["database"]:
        raise Stop(
            f"the backup is of {manifest['database']} and TENKI_DATABASE_URL names a {connection.vendor} "
            "database: name one of the same kind"
        )
    nothing_runs(var, connection)
    there = _in_use(connection)
    strange = _strange(manifest, own_keys)
    if (there or strange) and not overwrite:
        raise Stop(f"{var} holds data already: --overwrite lays it aside and puts the backup in its place")
    plain = var / "scratch" / f"tenki-{os.getpid()}-restore"
    with _decrypted(folder, (keys or own_keys) / "files.key", plain):
        numbers = _numbers(connection) if there else {}
        aside = _lay_aside(var, connection, strange) if there or strange else None
        _install_keys(keys, own_keys)
        _put_database(plain, connection)
    copied = _put_files(folder, manifest)
    last = _settle(manifest, numbers)
    return Restored(
        datetime.fromisoformat(manifest["made_at"]), copied, aside, last + 1, _site_differs(folder)
    )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Stop(f"{folder} is no finished backup: it has no {MANIFEST}") from error
    except ValueError as error:
        raise BackupDamaged(f"{folder / MANIFEST} was changed: take another backup") from error
    if data.get("format") != FORMAT:
        raise Stop(f"{folder} is a backup of another make: restore it with the version that made it")
    return data


def _whole(path: Path, facts: dict[str, Any]) -> bool:
    return path.is_file() and path.stat().st_size == facts["size"] and sha256_of(path) == facts["sha256"]


def _must_be_known(manifest: dict[str, Any]) -> None:
    ours = {path.stem for path in (Path(__file__).parents[1] / "cases" / "migrations").glob("0*.py")}
    if newer := sorted(set(manifest["migrations"]) - ours):
        raise Stop(
            f"the backup is of a newer Tenki ({manifest['program']}, {newer[0]}): install that version first"
        )


def nothing_runs(var: Path, connection: Any) -> None:
    """Refuse while another process has the database or a log of ours open, as Linux or PostgreSQL tells."""
    ours = {path.resolve() for path in (var / "tenki.sqlite3", var / "prefect" / "prefect.db")}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        process = link.parts[2]
        with contextlib.suppress(OSError):
            if process != str(os.getpid()) and link.readlink() in ours:
                raise Stop(f"process {process} works on {var}: stop Tenki first")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            (others,) = cursor.fetchone()
        if others:
            raise Stop(f"{others} connections to the database are open: stop Tenki first, on every machine")


def _in_use(connection: Any) -> bool:
    """Whether there is anything to lay aside. SQLite's file is not opened: it may be broken."""
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        return database.exists() and database.stat().st_size > 0
    with connection.cursor() as cursor:
        return "cases_auditline" in connection.introspection.table_names(cursor)


def _strange(manifest: dict[str, Any], own: Path) -> list[Path]:
    """Keys here that are not the backup's, as the first verb on a new machine makes them."""
    paths = {name: own / f"{name}.key" for name in KEPT_KEYS}
    return [
        path for name, path in paths.items() if path.exists() and fingerprint(path) != manifest["keys"][name]
    ]


@contextlib.contextmanager
def _decrypted(folder: Path, key: Path, plain: Path) -> Iterator[None]:
    """The database in the clear, in a private folder, for as long as it takes to put it back."""
    from cases import files

    plain.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with plain.open("xb") as file:
            plain.chmod(0o600)
            for part in files.open_copy(folder / DATABASE, SEALED_NAME, private_files.read(key)):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        yield
    finally:
        plain.unlink(missing_ok=True)


def _numbers(connection: Any) -> dict[int, int]:
    """The last reception numbers of the database that is replaced, where it can still tell them."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT fiscal_year, last FROM cases_numbersequence")
            return dict(cursor.fetchall())
    except DatabaseError:
        return {}  # It is broken: that is why it is replaced.


def _lay_aside(var: Path, connection: Any, strange: list[Path]) -> Path:
    """What the backup replaces, in a folder beside it, with the keys that only that needs."""
    from cases import snapshot

    aside = var / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    if connection.vendor == "postgresql" and _in_use(connection):
        snapshot.copy_to(aside / "database.pgdump")
    connection.close()
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            if path.exists():
                path.rename(aside / path.name)
    if (var / "files").exists():
        (var / "files").rename(aside / "files")
    # Last: without them what lies here could not be opened if this ended in the middle.
    for key in strange:
        key.rename(aside / key.name)
    return aside


def _install_keys(keys: Path | None, own: Path) -> None:
    for name in KEPT_KEYS:
        if keys is not None and not (own / f"{name}.key").exists():
            private_files.create(own / f"{name}.key", private_files.read(keys / f"{name}.key"))


def _put_database(plain: Path, connection: Any) -> None:
    from cases import snapshot

    connection.close()
    if connection.vendor == "postgresql":
        snapshot.put_back(plain)
        return
    database = Path(connection.settings_dict["NAME"])
    with sqlite3.connect(plain) as copy:
        (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    copy.close()
    if verdict != "ok":
        raise BackupDamaged(f"the database of the backup does not hold together: {verdict}")
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    plain.rename(database)


def _put_files(folder: Path, manifest: dict[str, Any]) -> int:
    """The encrypted files, into whatever store this site has."""
    from cases import files, stores

    names = [name for name in manifest["files"] if name.startswith("files/")]
    store = stores.current()
    for name in names:
        short = name.removeprefix("files/").removesuffix(".sealed")
        beginning = store.beginning(short)
        with (folder / name).open("rb") as source:
            files.write_sealed(beginning, iter(lambda: source.read(PART_BYTES), b""))
        store.keep(beginning, short)
    return len(names)


def _settle(manifest: dict[str, Any], before: dict[int, int]) -> int:
    """Bring the tables up to date, end sessions, skip reception numbers, and say so in the trail."""
    wiring.ready_database()
    from django.contrib.sessions.models import Session
    from django.db import transaction
    from django.utils import timezone

    from cases import audit, numbers

    with transaction.atomic():
        Session.objects.all().delete()
        year = numbers.fiscal_year(timezone.localdate())
        last = numbers.skip(year, NUMBERS_SKIPPED, at_least=before.get(year, 0))
        audit.write(
            "restore",
            "store.restored",
            made_at=f"at-{datetime.fromisoformat(manifest['made_at']):%Y%m%dT%H%M%SZ}",
            lines=manifest["audit"]["lines"],
            numbers_from=last + 1,
        )
    return last


def _site_differs(folder: Path) -> tuple[str, ...]:
    saved = folder / "site"
    here = wiring.config_folders()[-1]
    return tuple(
        str(path.relative_to(saved))
        for path in sorted(saved.rglob("*"))
        if path.is_file()
        and (
            not (here / path.relative_to(saved)).is_file()
            or (here / path.relative_to(saved)).read_bytes() != path.read_bytes()
        )
    )
