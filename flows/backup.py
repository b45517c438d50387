"""``tenki backup``: everything that cannot be made anew, consistent while Tenki runs, and readable by its
keys only.

A backup is a folder: the database sealed under the file key, the encrypted files as they are, the site's
configuration, and a manifest with the SHA-256 of each, which is sealed itself. The keys are not in it, so
that whoever finds it can read nothing; they are copied only where one says so, to another place. Prefect's
database is left out: schedules are made anew from the tasks, and its runs are history.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import hmac
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from config import private_files
from flows import wiring
from flows.console import Stop

if TYPE_CHECKING:
    from cases.snapshot import Snapshot
    from cases.stores import Kept

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.sealed"
SEALED_NAME = "backup/database"
BEGINNING = "tenki-"
NAMED = f"{BEGINNING}%Y%m%dT%H%M%SZ"
PART_BYTES = 1 << 20
KEPT_KEYS = ("files", "mynumber", "audit")
"""Keys without which a backup is worth nothing; ``django.key`` is made anew."""


class BackupDamaged(Exception):
    """Files of the backup are missing or were changed, or it belongs to other keys."""


@dataclass(frozen=True)
class Backup:
    """One finished backup; ``missing``: files that its database names and that were not there."""

    folder: Path
    files: int
    bytes_copied: int
    linked: int
    missing: int


def backup(to: Path, keys_to: Path | None, keep_days: int | None, read_again: bool) -> Backup:
    """Write a new backup below ``to``; older ones than ``keep_days`` go once it is finished.

    ``read_again``: what would be linked to the backup before is read first, and copied anew where it is no
    longer what it was. Otherwise one rotten file would spoil every backup to come.
    """
    from cases import audit

    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    if keys_to is not None:
        copy_keys(keys_to, to)
    now = datetime.now(UTC)
    beginning = to / f".{now.strftime(NAMED)}.part"
    beginning.mkdir(mode=0o700)
    taken = _taken(beginning)
    work = _Work(beginning, *_known(to), read_again)
    work.digest(DATABASE)
    missing = sum(not work.take(kind.value, file_id) for kind, file_id in taken.files)
    for path in _site_files():
        work.copy(path, f"site/{path.relative_to(_site())}")
    _write_manifest(beginning, work, taken, now)
    finished = to / beginning.name[1:].removesuffix(".part")
    beginning.rename(finished)
    if keep_days is not None:
        _drop_older(to, now - timedelta(days=keep_days), but=finished)
    audit.write(getpass.getuser(), "store.backed_up", files=len(work.files), missing=missing)
    return Backup(finished, len(work.files), work.copied, work.linked, missing)


def _taken(folder: Path) -> Snapshot:
    """The database, copied in the clear into a private folder and sealed from there."""
    from cases import files, snapshot

    plain = wiring.var() / "scratch" / f"tenki-{os.getpid()}-backup"
    plain.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        taken = snapshot.copy_to(plain)
        files.seal_copy(plain, folder / DATABASE, SEALED_NAME)
    finally:
        plain.unlink(missing_ok=True)
    return taken


class _Work:
    """The files of one backup with their digests; what an earlier backup has unchanged is linked to it."""

    def __init__(
        self, folder: Path, earlier: Path, known: dict[str, dict[str, Any]], read_again: bool
    ) -> None:
        self.folder, self.files = folder, dict[str, dict[str, Any]]()
        self.earlier, self._known, self._read_again = earlier, known, read_again
        self.copied = self.linked = 0

    def take(self, kind: str, file_id: str) -> bool:
        """One encrypted file from the store, wherever that is; False when it is not there, which is right
        only if retention has just taken it.
        """
        from cases import stores

        name = f"files/{kind}/{file_id}.sealed"
        kept = stores.current().stat(f"{kind}/{file_id}")
        if kept is None:
            return _just_erased(kind, file_id)
        if not self._link(name, kept):
            try:
                with stores.current().open(f"{kind}/{file_id}") as source:
                    self._write(source, name, kept.changed_ns)
            except FileNotFoundError:
                return _just_erased(kind, file_id)
        return True

    def copy(self, path: Path, name: str) -> None:
        with path.open("rb") as source:
            self._write(source, name, path.stat().st_mtime_ns)

    def _write(self, source: BinaryIO, name: str, changed_ns: int) -> None:
        there = self._place(name)
        digest = hashlib.sha256()
        with there.open("xb") as target:
            there.chmod(0o600)
            for part in iter(lambda: source.read(PART_BYTES), b""):
                digest.update(part)
                target.write(part)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        self.copied += size
        self.files[name] = {"sha256": digest.hexdigest(), "size": size, "changed_ns": changed_ns}

    def digest(self, name: str) -> None:
        """A file that was written here already."""
        path = self.folder / name
        self.files[name] = {"sha256": sha256_of(path), "size": path.stat().st_size, "changed_ns": 0}
        self.copied += path.stat().st_size

    def _link(self, name: str, kept: Kept) -> bool:
        known = self._known.get(name)
        if known is None or (known["size"], known["changed_ns"]) != (kept.size_bytes, kept.changed_ns):
            return False
        try:
            if self._read_again and sha256_of(self.earlier / name) != known["sha256"]:
                return False
            self._place(name).hardlink_to(self.earlier / name)
        except OSError:
            # A share without hard links, or an earlier backup that somebody has thinned out.
            return False
        self.files[name] = known
        self.linked += 1
        return True

    def _place(self, name: str) -> Path:
        there = self.folder / name
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return there


def _just_erased(kind: str, file_id: str) -> bool:
    """Whether the retention run took the file between the database's copy and now."""
    from django.db.models import Q

    from cases.erased import Erased
    from cases.models import Receipt

    if kind == "pictures":
        return Receipt.objects.filter(pk=file_id, has_picture=False).exists()
    of = Q(case__source=file_id, kind="original") if kind == "originals" else Q(case=file_id, kind="page")
    return Erased.objects.filter(of).exists()


