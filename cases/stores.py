"""Where the sealed files lie: a folder, another machine's desk, or any store that fsspec knows.

A store moves bytes that are sealed already (``cases.files``); it can neither read nor forge them. The site
says which one by ``TENKI_FILES_URL``: empty is ``var/files``, ``https://desk.city.example`` is that desk with
the token of ``tenki worker join``, anything else (``s3://bucket/tenki``, ``file:///mnt/x``) goes to fsspec.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.conf import settings

from config import private_files
from config.connections import NoRedirect
from config.site import SiteSettingWrong

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TIMEOUT_S = 30.0
WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""How long is waited before each further try: a desk that is started anew is back within these."""

PART_BYTES = 1 << 20
CHANGED = "Tenki-Changed-Ns"
"""Header in which the desk says when a file was written, in ns since 1970."""


OPENER = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
"""Follows no redirection and asks no proxy: the desk is in the building."""


class StoreUnavailable(OSError):
    """The store does not answer, or not as one of ours does; the message names what to look at."""


@dataclass(frozen=True)
class Kept:
    """What is known of a sealed file without opening it."""

    size_bytes: int
    changed_ns: int


class Store(Protocol):
    """Sealed files by name (``originals/<id>``)."""

    def beginning(self, name: str) -> Path:
        """A new local path at which the file is written before it is kept."""

    def keep(self, beginning: Path, name: str) -> None:
        """Take the finished file in, whole and for good, or not at all; one of that name is replaced."""

    def open(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """Its bytes. Raises FileNotFoundError."""

    def stat(self, name: str) -> Kept | None:
        """None when there is none."""

    def delete(self, name: str) -> None:
        """Nothing happens when there is none."""


def current() -> Store:
    """The store of this process."""
    return of_url(settings.FILES_URL, Path(settings.VAR))


@cache
def of_url(url: str, var: Path) -> Store:
    if not url:
        return Folder(var / "files")
    if url.startswith(("http://", "https://")):
        return Desk(url, private_files.read(token_path(var)).decode().strip(), var / "scratch")
    return Remote(url, var / "scratch")


def token_path(var: Path) -> Path:
    """Where a worker keeps the token with which it calls the desk."""
    return var / "keys" / "worker.token"


@dataclass(frozen=True)
class Folder:
    """A folder on this machine."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.sealed"

    def beginning(self, name: str) -> Path:
        # On the same disk as its place, so that it can be moved there in one step.
        return _beginning(self.path(name).parent)

    def keep(self, beginning: Path, name: str) -> None:
        path = self.path(name)
        beginning.replace(path)
        sync_folder(path.parent)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with self.path(name).open("rb") as file:
            yield file

    def stat(self, name: str) -> Kept | None:
        try:
            seen = self.path(name).stat()
        except FileNotFoundError:
            return None
        return Kept(seen.st_size, seen.st_mtime_ns)

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Desk:
    """The desk on another machine, with a worker's token."""

    url: str
    token: str
    scratch: Path

    def __post_init__(self) -> None:
        refuse_unsafe(self.url)

    def beginning(self, name: str) -> Path:
        return _beginning(self.scratch)

    def keep(self, beginning: Path, name: str) -> None:
        with beginning.open("rb") as file:
            headers = {"Content-Length": str(beginning.stat().st_size)}
            self._call("PUT", name, headers, file).close()
        beginning.unlink()

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile(dir=_private(self.scratch)) as copy:
            self._fetch(name, copy)
            copy.seek(0)
            yield copy

    def stat(self, name: str) -> Kept | None:
        try:
            with self._call("HEAD", name) as answer:
                return Kept(int(answer.headers["Content-Length"]), int(answer.headers[CHANGED]))
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._call("DELETE", name).close()

    def _fetch(self, name: str, copy: Any) -> None:
        """The whole file; a connection that breaks off in the middle is begun anew."""
        for wait_s in (*WAITS_S, None):
            with self._call("GET", name) as answer:
                with contextlib.suppress(OSError):
                    shutil.copyfileobj(answer, copy, PART_BYTES)
                if copy.tell() == int(answer.headers["Content-Length"]):
                    return
            if wait_s is not None:
                copy.seek(0)
                copy.truncate()
                time.sleep(wait_s)
        raise StoreUnavailable(
            errno.EIO, f"{self.url} breaks off in the middle of files: look at the network"
        )

    def _call(
        self, method: str, name: str, headers: dict[str, str] | None = None, body: BinaryIO | None = None
    ) -> Any:
        url = f"{self.url.rstrip('/')}/api/v1/store/{name}"
        for wait_s in (*WAITS_S, None):
            if body is not None:
                body.seek(0)
            request = urllib.request.Request(url, body, headers or {}, method=method)  # noqa: S310  # http(s)
            request.add_header("Authorization", f"Bearer {self.token}")
            try:
                return OPENER.open(request, timeout=TIMEOUT_S)
            except urllib.error.HTTPError as refusal:
                if refusal.code < 500 or refusal.code == 507 or wait_s is None:
                    raise _told(refusal, self.url, name) from None
            except OSError as error:
                if wait_s is None:
                    told = f"{self.url} does not answer ({type(error).__name__}): is the desk running?"
                    raise StoreUnavailable(errno.EHOSTUNREACH, told) from error
            time.sleep(wait_s)
        raise AssertionError("not reached")


def _told(refusal: urllib.error.HTTPError, url: str, name: str) -> OSError:
    if refusal.code == 404:
        return FileNotFoundError(errno.ENOENT, f"{name} is not at {url}")
    if refusal.code == 507:
        return OSError(errno.ENOSPC, f"no room left at {url}")
    if refusal.code in {401, 403}:
        told = f"{url} does not take this worker's token: `tenki worker join` with a new one"
        return StoreUnavailable(errno.EACCES, told)
    return StoreUnavailable(errno.EIO, f"{url} answers {refusal.code}: see the desk's log")


def refuse_unsafe(url: str) -> None:
    """Keys and token go by TLS, except within one machine. Raises SiteSettingWrong."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise SiteSettingWrong(f"the desk's address {url} is without TLS: reach it by https://")


@dataclass(frozen=True)
class Remote:
    """Whatever fsspec knows: an object store, a share. Files are sealed before they get there."""

    url: str
    scratch: Path

    def beginning(self, name: str) -> Path:
        return _beginning(self.scratch)

    def keep(self, beginning: Path, name: str) -> None:
        system, path = self._place(name)
        system.makedirs(path.rpartition("/")[0], exist_ok=True)
        # Under another name first: a reader never meets half a file, also where nothing moves in one step.
        waiting = f"{path}.{uuid.uuid4().hex}.part"
        try:
            system.put_file(str(beginning), waiting)
            system.mv(waiting, path)
        finally:
            if system.exists(waiting):
                system.rm_file(waiting)
        beginning.unlink()

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        system, path = self._place(name)
        with system.open(path, "rb") as file:
            yield file

    def stat(self, name: str) -> Kept | None:
        system, path = self._place(name)
        try:
            seen = system.info(path)
        except FileNotFoundError:
            return None
        return Kept(int(seen["size"]), int(system.modified(path).timestamp() * 1e9))

    def delete(self, name: str) -> None:
        system, path = self._place(name)
        with contextlib.suppress(FileNotFoundError):
            system.rm_file(path)

    def _place(self, name: str) -> tuple[Any, str]:
        import fsspec

        system, root = fsspec.core.url_to_fs(self.url)
        return system, f"{root.rstrip('/')}/{name}.sealed"


def _beginning(folder: Path) -> Path:
    return _private(folder) / f".{os.getpid()}-{uuid.uuid4()}.part"


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
