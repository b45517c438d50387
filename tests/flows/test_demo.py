"""The main job end to end on a few sheets, and what it may not leave lying about."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests import leaks
from tests.flows.conftest import PROJECT, Said, Tenki

SHEETS = PROJECT / "rehearsal" / "sheets"
TAKEN = {
    # A file's name may be a resident's, so these are given one that must not turn up anywhere.
    "ido_todoke-seal.jpg": "ido_todoke-山野辺静江さんの届.jpg",
    "ido_todoke-mistake.png": "ido_todoke-mistake.png",
    "juminhyo_kofu-scanned.pdf": "juminhyo_kofu-scanned.pdf",
}
PERSONAL = ("name", "kana", "address", "phone", "my_number", "head", "honseki", "hittousha", "building")


@dataclass(frozen=True)
class Demonstration:
    """A finished demonstration: what it said, and where its data lie."""

    said: Said
    var: Path
    sheets: Path

    def rows(self, query: str) -> list[tuple[str, ...]]:
        with sqlite3.connect(self.var / "tenki.sqlite3") as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def done(shared_tenki: Tenki) -> Demonstration:
    sheets = shared_tenki.var.parent / "sheets"
    sheets.mkdir()
    for name, given in TAKEN.items():
        shutil.copy(SHEETS / name, sheets / given)
        truth = Path(name).with_suffix(".truth.json").name
        shutil.copy(SHEETS / truth, sheets / Path(given).with_suffix(".truth.json").name)
        os.utime(sheets / given, (1e9, 1e9))
    said = shared_tenki("demo", "--sheets", sheets, timeout_s=400)
    return Demonstration(said, shared_tenki.var / "demo", sheets)


def test_it_ends_well(done: Demonstration) -> None:
    assert done.said.status == 0, done.said.out + done.said.err
    assert "見本値" in done.said.out


def test_every_sheet_is_entered_or_waits_for_a_stated_reason(done: Demonstration) -> None:
    states = done.rows("SELECT state, reason FROM cases_case")
    assert sorted(states) == [
        ("ENTERED", ""),
        ("ENTERED", ""),
        ("ENTERED", ""),
        ("RETURNED", "returned"),
        ("UNREADABLE", "file.encrypted"),
        ("UNREADABLE", "file.not_an_image"),
        ("UNREADABLE", "file.truncated"),
        ("UNREADABLE", "sheet.cut"),
    ]


def test_the_target_holds_each_entered_case_once(done: Demonstration) -> None:
    entered = {number for (number,) in done.rows("SELECT number FROM cases_case WHERE state = 'ENTERED'")}
    with sqlite3.connect(done.var / "target" / "register.sqlite3") as target:
        held = [number for (number,) in target.execute("SELECT reception_number FROM registration")]
    assert sorted(held) == sorted(entered)


def test_the_target_holds_what_stands_on_the_paper(done: Demonstration) -> None:
    truth = json.loads((SHEETS / "ido_todoke-seal.truth.json").read_text(encoding="utf-8"))["pages"][0]
    with sqlite3.connect(done.var / "target" / "register.sqlite3") as target:
        rows = target.execute(
            "SELECT name, value FROM item JOIN registration USING (serial) WHERE form = 'ido'"
        )
        held = dict(rows.fetchall())
    assert held["persons.1.name"] == truth["values"]["persons.1.name"]
    assert held["persons.1.my_number"] == truth["values"]["persons.1.my_number"]
    assert held["new_postal_code"].replace("-", "") == truth["values"]["new_postal_code"].replace("-", "")


def test_the_programs_own_time_is_nobodys(done: Demonstration) -> None:
    sources = done.rows("SELECT DISTINCT source FROM cases_timeevent WHERE step != 'robot'")
    assert sources == [("sample",)]


def test_the_workbook_is_there(done: Demonstration) -> None:
    (path,) = (done.var / "reports").glob("*.xlsx")
    assert "総括" in load_workbook(path).sheetnames


def test_the_desk_shows_what_is_left(done: Demonstration) -> None:
    accounts = done.var / "accounts.json"
    assert accounts.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(accounts.read_text())) == {"demo", "program"}


def _secrets(done: Demonstration) -> set[str]:
    """Everything personal on the sheets, as it is written and without its spaces, and the passwords."""
    pages = [
        page
        for path in done.sheets.glob("*.truth.json")
        for page in json.loads(path.read_text(encoding="utf-8"))["pages"]
    ]
    written = {
        value
        for page in pages
        for field, value in page["values"].items()
        if field.rpartition(".")[2].endswith(PERSONAL) and len(value) >= 4
    }
    assert len(written) > 20
    passwords = json.loads((done.var / "accounts.json").read_text()).values()
    return written | {value.replace("\u3000", "") for value in written} | {"山野辺静江", *passwords}


def _own_stores(done: Demonstration) -> list[Path]:
    """Where personal data belong: the cases' database, the target's own, and the accounts' file."""
    databases = list(done.var.glob("tenki.sqlite3*"))
    assert databases
    return [*databases, done.var / "target", done.var / "accounts.json"]


