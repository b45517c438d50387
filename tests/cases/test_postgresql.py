"""The tests of cases once more on PostgreSQL: a city that outgrows SQLite changes one URL, nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import postgresql

ABOUT_THE_DATABASE = (
    "audit",
    "bulk",
    "entry",
    "intake",
    "moves",
    "proving",
    "races",
    "retention",
    "review",
    "rounds",
    "searching",
    "second",
    "signing",
    "sources",
    "task_versions",
    "undoing",
)
FAST = " ".join(
    f"-c {setting}"
    for setting in (
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "wal_level=minimal",
        "max_wal_senders=0",
        "autovacuum=off",
        "log_statement=ddl",
    )
)
"""Nothing in it outlives the test."""

HERE = Path(__file__).parent
SAVINGS = HERE.parent / "savings" / "test_collect.py"
PROJECT = HERE.parent.parent


def own_environment() -> dict[str, str]:
    """The environment without what tests/conftest.py has put in it."""
    ours = ("TENKI_", "DJANGO_SETTINGS_MODULE", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def cluster() -> Iterator[postgresql.Cluster]:
    where = postgresql.programs()
    if where is None:
        pytest.skip("no PostgreSQL server is installed here: apt-get install postgresql")
    with postgresql.server(where, FAST) as cluster:
        yield cluster


@pytest.mark.timeout(180)
def test_cases_behave_the_same_on_postgresql(cluster: postgresql.Cluster) -> None:
    tests = [*(HERE / f"test_{name}.py" for name in ABOUT_THE_DATABASE), SAVINGS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "django_db", *map(str, tests)],
        cwd=PROJECT,
        env={**own_environment(), "TENKI_TEST_DATABASE_URL": cluster.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 80
    created = cluster.log.read_text(encoding="utf-8").count('CREATE TABLE "cases_case"')
    assert created == 1, "the tests ran on this server and on no other database"
