"""A small weekday: see ``tests.flows.weekday``, whose large one is told in docs/weekday.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.weekday.count import page_of
from tests.flows.weekday.report import GOOD

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.proof
def test_a_small_weekdays_work_is_done_and_told_truly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.flows.weekday", "--sheets", "12,18,30", "--minutes", "25"]
    done = subprocess.run(
        [*command, "--folder", str(tmp_path / "day")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and GOOD in done.stdout, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_page_is_read_as_a_person_reads_it() -> None:
    page = page_of(
        '<a href="/queue?task=ido&amp;state=ENTERED" class=""><small>入</small><span class="n">6</span></a>'
        "<small>導入前 1,041.5 時間 → 導入後 −0.35 時間（6件、職員の作業時間）</small>"
    )
    assert (page.piles, page.entered, page.before_h, page.after_h) == ({"ENTERED": 6}, 6, 1041.5, -0.35)
