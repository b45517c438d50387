"""RapidOCR and Tesseract as anyone would use them: on the whole page, and on crops cut at the true places.

They are given what they cannot know, so that only reading is compared: where each field lies, that it is
filled in, and of a date the era that is ringed. What they say is parsed like our own readings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytesseract
from rapidocr import RapidOCR

from benchmarks.reading.facts import Said
from benchmarks.reading.sheets import Made, Quads, asked_fields, cells, crop
from forms import kinds
from forms.dates import era_parts
from forms.definition import Field, Kind
from forms.errors import FormError
from ocr.load import Pixels

RAPID_PAGE, RAPID_CROPS = "RapidOCR, page", "RapidOCR, crops"
TESSERACT_PAGE, TESSERACT_CROPS = "Tesseract, page", "Tesseract, crops"
PEERS = (RAPID_PAGE, RAPID_CROPS, TESSERACT_PAGE, TESSERACT_CROPS)

_LINE = "--psm 7"
"""Tesseract's mode for a picture that holds one line."""


@dataclass(frozen=True)
class Word:
    """A piece of text with its score, 0..1, and its middle on the page in px."""

    text: str
    score: float
    middle: tuple[float, float]


Words = Mapping[tuple[str, str], Sequence[Word]]


def read_all(made: Made, threads: int) -> dict[str, dict[str, Said]]:
    """Reader → field id → what it said, of the text fields that are filled in."""
    page, quads = _upright(made)
    texts: dict[str, Words] = {
        RAPID_PAGE: _placed(rapid_page(page, threads), quads),
        TESSERACT_PAGE: _placed(tesseract_page(page), quads),
    }
    filled = [field for field in asked_fields(made.form) if made.specimen.truth.values.get(field.id)]
    crops = {
        (field.id, part): crop(page, quads[field.id, part], box)
        for field in filled
        for part, box in cells(field)
    }
    texts[RAPID_CROPS] = {key: rapid_line(line, threads) for key, line in crops.items()}
    texts[TESSERACT_CROPS] = {key: tesseract_page(line, _LINE) for key, line in crops.items()}
    return {
        reader: {
            field.id: _said(field, words, made.specimen.truth.values[field.id])
            for field in filled
            if list(cells(field))
        }
        for reader, words in texts.items()
    }


def _upright(made: Made) -> tuple[Pixels, Quads]:
    """The page turned as a person would turn it before using these programs."""
    page, quads = made.page.image, made.quads()
    if not made.scan.upside_down:
        return page, quads
    far = np.array([page.shape[1] - 1, page.shape[0] - 1], np.float32)
    return np.ascontiguousarray(np.rot90(page, 2)), {key: far - quad for key, quad in quads.items()}


@cache
def rapid(threads: int) -> Any:
    """The reader with its models loaded; ``threads`` 0: as many as it likes."""
    wanted = {"EngineConfig.onnxruntime.intra_op_num_threads": threads or -1}
    return RapidOCR(params={"Global.log_level": "error", **wanted})


def rapid_page(page: Pixels, threads: int) -> list[Word]:
    # Said every time, because it keeps what it was told for the call before.
    found = rapid(threads)(page, use_det=True, use_cls=True, use_rec=True, return_word_box=True)
    return [
        Word(text, float(score), tuple(np.mean(box, axis=0)))
        for line in found.word_results or ()
        # Of a page on which it detects no line it gives no boxes, and so says nothing of any field.
        if isinstance(line, list | tuple)
        for text, score, box in line
        if box is not None
    ]


def rapid_line(line: Pixels, threads: int) -> list[Word]:
    found = rapid(threads)(line, use_det=False, use_cls=False, use_rec=True, return_word_box=False)
    return [
        Word(text, float(score), (0.0, 0.0)) for text, score in zip(found.txts, found.scores, strict=True)
    ]


def tesseract_page(page: Pixels, config: str = "") -> list[Word]:
    """The words of a page, or of a line with ``_LINE``."""
    image = cv2.cvtColor(page, cv2.COLOR_BGR2RGB) if page.ndim == 3 else page
    data = pytesseract.image_to_data(image, lang="jpn", config=config, output_type=pytesseract.Output.DICT)
    return [
        Word(text, float(score) / 100, (left + width / 2, top + height / 2))
        for text, score, left, top, width, height in zip(
            *(data[name] for name in ("text", "conf", "left", "top", "width", "height")), strict=True
        )
        if text.strip()
    ]


def _placed(words: Sequence[Word], quads: Quads) -> Words:
    """Each word to the entry in whose box its middle lies, from left to right within lines."""
    placed: dict[tuple[str, str], list[Word]] = defaultdict(list)
    for word in words:
        for key, quad in quads.items():
            if cv2.pointPolygonTest(quad, word.middle, False) >= 0:
                placed[key].append(word)
                break
    return {key: list(_in_order(found, quads[key])) for key, found in placed.items()}


def _in_order(words: Sequence[Word], quad: npt.NDArray[np.float32]) -> Iterator[Word]:
    line_px = max(float(np.linalg.norm(quad[3] - quad[0])) / 2, 1.0)
    return iter(sorted(words, key=lambda word: (word.middle[1] // line_px, word.middle[0])))


def _said(field: Field, words: Words, truth: str) -> Said:
    """Parsed like our own; the score is that of the weakest word."""
    found = {part: words.get((field.id, part), ()) for part, _ in cells(field)}
    texts = {part: "".join(word.text for word in of_part) for part, of_part in found.items()}
    raw = _date(texts, truth) if field.kind is Kind.DATE else texts[""]
    scores = [word.score for of_part in found.values() for word in of_part]
    return Said(raw, kinds.parse(field, raw).value, min(scores, default=0.0))


def _date(parts: Mapping[str, str], truth: str) -> str:
    try:
        era = era_parts(truth).era
    except (FormError, ValueError):
        era = ""
    return f"{era}{parts['year']}年{parts['month']}月{parts['day']}日" if any(parts.values()) else ""
