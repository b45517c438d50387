"""Five years of forty tasks and two million time events: how long indicators and workbook take.

``make bench NAME=savings``; ``QUICK=1`` takes a twentieth of the events. Each figure is measured in a new
process (interpreter, Django and database connection included), on SQLite and, where a server is installed,
on PostgreSQL. The database's files are in the machine's cache; nothing of ours is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from benchmarks import postgresql
from benchmarks.results import PROJECT, Row, write

TASKS = 40
EVENTS = 2_000_000
QUICK_SHARE = 20
EVENTS_A_CASE = 4
YEARS = 5
TODAY = datetime.now(UTC).date()
FIRST_DAY = date(TODAY.year - (TODAY.month < 4) - YEARS + 1, 4, 1)
"""The fifth year is the running one, so that a month is counted as it stands and not read from its sum."""
REPEATS = 3

SQLITE = {
    "at": "strftime('%Y-%m-%d %H:%M:%S', {first}, '+' || ({seconds}) || ' seconds')",
    "id": "printf('%032x', {n})",
    "first": f"'{FIRST_DAY} 00:00:00'",
    "analyse": "ANALYZE",
}
POSTGRESQL = {
    "at": "{first} + ({seconds}) * interval '1 second'",
    "id": "lpad(to_hex({n}), 32, '0')::uuid",
    "first": f"timestamptz '{FIRST_DAY} 00:00:00+00'",
    "analyse": "VACUUM ANALYZE",
}
"""The same rows are written in each database's own words."""


def main() -> None:
    events = EVENTS // QUICK_SHARE if os.environ.get("QUICK") else EVENTS
    rows = [row for name, url in _databases() for row in _measured(name, url, events)]
    print(write("savings-quick" if os.environ.get("QUICK") else "savings", rows))


def _databases() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory(prefix="tenki-bench-") as folder:
        yield "sqlite", f"sqlite:///{folder}/bench.sqlite3"
    where = postgresql.programs()
    if where is None:
        print("no PostgreSQL server is installed here: only SQLite is measured")
        return
    with postgresql.server(where) as cluster:
        yield "postgresql", cluster.url


def _measured(name: str, url: str, events: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="tenki-bench-") as var:
        _child("fill", var, url, str(events))
        first = _child("indicators", var, url)
        cold = median(_child("indicators", var, url) for _ in range(REPEATS))
        workbook = _child("workbook", var, url)
    yield Row(f"{name}: events", events, "events")
    yield Row(f"{name}: indicators, summed first", first, "s")
    yield Row(f"{name}: indicators, cold start", cold, "s", "<= 2")
    yield Row(f"{name}: report and workbook", workbook, "s", "<= 10")


def _child(work: str, var: str, url: str, *words: str) -> float:
    """Seconds that a process of its own took for one piece of work."""
    environment = {**os.environ, "TENKI_VAR": var, "TENKI_DATABASE_URL": url}
    command = [sys.executable, "-m", "benchmarks.savings", work, *words]
    began = time.perf_counter()
    subprocess.run(command, cwd=PROJECT, env=environment, check=True)
    return time.perf_counter() - began


def indicators() -> None:
    """The figures of five fiscal years, over all tasks."""
    from savings.collect import years_minutes
    from savings.indicators import indicators as over
    from savings.periods import FiscalYear

    years = [FiscalYear(FIRST_DAY.year + number) for number in range(YEARS)]
    figures = [over(tasks) for tasks in years_minutes(years).values()]
    assert all(len(found.counted) == TASKS for found in figures)


def workbook(folder: Path) -> None:
    """The last year's report with the trend of all five, and its workbook."""
    from django.conf import settings
    from django.utils import timezone

    from savings import workbook as council
    from savings.collect import report
    from savings.periods import FiscalYear
    from savings.plan import plan_in

    year = FiscalYear(FIRST_DAY.year + YEARS - 1)
    found = report(year, plan_in(settings.CONFIG_FOLDERS), timezone.now())
    council.write(found, folder / "bench.xlsx")


def fill(events: int) -> None:
    """Tasks, timings, cases, receipts and events, evenly over five years."""
    from django.core.management import call_command
    from django.db import connection

    from cases import stale, vault
    from cases.models import BaselineSample, Task

    call_command("migrate", verbosity=0, interactive=False)
    vault.create_keys()
    for number in range(TASKS):
        title, department = f"業務{number + 1:02d}", f"所管課{number // 4 + 1:02d}"
        task = Task.objects.create(
            name=f"t{number}", title=title, department=department, introduced_on=FIRST_DAY, target="rehearsal"
        )
        BaselineSample.objects.bulk_create(
            BaselineSample(
                task=task,
                minutes=6.0 + number % 5 + run / 10,
                timed_on=FIRST_DAY,
                timed_by="担当A",
                method="計測",
                source="measured",
            )
            for run in range(12)
        )
    with connection.cursor() as cursor:
        # A bulk load by hand may leave the triggers out; they are put back, and nothing was summed yet.
        for name, _, table, _, _ in stale.TRIGGERS:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS stale_{name}{on}")
        words = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
        for statement in _rows(words, events):
            cursor.execute(statement)
    stale.protect(connection)
    with connection.cursor() as cursor:
        cursor.execute(words["analyse"])


def _rows(words: dict[str, str], events: int) -> Iterator[str]:
    """INSERTs of cases, receipts and events; event n belongs to case n ÷ 4 and the case to task case % 40."""
    seconds = (TODAY - FIRST_DAY).days * 86_400
    count = events // EVENTS_A_CASE
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {})"
    case = words["id"].format(n="n")
    moment = words["at"].format(first=words["first"], seconds=f"CAST(n AS bigint) * {seconds} / {count}")
    yield f"""INSERT INTO cases_case (id, number, task_id, page_index, form, state, reason, reason_detail,
        lease_owner, revision, created_at, updated_at) {numbers.format(count)}
        SELECT {case}, 'T' || n, 't' || (n % {TASKS}), 0, '', 'ENTERED', '', '', '', 0, {moment}, {moment}
        FROM numbers"""
    yield f"""INSERT INTO cases_receipt (case_id, target, outcome, receipt_number, read_back, message, steps,
        started_at, finished_at, has_picture) {numbers.format(count)}
        SELECT {case}, 'rehearsal', 'entered', '', '[]', '', '[]', {moment}, {moment}, 1 = 0 FROM numbers"""
    of_event = words["id"].format(n=f"n / {EVENTS_A_CASE}")
    moment = words["at"].format(first=words["first"], seconds=f"CAST(n AS bigint) * {seconds} / {events}")
    step = (
        "CASE n % 4 WHEN 0 THEN 'robot' WHEN 1 THEN 'first_correction' WHEN 2 THEN 'scan' ELSE 'compare' END"
    )
    yield f"""INSERT INTO cases_timeevent (task_id, case_id, step, seconds, source, at)
        {numbers.format(events)}
        SELECT 't' || ((n / {EVENTS_A_CASE}) % {TASKS}), {of_event}, {step}, 20 + n % 50, 'measured', {moment}
        FROM numbers"""


def _work(work: str, words: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    if work == "fill":
        fill(int(words[0]))
    elif work == "indicators":
        indicators()
    else:
        workbook(Path(os.environ["TENKI_VAR"]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _work(sys.argv[1], sys.argv[2:])
    else:
        main()
