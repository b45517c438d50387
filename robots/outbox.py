"""The folder from which a target fetches its files. A file comes into it whole, by one rename, and once."""

from __future__ import annotations

import enum
import hashlib
import os
from pathlib import Path

STAGE = ".tenki"
"""Where a file lies until it is proven: in the outbox itself, since a rename does not cross disks."""


class Lies(enum.Enum):
    """Where a proven file is now."""

    STAGED = "staged"
    """Not given out yet."""

    GIVEN = "given"
    """In the outbox, every byte the same."""

    CHANGED = "changed"
    """A file of this name lies in the outbox that holds something else."""

    FETCHED = "fetched"
    """Neither here nor there: it was given out, and taken away by whoever imports it."""


class Outbox:
    """The outbox of one target."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stage = folder / STAGE

    def stage(self, name: str, data: bytes) -> None:
        """Keep a file, whole and on the disk, out of the target's sight. One that lay there is replaced."""
        self._stage.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._stage / f"{name}.part"
        with part.open("wb") as file:
            part.chmod(0o640)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._stage / name)
        _synced(self._stage)

    def staged(self, name: str) -> bytes:
        """What was kept, read from the disk again."""
        return (self._stage / name).read_bytes()

    def given(self, name: str) -> bytes | None:
        """What lies in the target's sight; None once it was fetched."""
        out = self.folder / name
        return out.read_bytes() if out.exists() else None

    def lies(self, name: str, sha256: str) -> Lies:
        """Where the file with this digest is. Of a name that somebody else used it is CHANGED."""
        out = self.folder / name
        if out.exists():
            same = hashlib.sha256(out.read_bytes()).hexdigest() == sha256
            return Lies.GIVEN if same else Lies.CHANGED
        return Lies.STAGED if (self._stage / name).exists() else Lies.FETCHED

    def give(self, name: str) -> None:
        """Put the kept file into the target's sight: one rename, after which it is kept here no more."""
        (self._stage / name).rename(self.folder / name)
        _synced(self.folder)
        _synced(self._stage)


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
