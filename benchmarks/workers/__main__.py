"""Several workers on PostgreSQL: 10,000 sheets by four, reading by two against one, what orchestration costs.

``make bench NAME=workers`` takes about twenty minutes on two quiet cores; ``QUICK=1`` takes a few of each and
less than a minute. Each worker is a process of its own, with the database in common.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import postgresql
from benchmarks.results import PROJECT, RESULTS, Row, write
from benchmarks.workers import child

QUICK = bool(os.environ.get("QUICK"))
WORKERS = 4
REPLAYED = 120 if QUICK else 10_000
READ = 4 if QUICK else 60
TURNS = 1 if QUICK else 3
BATCH = 4 if QUICK else 200
SECONDS_A_MINUTE = 60


@dataclass(frozen=True)
class Place:
    """One site: its folder and its database."""

    var: Path
    url: str

    def start(self, *words: object) -> subprocess.Popen[str]:
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("TENKI_", "DJANGO_"))
        }
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.workers", *map(str, words)],
            cwd=PROJECT,
            env={**own, "TENKI_VAR": str(self.var), "TENKI_DATABASE_URL": self.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, *words: object) -> dict[str, Any]:
        return told(self.start(*words))


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a child says in its last line."""
    out, _ = process.communicate()
    assert process.returncode == 0, f"a worker ended with {process.returncode}"
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    return said


@contextmanager
def place(where: Path) -> Iterator[Place]:
    with postgresql.server(where) as cluster, tempfile.TemporaryDirectory(prefix="tenki-bench-") as var:
        made = Place(Path(var), cluster.url)
        made.do("prepare")
        yield made


def main() -> None:
    where = postgresql.programs()
    if where is None:
        sys.exit("no PostgreSQL server is installed here: apt-get install postgresql")
    rows, began_s = list[Row](), time.monotonic()
    with place(where) as site:
        # What is timed by the second comes first; ten thousand sheets leave a database that tidies up.
        for measure in (side_by_side, orchestration, replayed):
            rows += measure(site)
    rows.append(Row("the benchmark itself", (time.monotonic() - began_s) / SECONDS_A_MINUTE, "min"))
    folder = PROJECT / "var" / "bench" if QUICK else RESULTS
    print(write("workers", rows, folder))


def replayed(site: Place) -> Iterator[Row]:
    """Queued, read (the results are given), approved and entered; each by whichever worker claims it."""
    before = site.do("count")
    site.do("queue", REPLAYED)
    running = [site.start("replay", number, REPLAYED) for number in range(WORKERS)]
    parts = [told(process) for process in running]
    found = site.do("count")
    took_s = max(part["seconds"] for part in parts)
    yield Row("sheets queued", REPLAYED, "sheets")
    yield Row("finished by 4 workers", found["entered"], "sheets", f">= {REPLAYED}")
    yield Row("lost", REPLAYED - found["entered"], "sheets", "<= 0")
    yield Row("doubled", found["doubled"], "sheets", "<= 0")
    yield Row("audit trail whole", found["whole"], "", ">= 1")
    yield Row("least of one worker", min(part["entered"] for part in parts), "sheets")
    yield Row("most of one worker", max(part["entered"] for part in parts), "sheets")
    yield Row("sheets a minute, 4 workers", REPLAYED / took_s * SECONDS_A_MINUTE, "sheets")
    yield Row("database", (found["kb"] - before["kb"]) / REPLAYED, "kB a sheet")


def side_by_side(site: Place) -> Iterator[Row]:
    """Real reading by single-threaded processes, each held to one core: one of them, then two."""
    cores, took_s = sorted(os.sched_getaffinity(0)), {1: 0.0, 2: 0.0}
    # In turns, so that a machine that grows slower or faster meanwhile is as much so for both.
    for turn in range(TURNS):
        for workers in took_s:
            site.do("hand-in", READ, f"{turn}/{workers}")
            running = [site.start("read", cores[number % len(cores)]) for number in range(workers)]
            took_s[workers] += _together(running)
    rate = {workers: READ * TURNS / seconds for workers, seconds in took_s.items()}
    yield Row("read by one", rate[1] * SECONDS_A_MINUTE, "/min")
    yield Row("read by two", rate[2] * SECONDS_A_MINUTE, "/min")
    yield Row("two against one", rate[2] / rate[1], "times", "" if QUICK else ">= 1.8")


def _together(running: list[subprocess.Popen[str]]) -> float:
    """Let all begin at the same moment, once their models are loaded; how long the last one took, in s."""
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return max(float(told(process)["seconds"]) for process in running)


def orchestration(site: Place) -> Iterator[Row]:
    """A batch read within Prefect: the share of its time that is not reading, storing or deciding."""
    site.do("hand-in", BATCH, "batch")
    took = site.do("orchestrate")
    yield Row("sheets of the batch", took["sheets"], "sheets")
    yield Row("the batch", took["whole_s"], "s")
    share = 100 * (took["whole_s"] - took["work_s"]) / took["whole_s"]
    yield Row("orchestration", share, "%", "" if QUICK else "<= 5")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child.do(*sys.argv[1:])
    else:
        main()
