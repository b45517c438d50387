"""Reading the shipped sheets: ours on the fields, beside RapidOCR and Tesseract on the whole page.

``make bench NAME=reading``; ``QUICK=1`` takes two pages. The three read each page in turn, so that a
machine that slows down slows all of them. Rates are over filled fields that are sent to the target.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytesseract
from rapidocr import RapidOCR

from benchmarks.results import PROJECT, Row, write
from flows import environment, wiring
from flows.reading import read_page
from forms.facts import Route, SheetReading
from forms.library import FormLibrary
from ocr.load import PageImage, pages
from rehearsal.operator import Sheet, Truths

SHEETS = PROJECT / "rehearsal" / "sheets"
QUICK_PAGES = 2


def main() -> None:
    environment.prepare()
    quick = bool(os.environ.get("QUICK"))
    room, peer = wiring.reading_room(), RapidOCR()
    counts: Counter[str] = Counter()
    seconds: dict[str, list[float]] = {"tenki": [], "rapidocr": [], "tesseract": []}
    for page, truth in list(_pages())[: QUICK_PAGES if quick else None]:
        sheet = _timed(seconds["tenki"], read_page, page, room)
        _timed(seconds["rapidocr"], peer, page.image)
        _timed(seconds["tesseract"], pytesseract.image_to_string, page.image, lang="jpn")
        counts += _counted(sheet, truth, room.library)
    name = "reading-quick" if quick else "reading"
    print(write(name, [*_quality(counts), *_speed(seconds)]))


def _pages() -> Iterator[tuple[PageImage, Sheet]]:
    truths = Truths([SHEETS])
    for path in sorted(SHEETS.iterdir()):
        if path.suffix in {".pdf", ".tiff", ".png", ".jpg"}:
            for page in pages(path):
                yield page, truths.of(path.name, page.index)


def _counted(sheet: SheetReading, truth: Sheet, library: FormLibrary) -> Counter[str]:
    """Filled fields, those read right, those accepted without a look, and the wrong ones among these."""
    counts: Counter[str] = Counter()
    form = library.get(sheet.form, sheet.version)
    for reading in sheet.readings:
        written = truth.values.get(reading.field_id, "")
        if not written or form.field(reading.field_id).target is None:
            continue
        right, accepted = reading.value == written, reading.route is Route.ACCEPT
        counts += Counter(filled=1, right=right, accepted=accepted, wrong=accepted and not right)
    return counts


def _timed(into: list[float], work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    began = time.perf_counter()
    result = work(*arguments, **options)
    into.append(time.perf_counter() - began)
    return result


def _quality(counts: Counter[str]) -> list[Row]:
    filled = counts["filled"]
    return [
        Row("filled fields", filled, "fields"),
        Row("fields right", 100 * counts["right"] / filled, "%", ">= 97"),
        Row("accepted without a look", 100 * counts["accepted"] / filled, "%", ">= 80"),
        Row("wrong among accepted", 100 * counts["wrong"] / max(1, counts["accepted"]), "%", "<= 0.1"),
    ]


def _speed(seconds: dict[str, list[float]]) -> list[Row]:
    ours = seconds["tenki"]
    ratios = {
        peer: median(theirs / own for theirs, own in zip(seconds[peer], ours, strict=True))
        for peer in ("rapidocr", "tesseract")
    }
    return [
        Row("a sheet, median", median(ours), "s", "<= 0.4", {p: median(seconds[p]) for p in ratios}),
        Row("faster than RapidOCR on the page", ratios["rapidocr"], "times", ">= 6"),
        Row("faster than Tesseract on the page", ratios["tesseract"], "times", ">= 5"),
    ]


if __name__ == "__main__":
    main()
