"""What a process of the run does: make a sheet, have it read, compare. One core, models loaded once."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from typing import Any

import cv2

from benchmarks.reading import foreign, peers, sheets
from benchmarks.reading.facts import OURS, FieldRead, Said, SheetRead
from benchmarks.reading.plan import Sheet
from benchmarks.results import PROJECT
from flows import wiring
from flows.reading import read_page
from flows.wiring import ReadingRoom
from forms.facts import Reading, Route, SheetReading
from forms.routing import asks
from ocr.load import PageImage


def begin() -> None:
    """Called first in each process."""
    os.environ["OMP_THREAD_LIMIT"] = os.environ["OMP_NUM_THREADS"] = "1"
    cv2.setNumThreads(1)


@cache
def _room() -> ReadingRoom:
    return wiring.reading_room(alone=False)


def read_sheet(sheet: Sheet) -> dict[str, Any]:
    """Everything about one sheet of the plan, as plain values."""
    made = sheets.make(sheet)
    ours = read_page(made.page, _room())
    theirs = peers.read_all(made, threads=1) if sheet.peers else {}
    readings = {reading.field_id: reading for reading in ours.readings}
    truth = made.specimen.truth
    fields = tuple(
        FieldRead(
            field.id,
            field.kind,
            truth.values.get(field.id, ""),
            field.id in truth.asks,
            {OURS: _said(readings.get(field.id))}
            | {name: said[field.id] for name, said in theirs.items() if field.id in said},
            _box_px(readings.get(field.id)),
        )
        for field in sheets.asked_fields(made.form)
    )
    known = _known(ours, made)
    return SheetRead(
        sheet.form, sheet.seed, sheet.quality.value, truth.face, ours.problem, known, fields
    ).plain()


def _known(ours: SheetReading, made: sheets.Made) -> bool:
    turned = 180 if made.scan.upside_down else 0
    return (ours.form, ours.version, ours.turned_degrees, ours.problem) == (
        made.form.form,
        made.form.version,
        turned,
        "",
    )


def _said(reading: Reading | None) -> Said:
    """Of a sheet that could not be read nothing is said and nothing accepted.

    What is asked whatever its confidence comes last: a 高 that may be a 髙 is never accepted for being clear.
    """
    if reading is None:
        return Said("", "", 0.0)
    score = 0.0 if any(map(asks, reading.findings)) else reading.confidence
    return Said(reading.raw, reading.value, score, reading.route is Route.ACCEPT)


def _box_px(reading: Reading | None) -> tuple[tuple[float, float], ...]:
    return reading.box_px if reading else ()


def read_foreign(sort: str, number: int) -> str:
    """The problem with which a foreign page is refused; "" when it was read."""
    return read_page(PageImage(0, foreign.page_of(sort, number)), _room()).problem


def measure_memory(pages: int) -> dict[str, Any]:
    """In a process of its own, which does nothing but read."""
    import json

    command = [sys.executable, "-m", "benchmarks.reading.memory", str(pages)]
    done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured
