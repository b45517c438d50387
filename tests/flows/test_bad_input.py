"""Bad input through the real command: each named clearly, the file kept, the rest of the batch going on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from forms.library import FormLibrary
from rehearsal.damaged import DAMAGES, Damage, make_damaged
from tests.flows.conftest import PROJECT, Said, Tenki

SHEETS = PROJECT / "rehearsal" / "sheets"
GOOD = SHEETS / "juminhyo_kofu-fax.tiff"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a disk")


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    form = FormLibrary(PROJECT / "config" / "forms").get("ido_todoke")
    made = make_damaged(form, tmp_path_factory.mktemp("damaged"))
    for path in made.values():
        _age(path)
    return made


@pytest.fixture(scope="module")
def read(damaged: dict[str, Path], shared_tenki: Tenki) -> Said:
    """All of them at once, a good sheet in their middle."""
    paths = list(damaged.values())
    return shared_tenki("read", "--json", *paths[:5], GOOD, *paths[5:])


def _age(path: Path) -> None:
    """As old as a file that nobody writes to any more."""
    os.utime(path, (time.time() - 60, time.time() - 60))


def _problems(result: Said) -> dict[str, str]:
    """What was said about each file by its name; ``read`` where everything was."""
    return {
        Path(entry["file"]).name: entry["problem"]["code"]
        if entry["problem"]
        else next((page["problem"] for page in entry["pages"] if page["problem"]), "read")
        for entry in result.json["files"]
    }


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_each_damage_is_named(damage: Damage, read: Said) -> None:
    assert _problems(read)[damage.file] == damage.expect


def test_the_good_sheet_among_them_is_read(read: Said) -> None:
    entry = next(entry for entry in read.json["files"] if entry["file"] == str(GOOD))
    assert entry["pages"][0]["form"] == "juminhyo_kofu"
    assert {field["id"] for field in entry["pages"][0]["fields"]} >= {"applicant_name", "applied_on"}
    assert read.status == 1


def test_a_folder_is_named(tenki: Tenki, tmp_path: Path) -> None:
    result = tenki("read", "--json", tmp_path)
    assert (_problems(result), result.status) == ({tmp_path.name: "file.not_an_image"}, 1)


def test_a_file_that_is_not_there_is_named(tenki: Tenki) -> None:
    result = tenki("read", "--json", "/nowhere/scan.pdf")
    assert (_problems(result), result.status) == ({"scan.pdf": "file.not_found"}, 1)


NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
ROOT_AS_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
"""Root without the right to read every file; sees the folder that a test made, which nobody does not."""


STARTS_ANOTHER = "import flows, subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"


@pytest.mark.parametrize("before", [NOBODY, ROOT_AS_OTHERS])
def test_a_file_that_may_not_be_read_is_named(tenki: Tenki, tmp_path: Path, before: tuple[str, ...]) -> None:
    if os.geteuid():
        before = ()
    elif subprocess.run([*before, sys.executable, "-c", STARTS_ANOTHER], cwd=PROJECT, check=False).returncode:
        pytest.skip("the program lies where this user may not go, such as in root's home")
    closed = tmp_path / "closed.tiff"
    shutil.copy(GOOD, closed)
    closed.chmod(0)
    result = tenki("read", "--json", closed, GOOD, before=before)
    assert _problems(result) == {"closed.tiff": "file.no_permission", GOOD.name: "read"}


@pytest.fixture
def inbox(tenki: Tenki) -> Path:
    folder = tenki.var / "inbox" / "kofu"
    folder.mkdir(parents=True)
    return folder


def _cases(tenki: Tenki) -> dict[str, str]:
    with sqlite3.connect(tenki.var / "tenki.sqlite3") as database:
        rows = database.execute(
            "SELECT s.original_name, c.reason FROM cases_case c JOIN cases_sourcefile s ON c.source_id = s.id"
        )
        return dict(rows.fetchall())


def test_damaged_files_become_cases_that_wait_and_the_rest_goes_on(
    tenki: Tenki, damaged: dict[str, Path]
) -> None:
    result = tenki("intake", "kofu", damaged["encrypted"], GOOD, damaged["empty"], "--json")
    assert result.json["cases"] == {"UNREADABLE": 2, "NEEDS_REVIEW": 1}
    assert _cases(tenki) == {"encrypted.pdf": "file.encrypted", GOOD.name: "", "empty.pdf": "file.empty"}
    assert result.status == 1
    assert damaged["encrypted"].exists()
    again = tenki("intake", "kofu", GOOD, "--json")
    assert again.json["cases"] == {}
    assert [entry["known_before"] for entry in again.json["files"]] == [True]


@as_root
def test_a_full_disk_refuses_the_file_and_keeps_it_where_it_is(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m,mode=700", "tmpfs", disk], check=True)
    try:
        tenki = Tenki(disk)
        big = tmp_path / "big.tiff"
        big.write_bytes(GOOD.read_bytes() + bytes(45_000_000))
        _age(big)
        result = tenki("intake", "kofu", big, "--json")
        assert result.json["files"][0]["problem"]["code"] == "file.disk_full"
        assert "free some space" in result.json["files"][0]["problem"]["message"]
        assert (result.status, big.exists(), list((disk / "files").rglob("*.*"))) == (1, True, [])
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_that_is_still_being_copied_stays_in_the_inbox(tenki: Tenki, inbox: Path) -> None:
    growing, whole = inbox / "growing.tiff", inbox / "whole.tiff"
    shutil.copy(GOOD, whole)
    _age(whole)
    ends = threading.Event()
    writer = threading.Thread(target=_write_slowly, args=(growing, ends))
    writer.start()
    try:
        result = tenki("run", "kofu", "--json")
    finally:
        ends.set()
        writer.join()
    assert result.json["refused"] == {"file.incomplete": 1}
    assert result.json["read"] == {"NEEDS_REVIEW": 1}
    assert [path.name for path in inbox.iterdir() if path.is_file()] == ["growing.tiff"]
    assert result.status == 1


def _write_slowly(path: Path, ends: threading.Event) -> None:
    with path.open("wb") as file:
        while not ends.wait(0.1):
            file.write(b"\0" * 1000)
            file.flush()