def test_nothing_personal_lies_about(done: Demonstration) -> None:
    secrets, apart_from = _secrets(done), _own_stores(done)
    planted = leaks.plant(done.var / "logs", "山野辺静江")
    try:
        assert {leak.path for leak in leaks.find(done.var, secrets, apart_from=apart_from)} == set(planted)
    finally:
        for path in planted:
            path.unlink()
    assert leaks.find(done.var, secrets, apart_from=apart_from) == []


def test_the_search_finds_what_prefect_would_store(done: Demonstration, tmp_path: Path) -> None:
    shutil.copytree(done.var / "prefect", tmp_path / "prefect")
    with sqlite3.connect(tmp_path / "prefect" / "prefect.db") as store:
        store.execute("UPDATE flow_run SET parameters = ?", (json.dumps({"task": "山野辺静江"}),))
    assert leaks.find(tmp_path, ["山野辺静江"])


def test_no_my_number_is_in_the_cases_database(done: Demonstration) -> None:
    numbers = {
        value
        for path in done.sheets.glob("*.truth.json")
        for page in json.loads(path.read_text(encoding="utf-8"))["pages"]
        for field, value in page["values"].items()
        if value.isdigit() and len(value) == 12
    }
    assert numbers
    assert leaks.find(done.var, numbers, apart_from=[done.var / "target"]) == []


def test_prefect_knows_tasks_and_figures_only(done: Demonstration) -> None:
    with sqlite3.connect(done.var / "prefect" / "prefect.db") as store:
        parameters = {text for (text,) in store.execute("SELECT parameters FROM flow_run")}
        artifacts = {key for (key,) in store.execute("SELECT key FROM artifact")}
    given = [json.loads(text) for text in parameters]
    assert {frozenset(one) for one in given} <= {
        frozenset({"task"}),
        frozenset({"task", "alone"}),
        frozenset({"task", "look_ups_only"}),
        frozenset({"fiscal_year"}),
    }
    assert {one["look_ups_only"] for one in given if "look_ups_only" in one} <= {True, False}
    assert {"savings-ido", "savings-kofu"} <= artifacts


def test_stopping_it_in_the_middle_leaves_no_process(tenki: Tenki) -> None:
    command = [sys.executable, "-m", "flows", "demo", "--sheets", str(SHEETS)]
    environment = tenki.environment({"DEMO_MARK": str(tenki.var)})
    demo = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    for line in iter(lambda: demo.stdout.read(1) if demo.stdout else "", ""):
        if line == "…" and len(_marked(str(tenki.var))) > 3:
            break
    demo.send_signal(signal.SIGINT)
    assert demo.wait(timeout=60) == 130
    for _ in range(100):
        if not _marked(str(tenki.var)):
            break
        time.sleep(0.1)
    assert _marked(str(tenki.var)) == []


def _marked(mark: str) -> list[int]:
    """Processes whose environment carries the mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"DEMO_MARK={mark}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
    return found
