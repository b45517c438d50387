"""The filled database on SQLite and on PostgreSQL, and the desk served on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks import postgresql
from benchmarks.desk.data import Size
from benchmarks.results import PROJECT


@dataclass(frozen=True)
class Place:
    """A filled database and the folder with its keys and files; the desk's address once it is served."""

    var: Path
    url: str
    desk: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    """What else its programs find in their environment."""

    def environment(self) -> dict[str, str]:
        return {**os.environ, "TENKI_VAR": str(self.var), "TENKI_DATABASE_URL": self.url, **self.more}


def places(size: Size) -> Iterator[tuple[str, Place]]:
    """Each database in turn, filled."""
    made = filled(size)
    used = made.var / "used.sqlite3"
    # What is measured works sheets off; the filled database stays as it is for the next time.
    shutil.copyfile(made.var / "tenki.sqlite3", used)
    yield "sqlite", Place(made.var, f"sqlite:///{used}")
    for left in made.var.glob("used.sqlite3*"):
        left.unlink()
    where = postgresql.programs()
    if where is None or os.environ.get("ONLY") == "sqlite":
        print("only SQLite is measured")
        return
    with postgresql.server(where) as cluster, tempfile.TemporaryDirectory(prefix="tenki-bench-") as var:
        place = Place(Path(var), cluster.url)
        _fill(place, size)
        yield "postgresql", place


def filled(size: Size) -> Place:
    """The filled SQLite database, made once."""
    var = PROJECT / "var" / "bench" / f"desk-{size.cases}"
    place = Place(var, f"sqlite:///{var / 'tenki.sqlite3'}")
    done = var / "filled"
    if not done.exists():
        shutil.rmtree(var, ignore_errors=True)
        var.mkdir(parents=True)
        _fill(place, size)
        done.touch()
    return place


def _fill(place: Place, size: Size) -> None:
    command = [sys.executable, "-m", "benchmarks.desk", "fill", str(size.cases)]
    subprocess.run(command, cwd=PROJECT, env=place.environment(), check=True)


@contextmanager
def served(place: Place) -> Iterator[Place]:
    """The place with its desk running, as a city hall serves it."""
    command = [sys.executable, "-m", "flows", "desk", "--port", "0"]
    options = {"cwd": PROJECT, "env": place.environment(), "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **options) as desk:  # type: ignore[call-overload]
        try:
            yield replace(place, desk=desk.stdout.readline().split()[-1])
        finally:
            desk.terminate()
