"""Encrypted files: originals, working pages, pictures of target screens. ``cases.stores``: where they lie.

A file is a head of 38 bytes and chunks of 1 MiB, each sealed by AES-256-GCM under a key derived for this file
(HKDF-SHA256, random salt). A chunk's nonce holds its number and whether it is the last, so chunks that were
swapped, dropped or cut off at the end do not open. Nothing is ever held in memory as a whole.
"""

from __future__ import annotations

import contextlib
import enum
import errno
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from cases import stores, vault

MAGIC = b"TENKI1"
SALT_BYTES = 32
CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
LEFT_AFTER_S = 600
MEMORY = Path("/dev/shm")  # noqa: S108  # folders of mode 0700 are made in it, under names not to be guessed
FULL = (errno.ENOSPC, errno.EDQUOT)


class FileKind(enum.Enum):
    """What a file shows; the value is its folder in the store."""

    ORIGINAL = "originals"
    """The file as it was handed in, by source id."""

    PAGE = "pages"
    """A working page, by case id: upright, My Number blacked out."""

    PICTURE = "pictures"
    """A masked picture of a target's screen, by receipt id."""


KEYS = {
    FileKind.ORIGINAL: vault.Key.MY_NUMBER,
    FileKind.PAGE: vault.Key.FILES,
    FileKind.PICTURE: vault.Key.FILES,
}


class DiskFull(Exception):
    """There is no room for the file; nothing of it was kept."""

    code = "file.disk_full"


class FileDamaged(Exception):
    """An encrypted file was changed, cut off, or belongs to another id or key."""


class FileMissing(Exception):
    """There is no encrypted file of that id."""


@dataclass(frozen=True)
class Stored:
    """What was written: SHA-256 (hex) and size of the plain bytes."""

    sha256: str
    size_bytes: int


def path_of(kind: FileKind, file_id: object) -> Path:
    """Where the file lies in a store that is a folder of this machine."""
    return Path(settings.VAR) / "files" / f"{_name(kind, file_id)}.sealed"


def write(kind: FileKind, file_id: object, parts: Iterable[bytes]) -> Stored:
    """Encrypt a stream of bytes to the file of that id: whole and on the disk, or not there at all.

    Raises DiskFull. An error of ``parts`` itself passes through, and nothing is kept then either.
    """
    store, name = stores.current(), _name(kind, file_id)
    beginning = store.beginning(name)
    try:
        stored = _write_synced(beginning, _file_key(kind, file_id), parts)
        store.keep(beginning, name)
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(
                f"no room left under {settings.VAR}: free some space, then hand the file in again"
            ) from error
        raise
    finally:
        beginning.unlink(missing_ok=True)
    return stored


def read(kind: FileKind, file_id: object) -> Iterator[bytes]:
    """The plain bytes, chunk by chunk. Raises FileMissing and FileDamaged, the latter perhaps after some
    chunks.
    """
    name = _name(kind, file_id)
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(stores.current().open(name))
        except FileNotFoundError as error:
            raise _missing(name) from error
        head = file.read(len(MAGIC) + SALT_BYTES)
        if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
            raise FileDamaged(f"{name} is not one of Tenki's encrypted files: restore it from a backup")
        yield from _opened_chunks(name, file, _derived(_file_key(kind, file_id), head), head)


def write_sealed(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file that is sealed already to a new path, down to the disk."""
    with path.open("xb") as file:
        path.chmod(0o600)
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def read_bytes(kind: FileKind, file_id: object) -> bytes:
    """A small file (a page, a picture) as a whole."""
    return b"".join(read(kind, file_id))


def changed_ns(kind: FileKind, file_id: object) -> int:
    """When the file was written, in ns since 1970. Raises FileMissing."""
    name = _name(kind, file_id)
    kept = stores.current().stat(name)
    if kept is None:
        raise _missing(name)
    return kept.changed_ns


@contextlib.contextmanager
def opened(kind: FileKind, file_id: object) -> Iterator[Path]:
    """A plain copy for a reader that wants a path; only its owner may read it, and it is gone afterwards.

    It lies in memory (``/dev/shm``) where that has room, else under ``var/scratch``, which ``sweep`` empties
    at start.
    """
    kept = stores.current().stat(_name(kind, file_id))
    need_bytes = kept.size_bytes if kept else 0
    folder = Path(tempfile.mkdtemp(prefix=f"tenki-{os.getpid()}-", dir=_scratch(need_bytes)))
    try:
        path = folder / str(file_id)
        with path.open("xb") as file:
            for part in read(kind, file_id):
                file.write(part)
        yield path
    finally:
        shutil.rmtree(folder)


def sweep() -> int:
    """Remove what killed processes left half written or plain; how much it was. Other processes may be at
    work: only what is ten minutes old and whose maker is gone is taken.
    """
    var = Path(settings.VAR)
    scratch = var / "scratch"
    halves = [*(var / "files").glob("*/.*.part"), *scratch.glob(".*.part")]
    made = [*halves, *scratch.glob("tenki-*"), *MEMORY.glob("tenki-*")]
    left = [path for path in made if _left_behind(path)]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return len(left)


def delete(kind: FileKind, file_id: object) -> None:
    stores.current().delete(_name(kind, file_id))


def shred(kind: FileKind, file_id: object) -> bool:
    """Delete the file so that what a disk keeps of it stays shut: its key cannot be derived without the salt
    in its head, which is overwritten first where the store is a folder. False when there was no such file.
    """
    store, name = stores.current(), _name(kind, file_id)
    if isinstance(store, stores.Folder):
        return shred_path(store.path(name))
    there = store.stat(name) is not None
    store.delete(name)
    return there


def shred_path(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            file.write(bytes(len(MAGIC) + SALT_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    path.unlink()
    stores.sync_folder(path.parent)
    return True


def is_there(kind: FileKind, file_id: object) -> bool:
    return stores.current().stat(_name(kind, file_id)) is not None


def seal_copy(plain: Path, sealed: Path, name: str) -> Stored:
    """Encrypt any file to another place, bound to ``name``; for backups. Raises DiskFull."""
    with plain.open("rb") as file:
        parts = iter(lambda: file.read(CHUNK_BYTES), b"")
        try:
            return _write_synced(sealed, (vault.read_key(vault.Key.FILES), name.encode()), parts)
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull(f"no room left for {sealed}: free some space, then try again") from error
            raise


def open_copy(sealed: Path, name: str, key: bytes) -> Iterator[bytes]:
    """The plain bytes of such a copy. Raises FileDamaged."""
    with sealed.open("rb") as file:
        head = file.read(len(MAGIC) + SALT_BYTES)
        if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
            raise FileDamaged(f"{sealed} is not one of Tenki's encrypted files")
        yield from _opened_chunks(str(sealed), file, _derived((key, name.encode()), head), head)


def _name(kind: FileKind, file_id: object) -> str:
    return f"{kind.value}/{file_id}"


def _missing(name: str) -> FileMissing:
    return FileMissing(f"{name} is not there: restore it from a backup")


def _file_key(kind: FileKind, file_id: object) -> tuple[bytes, bytes]:
    """The master key and the name that binds the file to its id."""
    return vault.read_key(KEYS[kind]), _name(kind, file_id).encode()


def _derived(file_key: tuple[bytes, bytes], head: bytes) -> AESGCM:
    master, name = file_key
    salt = head[len(MAGIC) :]
    return AESGCM(HKDF(algorithm=SHA256(), length=vault.KEY_BYTES, salt=salt, info=name).derive(master))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _write_synced(path: Path, file_key: tuple[bytes, bytes], parts: Iterable[bytes]) -> Stored:
    head = MAGIC + secrets.token_bytes(SALT_BYTES)
    cipher = _derived(file_key, head)
    sha256, size_bytes = hashlib.sha256(), 0
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(head)
        for number, chunk, last in _chunks(parts):
            sha256.update(chunk)
            size_bytes += len(chunk)
            file.write(cipher.encrypt(_nonce(number, last), chunk, head))
        file.flush()
        os.fsync(file.fileno())
    return Stored(sha256.hexdigest(), size_bytes)


def _chunks(parts: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """The stream in chunks of CHUNK_BYTES, numbered; the last may be shorter, and is there even when
    empty.
    """
    number, waiting = 0, bytearray()
    for part in parts:
        waiting += part
        while len(waiting) > CHUNK_BYTES:
            yield number, bytes(waiting[:CHUNK_BYTES]), False
            del waiting[:CHUNK_BYTES]
            number += 1
    yield number, bytes(waiting), True


def _opened_chunks(name: str, file: BinaryIO, cipher: AESGCM, head: bytes) -> Iterator[bytes]:
    number, sealed = 0, file.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        following = file.read(CHUNK_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, not following), sealed, head)
        except InvalidTag as error:
            raise FileDamaged(f"{name} does not open at chunk {number}: restore it from a backup") from error
        if not following:
            return
        number, sealed = number + 1, following


def _scratch(need_bytes: int) -> Path:
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * need_bytes:
        return MEMORY
    folder = Path(settings.VAR) / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _left_behind(path: Path) -> bool:
    """Names say which process made them: ``.<pid>-….part`` and ``tenki-<pid>-…``."""
    maker = re.match(r"(?:\.|tenki-)(\d+)-", path.name)
    if (
        maker is None
        or path.stat().st_uid != os.geteuid()
        or time.time() - path.stat().st_mtime < LEFT_AFTER_S
    ):
        return False
    try:
        os.kill(int(maker[1]), 0)
    except (ProcessLookupError, PermissionError):
        # Somebody else's process now bears the number: the file is ours, so its maker was another.
        return True
    return False
