"""A task's inbox as a folder: what lies in it, what is written beside, what is moved away and put back.

``done/`` holds a line for each file that was taken in; the file itself is gone, since originals are kept
encrypted (law 5). ``rejected/`` holds files that could not be taken in, each under its id with the reason
beside it. An inbox outside ``var`` must have its ``done/`` before anything is taken from it: where a share is
not mounted its mount point is an empty folder of the local disk.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows import wiring

if TYPE_CHECKING:
    from cases.inbox_table import Refusal

DONE, REJECTED = "done", "rejected"
DEEPEST = 3
"""Sub-folders are looked into so deep: scanner, day, one more."""

UNFINISHED = ("*.part", "*.partial", "*.tmp", "*.temp", "*.crdownload", "*.filepart", "~$*")
"""Names under which programs write what is not finished."""

NOT_OURS = ("thumbs.db", "desktop.ini", ".*")
"""What Windows and Macs leave in every folder that they look into."""

NOTE = "-理由.txt"
NOT_TAKEN = "受け付けられなかったファイルです。"
TRY_AGAIN = "再受付：理由を直してから、転記デスクの「受付フォルダー」で「再受付」を押してください。"

NAME_BYTES, SUFFIX_BYTES = 240, 20
"""A folder takes 255 bytes; the rest is for a number behind."""

PLAIN_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


class InboxGone(Exception):
    """The inbox cannot be looked into; the message says why and what to do."""


class Mark(NamedTuple):
    """Tells one version of a file from the next."""

    number: int
    size_bytes: int
    changed_ns: int


@dataclass(frozen=True)
class Drop:
    """A file as it lies in an inbox now. ``scanner``: the sub-folder that it lies in."""

    path: Path
    scanner: str
    mark: Mark

    @property
    def unfinished(self) -> bool:
        return matches(self.path.name, UNFINISHED)


@dataclass(frozen=True)
class Folder:
    """One task's inbox. ``ours``: it lies below ``var``, where we make folders ourselves."""

    task: str
    path: Path
    ours: bool

    def ready(self) -> None:
        """Raises InboxGone when it is not there."""
        try:
            if self.ours:
                for name in (DONE, REJECTED):
                    (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            elif not (self.path / DONE).is_dir():
                raise InboxGone(
                    f"{self.path} has no folder {DONE}: mount the share, or make that folder if it is new"
                )
            else:
                (self.path / REJECTED).mkdir(exist_ok=True)
        except OSError as error:
            raise InboxGone(f"{self.path}: {error.strerror}") from error

    def drops(self) -> Iterator[Drop]:
        """Every file that scanners and people have dropped, in no order. Raises InboxGone."""
        try:
            yield from self._below(self.path, "", DEEPEST)
        except OSError as error:
            raise InboxGone(f"{self.path}: {error.strerror}") from error

    def _below(self, folder: Path, scanner: str, deep: int) -> Iterator[Drop]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if matches(entry.name, NOT_OURS):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if deep and not (folder == self.path and entry.name in {DONE, REJECTED}):
                        yield from self._below(Path(entry.path), scanner or entry.name, deep - 1)
                elif entry.is_file(follow_symlinks=False):
                    # It may be gone by now.
                    with contextlib.suppress(FileNotFoundError):
                        yield Drop(Path(entry.path), scanner, _mark(entry.stat(follow_symlinks=False)))

    @staticmethod
    def mark(path: Path) -> Mark | None:
        """The version that lies there now; None when there is none."""
        try:
            return _mark(path.stat())
        except FileNotFoundError:
            return None

    def receipt(self, line: str) -> None:
        """A line in today's list in ``done``, as Windows' own editor shows it."""
        now = wiring.now()
        path = self.path / DONE / f"{now:%Y-%m-%d}.txt"
        encoding = "utf-8" if path.exists() else "utf-8-sig"
        with path.open("a", encoding=encoding, newline="\r\n") as file:
            file.write(f"{now:%H:%M:%S} {line}\n")

    def reject(self, drop: Drop, refusal_id: object, reason: str) -> None:
        """Move the file away under its id, with the reason beside it."""
        suffix = drop.path.suffix if PLAIN_SUFFIX.fullmatch(drop.path.suffix) else ""
        drop.path.rename(self.path / REJECTED / f"{refusal_id}{suffix}")
        note = self.path / REJECTED / f"{refusal_id}{NOTE}"
        note.write_text(f"{NOT_TAKEN}\n理由：{reason}\n{TRY_AGAIN}\n", encoding="utf-8-sig", newline="\r\n")

    def rejected(self) -> dict[str, Path]:
        """What lies in ``rejected``, by the refusals' ids."""
        return {p.stem: p for p in (self.path / REJECTED).iterdir() if not p.name.endswith(NOTE)}

    def put_back(self, path: Path, refusal: Refusal) -> None:
        """Back into the inbox under its own name."""
        folder = self.path / _fitting(refusal.scanner)
        folder.mkdir(exist_ok=True)
        path.rename(_free(folder / _fitting(refusal.original_name)))
        (self.path / REJECTED / f"{refusal.pk}{NOTE}").unlink(missing_ok=True)


def folder_of(task: str) -> Folder:
    """The inbox of a task: below the site's ``inbox_folder``, else below ``var``."""
    elsewhere = wiring.site().inbox_folder
    if elsewhere:
        return Folder(task, Path(elsewhere) / task, ours=False)
    return Folder(task, wiring.var() / "inbox" / task, ours=True)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name.lower(), pattern) for pattern in patterns)


def _fitting(name: str) -> str:
    """The name, cut so far that a folder takes it: a kanji of two bytes on a share has three here."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(os.fsencode(suffix)) > SUFFIX_BYTES:
        stem, dot, suffix = name, "", ""
    room = NAME_BYTES - len(os.fsencode(dot + suffix))
    return os.fsencode(stem)[:room].decode("utf-8", "ignore") + dot + suffix


def _free(wanted: Path) -> Path:
    """The name, or the same with a number when another file has it by now."""
    number, path = 2, wanted
    while path.exists():
        path = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
        number += 1
    return path


def _mark(seen: os.stat_result) -> Mark:
    return Mark(seen.st_ino, seen.st_size, seen.st_mtime_ns)
