"""The tests of cases once more on PostgreSQL: a city that outgrows SQLite changes one URL, nothing else."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

ACCOUNT = "postgres"
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
    "searching",
    "second",
    "signing",
    "undoing",
)
HERE = Path(__file__).parent
SAVINGS = HERE.parent / "savings" / "test_collect.py"
PROJECT = HERE.parent.parent


@dataclass(frozen=True)
class Server:
    """A running cluster: its URL and its log of statements that define tables."""

    url: str
    log: Path


def server_programs() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def own_environment() -> dict[str, str]:
    """The environment without what tests/conftest.py has put in it."""
    ours = ("TENKI_", "DJANGO_SETTINGS_MODULE", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def as_account(*command: str | Path) -> None:
    """PostgreSQL refuses to run as root; otherwise it runs as whoever runs the tests."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", ACCOUNT, "--", *words]
    subprocess.run(words, check=True, capture_output=True, cwd="/")


@pytest.fixture
def server() -> Iterator[Server]:
    """The URL of a cluster of its own, on a socket in a temporary folder, gone afterwards."""
    programs = server_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="tenki-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(ACCOUNT).pw_uid, -1)
    data = folder / "data"
    as_account(programs / "initdb", "-D", data, "-U", "tenki", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c log_statement=ddl -c listen_addresses='' -c fsync=off -c unix_socket_directories={folder}"
    as_account(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield Server(f"postgres://tenki@{quote(str(folder), safe='')}/postgres", folder / "log")
    finally:
        as_account(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.timeout(180)
def test_cases_behave_the_same_on_postgresql(server: Server) -> None:
    tests = [*(HERE / f"test_{name}.py" for name in ABOUT_THE_DATABASE), SAVINGS]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "django_db", *map(str, tests)],
        cwd=PROJECT,
        env={**own_environment(), "TENKI_TEST_DATABASE_URL": server.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 80
    created = server.log.read_text(encoding="utf-8").count('CREATE TABLE "cases_case"')
    assert created == 1, "the tests ran on this server and on no other database"