def _write_manifest(folder: Path, work: _Work, taken: Snapshot, now: datetime) -> None:
    from django.db import connection

    from cases import vault

    data = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "program": metadata.version("tenki"),
        "database": connection.vendor,
        "migrations": list(taken.migrations),
        "audit": {"lines": taken.audit_lines, "hash": taken.audit_hash},
        "keys": {name: fingerprint(vault.key_path(vault.Key(name))) for name in KEPT_KEYS},
        "files": work.files,
    }
    data["seal"] = vault.digest(vault.Key.AUDIT, canonical(data))
    path = folder / MANIFEST
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    path.chmod(0o600)


def canonical(data: dict[str, Any]) -> bytes:
    """What the seal covers: everything but itself."""
    rest = {name: value for name, value in data.items() if name != "seal"}
    return json.dumps(rest, sort_keys=True, ensure_ascii=False).encode()


def fingerprint(key: Path) -> str:
    """Tells keys apart without telling anything of them."""
    return hashlib.sha256(b"tenki key " + private_files.read(key)).hexdigest()[:16]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_keys(to: Path, backups: Path) -> None:
    """Copy the keys to a place of their own. Raises Stop where that is beside the data."""
    inside = to.resolve()
    for place in (backups.resolve(), wiring.var().resolve()):
        if inside == place or place in inside.parents or inside in place.parents:
            raise Stop(f"keys beside the data protect nothing: name a place outside {place}")
    for name in KEPT_KEYS:
        key = private_files.read(wiring.var() / "keys" / f"{name}.key")
        there = to / f"{name}.key"
        if not private_files.create(there, key) and private_files.read(there) != key:
            raise Stop(f"{there} is another store's key: name an empty folder")


def finished_backups(to: Path) -> list[Path]:
    """Every finished backup of a folder, oldest first."""
    return sorted(path.parent for path in to.glob(f"{BEGINNING}*/{MANIFEST}"))


def _known(to: Path) -> tuple[Path, dict[str, dict[str, Any]]]:
    """The newest backup and what it says of its files: nothing where its seal is not ours, since what is
    linked on its word is sealed anew.
    """
    from cases import vault

    for earlier in reversed(finished_backups(to)):
        with contextlib.suppress(ValueError, KeyError):
            manifest = json.loads((earlier / MANIFEST).read_text(encoding="utf-8"))
            if hmac.compare_digest(vault.digest(vault.Key.AUDIT, canonical(manifest)), manifest["seal"]):
                return earlier, manifest["files"]
    return to, {}


def _site() -> Path:
    return wiring.config_folders()[-1]


def _site_files() -> Iterator[Path]:
    """The site's own configuration; the shipped one comes with the program."""
    if len(wiring.config_folders()) > 1:
        yield from (
            path
            for path in sorted(_site().rglob("*"))
            if path.is_file() and not path.is_symlink() and ".git" not in path.relative_to(_site()).parts
        )


def _drop_older(to: Path, before: datetime, but: Path) -> None:
    oldest = before.strftime(NAMED)
    for folder in finished_backups(to):
        if folder != but and folder.name < oldest:
            shutil.rmtree(folder)
    for left in to.glob(f".{BEGINNING}*.part"):
        if left.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(left)
