"""Seconds for a sheet of about 40 filled fields: ours, RapidOCR and Tesseract on the same page, in turn.

Both cores for each, models loaded, the page decoded. What slows the machine down slows all three.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from benchmarks.reading.peers import rapid, tesseract_page
from benchmarks.reading.plan import FORMS, SPEED_SEED
from benchmarks.reading.sheets import Made, asked_fields, library, made, test_sheet
from flows import wiring
from flows.reading import read_page
from rehearsal.scanners import Mode, Scan

FILLED = range(37, 44)
"""How many filled fields the sheets have: about 40."""

Seconds = dict[str, list[float]]


def measure(count: int) -> Seconds:
    """Seconds per sheet of each reader, and the number of filled fields under ``fields``."""
    room, peer = wiring.reading_room(), rapid(0)
    seconds: Seconds = {"tenki": [], "RapidOCR": [], "Tesseract": [], "fields": []}
    for number, sheet in enumerate(_sheets(count + 1)):
        page = sheet.page
        taken = {
            "tenki": _timed(read_page, page, room),
            "RapidOCR": _timed(peer, page.image),
            "Tesseract": _timed(tesseract_page, page.image),
            "fields": float(_filled(sheet)),
        }
        if number:
            # The first sheet loads what is loaded once.
            for name, value in taken.items():
                seconds[name].append(value)
    return seconds


def ratio(seconds: Seconds, peer: str) -> float:
    """How many times longer the peer takes, at the median of the sheets."""
    return median(theirs / ours for theirs, ours in zip(seconds[peer], seconds["tenki"], strict=True))


def _sheets(count: int) -> Iterator[Made]:
    form, seed = library().get(FORMS[0]), SPEED_SEED
    while count:
        how = Scan(dpi=300, mode=Mode.COLOUR if seed % 2 else Mode.GREY, skew_deg=0.5)
        sheet = made(form, test_sheet(form, seed, scan=how))
        seed += 1
        if _filled(sheet) in FILLED:
            count -= 1
            yield sheet


def _filled(sheet: Made) -> int:
    return sum(bool(sheet.specimen.truth.values.get(field.id)) for field in asked_fields(sheet.form))


def _timed(work: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began
