"""Small secret files: made once with mode 0600, refused when others could read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class SecretFileMissing(Exception):
    """The secret file is not there; the message names the path."""


class SecretFileExposed(Exception):
    """Others than the owner may read the secret file; the message says which mode it has and how to mend
    it.
    """


def create(path: Path, content: bytes) -> bool:
    """Write ``content`` to a new file that only its owner may read; False when the file is there already.

    The name appears only once the bytes are on the disk, so that a second process never reads half a key.
    """
    # With ``parents=True`` the folders in between would be open to others.
    for folder in reversed((path.parent, *path.parent.parents)):
        folder.mkdir(mode=0o700, exist_ok=True)
    beginning = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beginning, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(beginning)
    except FileExistsError:
        return False
    finally:
        beginning.unlink()
    return True


def read(path: Path) -> bytes:
    """The file's bytes. Raises SecretFileMissing, or SecretFileExposed when group or others have any
    right.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SecretFileMissing(f"there is no secret file {path}: create the keys first") from error
    if mode & 0o077:
        raise SecretFileExposed(f"{path} has mode {mode:04o} and others may use it: chmod 600 {path}")
    return content
