"""``tenki up`` through a bad day: kill -9 of each part amid a batch, a share that goes, a full disk,
a moved calendar. Afterwards nothing is lost, nothing is there twice, and someone was told.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.up_site import PARTS, UpSite, site
from tests.leaks import find, plant
from tests.robots.records import KOFU

SHEETS = Path(__file__).parents[2] / "rehearsal" / "sheets"
APPROVED, FILES = 4, 6
OF_THE_INBOX = "FROM cases_sourcefile WHERE received_by = 'inbox'"
TOLD_OF_A_FULL_DISK = ("disk.low", "disk.full", "database.gone")
"""Which one comes first depends on who writes first."""

pytestmark = pytest.mark.proof


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of the data on a disk of 400 MB; without root's rights there is none to fill."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=700", "tmpfs", disk], check=True)
    try:
        yield disk / "var"
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_bad_day(tmp_path: Path, small_disk: Path) -> None:
    with site(tmp_path, small_disk) as here:
        here.prepare(APPROVED)
        with here.up():
            the_parts_are_killed_in_the_middle_of_a_batch(here)
            the_share_goes_and_comes_back(here)
            the_disk_runs_full(here)
        nothing_is_lost_and_nothing_is_there_twice(here)


def the_parts_are_killed_in_the_middle_of_a_batch(here: UpSite) -> None:
    sheets = [path for path in sorted(SHEETS.glob("juminhyo_kofu-*")) if path.suffix != ".json"]
    for number, sheet in zip(range(FILES), itertools.cycle(sheets), strict=False):
        # Spaces behind a file's end make it another file with the same sheet.
        drop(here, f"{number:02}{sheet.suffix}", sheet.read_bytes() + b" " * number)
    here.until(lambda: files(here), "the first file is taken in")
    here.kill("watcher")
    here.order_round("kofu")
    here.until(lambda: under_way(here), "a sheet is read or entered")
    here.kill("runner")
    here.until(lambda: here.state("part-runner").get("restarts") and here.all_run(), "the runner is back")
    here.until(lambda: under_way(here), "the round goes on")
    here.kill("server")
    time.sleep(1)
    here.kill("desk")
    here.until(here.all_run, "every part is back")
    here.until(lambda: done(here), "all files are read, all approved cases are entered or with a person")
    here.until(lambda: here.was_told("round.failed"), "someone was told that a round was cut off")


def the_share_goes_and_comes_back(here: UpSite) -> None:
    inbox = here.share / "ido"
    away = inbox.rename(inbox.with_name("away"))
    here.until(lambda: here.was_told("inbox.gone"), "someone was told of the share")
    away.rename(inbox)
    sheet = next(SHEETS.glob("ido_todoke-*.png")).read_bytes()
    (inbox / "後から.png").write_bytes(sheet)
    here.until(lambda: files(here) == FILES + 1, "work goes on when the share is back")


def the_disk_runs_full(here: UpSite) -> None:
    filler = here.tenki.var.parent / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(b"x" * 1_000_000)
        except OSError:
            pass
    sheet = next(SHEETS.glob("juminhyo_kofu-*.png")).read_bytes()
    drop(here, "full.png", sheet + b" " * 99)
    here.until(lambda: here.was_told(*TOLD_OF_A_FULL_DISK), "someone was told of the full disk")
    assert (here.share / "kofu" / "full.png").exists() and files(here) == FILES + 1
    filler.unlink()
    here.until(lambda: files(here) == FILES + 2, "the file is taken in once there is room")
    here.until(here.all_run, "every part runs")


def nothing_is_lost_and_nothing_is_there_twice(here: UpSite) -> None:
    assert not [path for path in here.share.rglob("*") if path.suffix in {".png", ".jpg", ".pdf", ".tiff"}]
    pages = "FROM cases_case WHERE source_id IS NOT NULL GROUP BY source_id, page_index"
    assert here.rows(f"SELECT source_id {pages} HAVING count(*) > 1") == []
    entered = {number for (number,) in here.rows("SELECT number FROM cases_case WHERE state = 'ENTERED'")}
    registered = here.registered()
    assert entered <= set(registered) and set(registered.values()) <= {1}
    nobody_is_named_where_no_resident_may_be(here)
    said = here.tenki("audit", "verify", **here.given)
    assert said.status == 0, said.out + said.err


def nobody_is_named_where_no_resident_may_be(here: UpSite) -> None:
    """Logs, states and Prefect's home know ids, codes and counts only; what was told, too."""
    names = [KOFU[field] for field in ("applicant_name", "applicant_kana", "subject_name", "subject_address")]
    for folder in ("logs", "state", "prefect"):
        planted = plant(here.tenki.var / folder, names[0])
        assert find(here.tenki.var / folder, names[:1]), "it is found when it is there"
        for path in planted:
            path.unlink()
        assert find(here.tenki.var / folder, names) == []
    told = b"".join(body for _, body in here.told.posts).decode()
    assert not [name for name in names if name in told]


MOVED_CALENDAR = """
import os, pathlib, time
clock, real = pathlib.Path(os.environ["MOVED_CLOCK"]), time.time
time.time = lambda: real() + float(clock.read_text())
"""
"""Moves the calendar of Python's programs only: nobody may set the machine's clock, and libfaketime (0.9.10)
breaks ``time.sleep``.
"""


def test_a_calendar_that_is_moved_is_told_and_nothing_starts_anew(tmp_path: Path) -> None:
    clock, early = tmp_path / "clock", tmp_path / "early"
    early.mkdir()
    (early / "sitecustomize.py").write_text(MOVED_CALENDAR, encoding="utf-8")
    clock.write_text("0", encoding="utf-8")
    moved = {"MOVED_CLOCK": str(clock), "PYTHONPATH": str(early)}
    with site(tmp_path, tmp_path / "var") as here, here.up(**moved):
        clock.write_text("7200", encoding="utf-8")
        here.until(lambda: here.was_told("clock.jumped"), "someone was told of the moved clock")
        drop(here, "1.png", next(SHEETS.glob("juminhyo_kofu-*.png")).read_bytes())
        here.until(lambda: files(here) == 1, "files are taken in as before")
        clock.write_text("-3600", encoding="utf-8")
        back = "SELECT count(*) FROM cases_notice WHERE cause = 'clock.jumped' AND detail LIKE '%-108%'"
        here.until(lambda: here.count(back), "it is seen that the clock was put back")
        assert here.all_run()
        assert {here.state(f"part-{part}")["restarts"] for part in PARTS} == {0}


def drop(here: UpSite, name: str, content: bytes) -> None:
    (here.share / "kofu" / name).write_bytes(content)


def files(here: UpSite) -> int:
    """Those of the inbox; the approved applications have files of their own."""
    return here.count(f"SELECT count(*) {OF_THE_INBOX}")


def under_way(here: UpSite) -> int:
    """Somebody reads a file or enters a case now."""
    return here.count(
        "SELECT (SELECT count(*) FROM cases_case WHERE state = 'ENTERING')"
        " + (SELECT count(*) FROM cases_sourcefile WHERE read_at IS NULL AND lease_owner != '')"
    )


def done(here: UpSite) -> bool:
    """Nothing is left to do; a round is ordered now and then, as the schedule does."""
    if int(time.monotonic()) % 20 == 0:
        here.order_round("kofu")
        time.sleep(1)
    read = here.count(f"SELECT count(*) {OF_THE_INBOX} AND read_at IS NOT NULL")
    waiting = here.count(
        "SELECT count(*) FROM cases_case WHERE state IN ('APPROVED', 'ENTERING', 'RECEIVED')"
    )
    return read == FILES and waiting == 0
