"""A PostgreSQL cluster of its own for tests and benchmarks: on a socket in a folder that goes afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ACCOUNT = "postgres"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Cluster:
    """A cluster that was made. ``where`` holds the server's programs, ``options`` are the server's own."""

    where: Path
    folder: Path
    options: str

    @property
    def url(self) -> str:
        return f"postgres://tenki@{quote(str(self.folder), safe='')}/postgres"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        told = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {self.options}"
        _run(self.where / "pg_ctl", "-D", self._data, "-o", told, "-l", self.log, "-w", "start")

    def stop(self) -> None:
        _run(self.where / "pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill -9 to the server and its children, as when memory runs out."""
        held = self._data / "postmaster.pid"
        pid = int(held.read_text(encoding="utf-8").split()[0])
        children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
        victims = (pid, *map(int, children.stdout.split()))
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        while any(map(_runs, victims)):
            time.sleep(0.05)
        # Where nobody buries the dead (containers), the server would take its predecessor for living.
        for lock in (held, *self.folder.glob(".s.PGSQL.*")):
            lock.unlink()

    @property
    def _data(self) -> Path:
        return self.folder / "data"


@contextmanager
def server(where: Path, options: str = "") -> Iterator[Cluster]:
    """A running cluster for as long as the block lasts; ``where`` holds the server's programs."""
    folder = Path(tempfile.mkdtemp(prefix="tenki-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(ACCOUNT).pw_uid, -1)
    _run(where / "initdb", "-D", folder / "data", "-U", "tenki", "-A", "trust", "-E", "UTF8", "--no-sync")
    cluster = Cluster(where, folder, options)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _run(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root; otherwise it runs as whoever needs it."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", ACCOUNT, "--", *words]
    subprocess.run(words, check=True, capture_output=True, cwd="/")
