"""A year of rounds in Prefect's own tables: copies of one real round, shifted in time, written by SQL.

What a round leaves there was measured rather than invented: one is really made, and all its rows are
copied: runs, states, logs, artifacts, events. Their ids are made anew, and so are all references.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.server import EVENTS_KEPT_DAYS

EVENTS = ("events", "event_resources")
RUNS = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "artifact")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEPT_OF_ID = 24
"""So much of an id tells the rows of a round apart; the rest is the number of the copy."""

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@dataclass(frozen=True)
class Pattern:
    """All rows that one round has left, table by table."""

    columns: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[Sequence[Any]]]
    made: datetime

    @property
    def task_runs(self) -> int:
        return len(self.rows["task_run"])

    @property
    def ids(self) -> set[str]:
        return {
            str(value)
            for table, rows in self.rows.items()
            for row in rows
            for name, value in zip(self.columns[table], row, strict=True)
            if name == "id"
        }


def pattern(database: Path) -> Pattern:
    """What lies in the tables after a first round."""
    columns, rows = dict[str, list[str]](), dict[str, list[tuple[Any, ...]]]()
    with closing(sqlite3.connect(database)) as there:
        for table in (*RUNS, *EVENTS):
            answer = there.execute(f"SELECT * FROM {table}")
            columns[table] = [about[0] for about in answer.description]
            rows[table] = answer.fetchall()
    found = Pattern(columns, rows, datetime.now(UTC))
    assert found.task_runs, "a round has parts"
    assert len({one[:KEPT_OF_ID] for one in found.ids}) == len(found.ids), "ids would meet"
    return found


def copy(
    database: Path, of: Pattern, first: int, moments: Sequence[datetime], deployments: Sequence[str]
) -> None:
    """A round at each of these moments, spread over the deployments; ``first`` is the number of the first.

    Events older than the server keeps them are left out: they would only take time.
    """
    with closing(sqlite3.connect(database, timeout=60)) as there, there:
        there.execute("PRAGMA synchronous=OFF")
        there.execute(
            "CREATE TEMPORARY TABLE bench_round (hex text, back text, events integer, deployment text)"
        )
        there.executemany(
            "INSERT INTO bench_round VALUES (?, ?, ?, ?)",
            [
                (
                    f"{first + number:012x}",
                    f"{(at - of.made).total_seconds():.3f} seconds",
                    of.made - at < timedelta(days=EVENTS_KEPT_DAYS),
                    deployments[number % len(deployments)],
                )
                for number, at in enumerate(moments)
            ],
        )
        for statement, values in _statements(of):
            there.execute(statement, values)


def _statements(of: Pattern) -> Iterator[tuple[str, list[Any]]]:
    ids = of.ids
    for table, rows in of.rows.items():
        columns = of.columns[table]
        for row in rows:
            said, values = list[str](), list[Any]()
            for name, value in zip(columns, row, strict=True):
                expression, given = _expression(value, ids)
                if name == "deployment_id" and row[columns.index("parent_task_run_id")] is None:
                    expression, given = "deployment", []
                said.append(expression)
                values += given
            where = " WHERE events" if table in EVENTS else ""
            names = ", ".join(f'"{name}"' for name in columns)
            yield f"INSERT INTO {table} ({names}) SELECT {', '.join(said)} FROM bench_round{where}", values


def _expression(value: Any, ids: set[str]) -> tuple[str, list[Any]]:
    """How the value of a copy comes from that of the pattern."""
    if not isinstance(value, str):
        return "?", [value]
    if MOMENT.match(value):
        return "strftime('%Y-%m-%d %H:%M:%f000', ?, back)", [value]
    found = UUID.search(value)
    if found is not None and found[0] in ids and found.end() == len(value):
        return "? || hex", [value[: found.start() + KEPT_OF_ID]]
    return "?", [value]
