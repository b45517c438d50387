"""Prefect's database and the desk's pages after a year of rounds, with housekeeping on.

``make bench NAME=housekeeping``; ``QUICK=1`` takes a fiftieth of the year. One round is really made against
a real server, and its rows are copied month by month (``year``); after each month the server's own vacuum
deletes what is old, and the file gives back its room, as every night. In the end two desks, one as on the
first day and one after the year, are asked for the same pages in turn.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.desk.data import TASKS, Size
from benchmarks.desk.person import Person
from benchmarks.desk.place import Place, filled, served
from benchmarks.housekeeping import year
from benchmarks.results import PROJECT, Row, write
from flows import environment, prefect_file
from flows.housekeeping import LOOKED_AT_ROWS
from flows.prefect_api import Api
from flows.server import KEPT_SMALL, client_environment, prefect_server

TASK_RUNS, CASES, FIRST_CASES = 500_000, 34_000, 1_000
QUICK_SHARE, QUICK_CASES = 50, 2_000
MONTHS, QUICK_MONTHS = 12, 2
DAYS = 365
WARM, ASKED, QUICK_ASKED = 3, 60, 10
USER = "op01"
PAGES = {
    "board": "/",
    "case list": "/queue",
    "tasks and schedules": "/tasks",
    "a task": "/tasks/t0",
    "effects": "/savings",
}

ROUND = """
from flows import environment, wiring
environment.prepare()
wiring.ready_database()
from flows.round import work_round
work_round('t0')
"""
"""The filled database may have been made by an older version."""

VACUUM = """
import asyncio
from prefect.server.database import provide_database_interface
from prefect.server.services import db_vacuum as clean
async def all():
    db = provide_database_interface()
    await clean.vacuum_old_flow_runs(db=db)
    await clean.vacuum_events_with_retention_overrides(db=db)
    await clean.vacuum_old_events(db=db)
    await clean.vacuum_orphaned_logs(db=db)
    await clean.vacuum_orphaned_artifacts(db=db)
    await clean.vacuum_stale_artifact_collections(db=db)
