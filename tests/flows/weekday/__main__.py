"""See the package. Exit status 0 when everything that was counted agrees."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.flows.own_site import set_apart
from tests.flows.weekday.site import Day


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.flows.weekday", description=__doc__)
    parser.add_argument("--sheets", default="12,18,30", help="notices, applications, rows of the table")
    parser.add_argument("--minutes", type=float, default=20, help="when the day ends at the latest")
    parser.add_argument("--feed-minutes", type=float, default=0, help="how long sheets keep coming in")
    parser.add_argument("--every-minutes", type=int, default=2, help="how often each task makes a round")
    parser.add_argument("--kill-every-s", type=float, default=90, help="0: nothing is killed")
    parser.add_argument("--away-s", type=float, default=30, help="how long the target is away")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where to write the result as Markdown")
    parser.add_argument("--folder", type=Path, help="a new folder to work in; it stays")
    wanted = parser.parse_args()
    notices, applications, rows = map(int, wanted.sheets.split(","))
    day = Day(
        notices=notices,
        applications=applications,
        rows=rows,
        minutes=wanted.minutes,
        every_minutes=wanted.every_minutes,
        feed_s=60 * wanted.feed_minutes,
        kill_every_s=wanted.kill_every_s,
        away_s=wanted.away_s,
        seed=wanted.seed,
    )
    if wanted.folder:
        wanted.folder.mkdir(parents=True)
        text, good = _lived(wanted.folder, day)
    else:
        with tempfile.TemporaryDirectory(prefix="tenki-weekday-") as folder:
            text, good = _lived(Path(folder), day)
    if wanted.out:
        wanted.out.write_text(text, encoding="utf-8")
    print(text, flush=True)
    return 0 if good else 1


def _lived(folder: Path, day: Day) -> tuple[str, bool]:
    set_apart(folder)
    from tests.flows.weekday.day import Weekday

    return Weekday(folder, day).lived()


if __name__ == "__main__":
    sys.exit(main())
