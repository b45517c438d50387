"""Our own line recogniser beside PP-OCRv6 on single lines: ``make bench NAME=own``.

Lines are written on paper, scanned in grey and cut out as the reader does; both models are held to the same
alphabet. The writers are those from whom nothing was learnt: MNIST's test digits (`make writers`) and the
strokes of kanjicanvas (the folder that TENKI_STROKES names). With ``BUILDING=1`` it takes writers of the
building group that were kept out of training instead, to try things on, and keeps no result.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmarks.results import Row, write
from forms.definition import Box
from ocr.clean import Writing
from ocr.decode import decode, rescored
from ocr.flat import PX_PER_MM
from ocr.ink import evened, grey, ink
from ocr.lines import framed, strip
from ocr.load import Pixels
from ocr.own import OwnRecogniser
from ocr.recognise import Probabilities, Recogniser
from ocr.view import Alphabet, View
from rehearsal import hands
from rehearsal.exemplars import MnistFace
from rehearsal.faces import Face, font_faces
from rehearsal.handwriting import write as write_line
from rehearsal.handwriting import write_cell
from rehearsal.paper import PX_PER_MM as PAPER_PX_PER_MM
from rehearsal.paper import empty_paper
from rehearsal.sources import mnist_digits
from rehearsal.strokes import stroke_faces
from rehearsal.training.writers import VALIDATION_FONTS, digit_pictures

LINES: Final = 300
DIGITS: Final = "0123456789"
KATAKANA: Final = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ"
)
BOX: Final = Box(x_mm=3, y_mm=3, width_mm=60, height_mm=9)
CELL: Final = Box(x_mm=3, y_mm=3, width_mm=6, height_mm=8)

Random = np.random.Generator
Cut = Callable[[str, Face, Random], Pixels]


def main() -> None:
    building = bool(os.environ.get("BUILDING"))
    digits, kana = _building_group() if building else _test_group()
    rows = []
    for name, faces, signs, length, cut in (
        ("7 digits in a comb", digits, DIGITS, 7, comb),
        ("7 digits in a line", digits, DIGITS, 7, line),
        ("6 katakana in a line", kana, KATAKANA, 6, line),
        ("6 katakana in a comb", kana, KATAKANA, 6, comb),
    ):
        if faces:
            rows += compared(name, list(_lines(faces, signs, length, cut)), signs)
    for row in rows:
        print(f"{row.name:<36}{row.value:>9.2f} {row.unit:<7}{dict(row.peers)}")
    if not building:
        write("own", rows)


def _test_group() -> tuple[list[Face], list[Face]]:
    folder = os.environ.get("TENKI_STROKES")
    strokes = stroke_faces(Path(folder)) if folder else ()
    return [MnistFace("mnist", mnist_digits("test"))], [f for f in strokes if f.name == "kanjicanvas"]


def _building_group() -> tuple[list[Face], list[Face]]:
    fonts = [face for face in font_faces() if face.name in VALIDATION_FONTS]
    return [MnistFace("mnist", digit_pictures("validation"))], list(fonts)


def _lines(faces: list[Face], signs: str, length: int, cut: Cut) -> Iterator[tuple[str, Pixels]]:
    """Random texts in hands of these faces."""
    for seed in range(LINES):
        rng = np.random.default_rng((seed, length))
        text = "".join(signs[i] for i in rng.integers(len(signs), size=length))
        yield text, cut(text, faces[seed % len(faces)], rng)


def line(text: str, face: Face, rng: Random) -> Pixels:
    """The text in one box, framed as the reader frames it."""
    paper = empty_paper(BOX.width_mm + 6, BOX.height_mm + 6)
    write_line(paper, text, BOX, _hand(face, rng), rng)
    return framed(_cut_out(paper.pixels, rng), BOX)


def comb(text: str, face: Face, rng: Random) -> Pixels:
    """The text in the cells of a comb, set side by side as the reader does."""
    who, cells = _hand(face, rng), []
    for char in text:
        paper = empty_paper(CELL.width_mm + 6, CELL.height_mm + 6)
        write_cell(paper, char, CELL, who, rng)
        cells.append(_cut_out(paper.pixels, rng))
    return strip(cells)


def _hand(face: Face, rng: Random) -> hands.Hand:
    return replace(hands.hand(int(rng.integers(1 << 30))), faces=(face,))


def _cut_out(paper: Pixels, rng: Random) -> Writing:
    """What an office scanner and the reader's cleaning leave of writing on white paper."""
    soft = cv2.GaussianBlur(grey(paper), (0, 0), float(rng.uniform(0.4, 1.0)))
    noisy = np.clip(soft * 0.96 + rng.normal(0, 3, soft.shape), 0, 255).astype(np.uint8)
    scale = PX_PER_MM / PAPER_PX_PER_MM
    read_at = cv2.resize(noisy, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    seen = evened(np.asarray(read_at, np.uint8))
    found = ink(seen)
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    shown = np.where(cv2.dilate(found, np.ones((5, 5), np.uint8)) > 0, seen, 255).astype(np.uint8)
    tight = shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Writing(tight, int(columns[0]), int(rows[0]), float(found.sum()) / PX_PER_MM**2, 0.0)


def compared(name: str, lines: list[tuple[str, Pixels]], signs: str) -> list[Row]:
    """Lines and characters right, and time for a line, by ours, by PP-OCRv6 and by both weighed together."""
    models: dict[str, OwnRecogniser | Recogniser] = {"own": OwnRecogniser(), "ppocr": Recogniser()}
    alphabets = {m: Alphabet(model.columns, signs, {}, {}) for m, model in models.items()}
    looks: dict[str, list[Probabilities]] = {}
    spent_ms: dict[str, float] = {}
    for m, model in models.items():
        begun = time.process_time()
        looks[m] = [model.read(picture) for _, picture in lines]
        spent_ms[m] = 1000 * (time.process_time() - begun) / len(lines)
    views = {m: [View(look, alphabets[m]) for look in looks[m]] for m in models}
    said = {m: [decode(view).best for view in views[m]] for m in models}
    said["both"] = [_together(pair) for pair in zip(*views.values(), strict=True)]
    texts = [text for text, _ in lines]
    whole = {
        m: 100 * float(np.mean([s == t for s, t in zip(read, texts, strict=True)]))
        for m, read in said.items()
    }
    chars = {m: 100 * (1 - sum(map(_edits, read, texts)) / sum(map(len, texts))) for m, read in said.items()}
    return [
        _row(f"{name}: lines right", whole, "%"),
        _row(f"{name}: characters right", chars, "%"),
        _row(f"{name}: time", spent_ms, "ms"),
    ]


def _together(views: Sequence[View]) -> str:
    """The text that both models together find likeliest, of those that either puts forward."""
    return rescored(views, [a.text for view in views for a in decode(view).alternatives]).best


def _row(name: str, figures: dict[str, float], unit: str) -> Row:
    rounded = {m: round(figure, 2) for m, figure in figures.items()}
    return Row(name, rounded.pop("own"), unit, peers=rounded)


def _edits(said: str, true: str) -> int:
    """Least number of characters to insert, to drop and to change (Levenshtein)."""
    before = list(range(len(true) + 1))
    for row, char in enumerate(said, start=1):
        now = [row]
        for column, other in enumerate(true, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (char != other)))
        before = now
    return before[-1]


if __name__ == "__main__":
    main()