asyncio.run(all())
"""
"""What the server does every hour by itself, with the settings that ours gets."""


@dataclass(frozen=True)
class Night:
    """After one month and its housekeeping."""

    size_mb: float
    took_s: float


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    began = time.monotonic()
    environment.prepare()
    with tempfile.TemporaryDirectory(prefix="housekeeping-", dir=_bench()) as folder:
        rows = list(measured(Path(folder), quick))
    rows.append(Row("the whole benchmark", (time.monotonic() - began) / 60, "min"))
    print(write("housekeeping-quick" if quick else "housekeeping", rows))


def measured(folder: Path, quick: bool) -> Iterator[Row]:
    runs, cases = (TASK_RUNS // QUICK_SHARE, QUICK_CASES) if quick else (TASK_RUNS, CASES)
    young, old = filled(Size(FIRST_CASES)), filled(Size(cases))
    day, home = folder / "day", folder / "year"
    made, deployments = _first_round(home, young)
    rounds = runs // made.task_runs
    now = datetime.now(UTC)
    _rounds(home, made, 0, now - timedelta(days=1), 1, rounds // DAYS, deployments)
    shutil.copytree(home, day)
    yield Row("task runs in the year", rounds * made.task_runs, "")
    yield Row("rows that one round leaves in Prefect", sum(map(len, made.rows.values())), "rows")
    yield Row("database on the first day", _mb(day), "MB")

    nights = list(_nights(home, made, rounds, QUICK_MONTHS if quick else MONTHS, deployments))
    yield Row("database after the year", nights[-1].size_mb, "MB", "<= 1000")
    yield Row("database, largest after any night", max(night.size_mb for night in nights), "MB", "<= 1000")
    yield Row("deleting a month's runs at once, longest", max(night.took_s for night in nights), "s")
    with closing(sqlite3.connect(old.var / "tenki.sqlite3")) as database, database:
        # As housekeeping does every night in the desk's own database.
        database.execute(f"PRAGMA analysis_limit = {LOOKED_AT_ROWS}")
        database.execute("ANALYZE")
    yield from _pages((young, day), (old, home), QUICK_ASKED if quick else ASKED)


def _first_round(home: Path, place: Place) -> tuple[year.Pattern, list[str]]:
    """What a real round of a task leaves, whose inbox is empty; then the deployments of all tasks."""
    with prefect_server(home) as server:
        server.join()
        api = Api(server.url, server.auth)
        subprocess.run([sys.executable, "-c", ROUND], cwd=PROJECT, env=place.environment(), check=True)
        # Runs and their events are written a moment after the runs themselves.
        time.sleep(8)
        made = year.pattern(home / prefect_file.DATABASE)
        flow = api.ask("GET", "flows/name/round")["id"]
        return made, [
            api.ask(
                "POST",
                "deployments/",
                {
                    "name": f"t{number}",
                    "flow_id": flow,
                    "parameters": {"task": f"t{number}"},
                    "enforce_parameter_schema": False,
                    "schedules": [{"schedule": {"interval": 600}}],
                },
            )["id"]
            for number in range(TASKS)
        ]


def _rounds(
    home: Path,
    of: year.Pattern,
    first: int,
    since: datetime,
    days: float,
    count: int,
    deployments: Sequence[str],
) -> int:
    step = timedelta(days=days) / max(count, 1)
    moments = [since + step * number for number in range(count)]
    year.copy(home / prefect_file.DATABASE, of, first, moments, deployments)
    return first + count


def _nights(
    home: Path, of: year.Pattern, rounds: int, months: int, deployments: Sequence[str]
) -> Iterator[Night]:
    first, days = rounds, DAYS / months
    for month in range(months, 0, -1):
        since = of.made - timedelta(days=days * month)
        first = _rounds(home, of, first, since, days, rounds // months, deployments)
        began = time.monotonic()
        settings = {**os.environ, **KEPT_SMALL, "PREFECT_HOME": str(home)}
        subprocess.run([sys.executable, "-c", VACUUM], env=settings, check=True)
        prefect_file.give_back(home)
        night = Night(_mb(home), time.monotonic() - began)
        print(f"a month of {months}: {night.size_mb:.0f} MB, {night.took_s:.0f} s", file=sys.stderr)
        yield night


def _mb(home: Path) -> float:
    return sum(path.stat().st_size for path in home.glob(f"{prefect_file.DATABASE}*")) / 1e6


def _pages(first: tuple[Place, Path], last: tuple[Place, Path], asked: int) -> Iterator[Row]:
    """Both desks are asked in turn, so that whatever else the machine does befalls both."""
    with ExitStack() as stack:
        people = [Person(_desk(stack, *one), USER) for one in (first, last)]
        worst = 0.0
        for name, path in PAGES.items():
            taken: tuple[list[float], list[float]] = ([], [])
            for turn in range(WARM + asked):
                for person, times in zip(people, taken, strict=True):
                    began = time.perf_counter()
                    assert person.get(path)[0] == 200, path
                    if turn >= WARM:
                        times.append((time.perf_counter() - began) * 1000)
            # Of each pair, since the two were asked at nearly the same moment.
            ratio = median(after / before for before, after in zip(*taken, strict=True))
            worst = max(worst, ratio)
            yield Row(f"{name}, first day", median(taken[0]), "ms")
            yield Row(f"{name}, after the year", median(taken[1]), "ms")
            yield Row(f"{name}, ratio", ratio, "", "<= 1.2")
        yield Row("slowest page against the first day", worst, "", "<= 1.2")


def _desk(stack: ExitStack, place: Place, home: Path) -> str:
    """A desk that asks the server of that home; its address."""
    server = stack.enter_context(prefect_server(home))
    told = client_environment(server.join(), server.auth)
    return stack.enter_context(served(replace(place, more=told))).desk


def _bench() -> Path:
    folder = PROJECT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
