"""Pages that are none of our forms: look-alikes with fewer rows, others, letters, blank paper, photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.reading.plan import FOREIGN_SEED, FORMS
from benchmarks.reading.sheets import library, pixels, test_sheet
from forms.definition import FormDefinition
from ocr.load import Pixels
from rehearsal import names
from rehearsal.lookalikes import fewer_rows, without_marks
from rehearsal.paper import PX_PER_MM, Paper, empty_paper
from rehearsal.scanners import Quality, graded_scan
from rehearsal.scanning import scan
from rehearsal.specimens import Specimen, Truth

PRINT_FONT: Final = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"
"""Debian's fonts-ipaexfont."""

_WORDS: Final = (
    "申請書",
    "届出",
    "氏名",
    "住所",
    "電話番号",
    "理由",
    "期間",
    "金額",
    "印",
    "備考",
    "受付",
    "年月日",
)
_QUALITIES: Final = tuple(Quality)


def page_of(sort: str, number: int) -> Pixels:
    """The page of that number of a sort; grey or BGR."""
    rng = np.random.default_rng((FOREIGN_SEED, number, list(SORTS).index(sort)))
    return SORTS[sort](number, rng)


def _lookalike(number: int, rng: np.random.Generator) -> Pixels:
    """Our layout with one row of persons less, with marks and QR of its own, without QR, or without both."""
    form = _variants(library().get(FORMS[0]))[number % 3]
    seed = FOREIGN_SEED + number
    return pixels(test_sheet(form, seed, quality=_QUALITIES[number % 3]))


def _variants(form: FormDefinition) -> tuple[FormDefinition, ...]:
    fewer = fewer_rows(form)
    marked = type(fewer)(
        **{name: getattr(fewer, name) for name in type(fewer).model_fields}
        | {"page": fewer.page.model_copy(update={"qr": None})}
    )
    return fewer, marked, without_marks(fewer)


def _other_form(number: int, rng: np.random.Generator) -> Pixels:
    """A ruled form of another office, with marks in its corners now and then."""
    paper = empty_paper()
    x, y = 15.0, float(rng.uniform(25, 60))
    while y < 270:
        height = float(rng.uniform(7, 16))
        columns = np.sort(rng.uniform(30, 180, int(rng.integers(1, 5))))
        _frame(paper, x, y, 195, y + height)
        for column in columns:
            _line(paper, float(column), y, float(column), y + height)
        _print(paper, str(rng.choice(_WORDS)), (x + 2, y + 1.5), 3.6)
        y += height
    _print(paper, "".join(map(str, rng.choice(_WORDS, 2))), (80, 10), 7)
    if number % 2:
        for mark_x, mark_y in ((10, 10), (194, 10), (10, 281), (194, 281)):
            cv2.rectangle(paper.pixels, _px(mark_x, mark_y), _px(mark_x + 6, mark_y + 6), (0, 0, 0), -1)
    return _scanned(paper, number, rng)


def _document(number: int, rng: np.random.Generator) -> Pixels:
    """A letter: lines of print."""
    paper = empty_paper()
    size = float(rng.uniform(3, 5))
    for y in np.arange(30, 30 + rng.uniform(60, 230), size * 1.8):
        words = [str(rng.choice(_WORDS)) + pick.text for pick in rng.choice(names.SURNAMES, 6)]  # type: ignore[arg-type]
        _print(paper, "の".join(words)[: int(160 / size)], (22, float(y)), size)
    return _scanned(paper, number, rng)


def _blank_paper(number: int, rng: np.random.Generator) -> Pixels:
    """Nothing, or a fold, a shadow of the lid."""
    paper = empty_paper()
    if number % 2:
        fold = float(rng.uniform(80, 220))
        cv2.line(paper.pixels, _px(0, fold), _px(210, fold + 2), (215, 215, 215), 4)
    return _scanned(paper, number, rng)


def _photo(number: int, rng: np.random.Generator) -> Pixels:
    """Something that is no paper: colours, edges and blobs without meaning."""
    small = rng.integers(0, 255, (int(rng.integers(4, 16)), int(rng.integers(4, 12)), 3), np.uint8)
    image = cv2.resize(small, (1654, 2339), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 40))):
        corner = rng.integers(0, 1600, 2)
        far = corner + rng.integers(20, 500, 2)
        colour = tuple(int(level) for level in rng.integers(0, 255, 3))
        cv2.rectangle(image, tuple(map(int, corner)), tuple(map(int, far)), colour, -1)
    grain = rng.normal(0, 12, image.shape)
    noisy: Pixels = np.clip(image + grain, 0, 255).astype(np.uint8)
    return noisy


SORTS: Final[Mapping[str, Callable[[int, np.random.Generator], Pixels]]] = {
    "look-alike": _lookalike,
    "other form": _other_form,
    "document": _document,
    "blank paper": _blank_paper,
    "photo": _photo,
}


def _scanned(paper: Paper, number: int, rng: np.random.Generator) -> Pixels:
    how = graded_scan(_QUALITIES[number % len(_QUALITIES)], rng)
    return pixels(Specimen(scan(paper, how, rng), Truth("", 0, {}, "", how.facts())))


def _px(x_mm: float, y_mm: float) -> tuple[int, int]:
    return round(x_mm * PX_PER_MM), round(y_mm * PX_PER_MM)


def _frame(paper: Paper, left: float, top: float, right: float, bottom: float) -> None:
    cv2.rectangle(paper.pixels, _px(left, top), _px(right, bottom), (0, 0, 0), 3)


def _line(paper: Paper, x1: float, y1: float, x2: float, y2: float) -> None:
    cv2.line(paper.pixels, _px(x1, y1), _px(x2, y2), (0, 0, 0), 2)


def _print(paper: Paper, text: str, at_mm: tuple[float, float], size_mm: float) -> None:
    image = Image.fromarray(paper.pixels)
    font = ImageFont.truetype(PRINT_FONT, round(size_mm * PX_PER_MM))
    ImageDraw.Draw(image).text(_px(*at_mm), text, (0, 0, 0), font=font)
    paper.pixels[:] = np.asarray(image)
