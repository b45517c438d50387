"""The desk over 100,000 cases and 4 million readings: how long its pages take.

``make bench NAME=desk``; ``QUICK=1`` takes a fiftieth and fewer repeats. The data are made once and stay
under ``var/bench`` (SQLite) or are made anew in a cluster of their own (PostgreSQL). Each page is asked of
the desk as it is served, by a signed-in person, and timed until the last byte. ``ONLY=sqlite`` leaves
PostgreSQL out. How long it took stands at the end.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from benchmarks.desk import keystrokes, lists, screen
from benchmarks.desk.data import CASES, FORM, Effort, Size
from benchmarks.desk.place import Place, places, served
from benchmarks.results import PROJECT, Row, write
from forms.library import FormLibrary

QUICK_SHARE = 50
FULL, QUICK = Effort(pages=60, sheets=30), Effort(pages=15, sheets=6)


def main() -> None:
    quick = bool(os.environ.get("QUICK"))
    size = Size(CASES // QUICK_SHARE if quick else CASES)
    form = FormLibrary(PROJECT / "config" / "forms").get(FORM)
    rows = [*keystrokes.rows(form)]
    began, effort = time.monotonic(), QUICK if quick else FULL
    rows += [row for name, place in places(size) for row in measured(name, place, size, effort)]
    rows.append(Row("the whole benchmark", (time.monotonic() - began) / 60, "min"))
    print(write("desk-quick" if quick else "desk", rows))


def measured(name: str, place: Place, size: Size, effort: Effort) -> Iterator[Row]:
    """What is measured of one database."""
    yield Row(f"{name}: cases", size.cases, "cases")
    yield Row(f"{name}: readings", size.readings, "")
    with served(place) as running:
        yield from lists.rows(name, running, effort.pages)
        yield from screen.rows(name, running, effort.sheets)


def _child(work: str, cases: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.desk import data
    from cases import vault

    call_command("migrate", verbosity=0, interactive=False)
    vault.create_keys()
    assert work == "fill"
    data.fill(Size(int(cases)))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _child(*sys.argv[1:])
    else:
        main()
