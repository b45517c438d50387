"""Lines told from strokes: two lines in a box, characters made of level strokes, writing downwards."""

import cv2
import numpy as np
import pytest

from forms.definition import Box
from ocr.clean import Writing
from ocr.flat import PX_PER_MM
from ocr.layout import is_vertical, split_lines
from ocr.load import Pixels

BOX = Box(x_mm=20, y_mm=30, width_mm=80, height_mm=9)
PEN_PX = 4


def drawn(strokes: list[tuple[float, float, float, float]]) -> Writing:
    """Strokes (x, y to x, y in mm within the box) as they are cut out of a page."""
    page: Pixels = np.full((round(40 * PX_PER_MM), round(90 * PX_PER_MM)), 255, np.uint8)
    for x1, y1, x2, y2 in strokes:
        ends = [(round(x * PX_PER_MM), round(y * PX_PER_MM)) for x, y in ((x1, y1), (x2, y2))]
        cv2.line(page, ends[0], ends[1], 30, PEN_PX)
    rows, columns = np.flatnonzero((page < 160).any(axis=1)), np.flatnonzero((page < 160).any(axis=0))
    cut = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    left, top = round(BOX.x_mm * PX_PER_MM) + int(columns[0]), round(BOX.y_mm * PX_PER_MM) + int(rows[0])
    return Writing(cut, left, top, float((cut < 160).sum()) / PX_PER_MM**2, 0.0)


def character(x: float, y: float, size: float) -> list[tuple[float, float, float, float]]:
    """A box with a stroke through it, like 日."""
    right, low, half = x + size * 0.8, y + size, y + size / 2
    return [
        (x, y, right, y),
        (x, half, right, half),
        (x, low, right, low),
        (x, y, x, low),
        (right, y, right, low),
    ]


def row(count: int, y: float, size: float, x: float = 1.0) -> list[tuple[float, float, float, float]]:
    return [stroke for n in range(count) for stroke in character(x + n * size * 1.15, y, size)]


def san(x: float, y: float, size: float) -> list[tuple[float, float, float, float]]:
    """三"""
    return [(x, y + share * size, x + size * 0.9, y + share * size) for share in (0.05, 0.5, 0.95)]


@pytest.mark.parametrize(
    ("strokes", "lines"),
    [
        (row(10, 0.8, 3.0) + row(8, 5.0, 3.0), 2),
        (row(10, 0.8, 3.0) + row(2, 5.2, 2.8), 2),
        (row(10, 2.0, 5.0), 1),
        (san(1, 1, 5.5) + san(8, 1, 5.5) + san(15, 1, 5.5), 1),
        (
            [
                (1, 2, 6, 2),
                (1, 6.5, 6, 6.5),
                (9, 2, 14, 2),
                (9, 6.5, 14, 6.5),
                (17, 2, 22, 2),
                (17, 6.5, 22, 6.5),
            ],
            1,
        ),
        (row(8, 4.2, 3.6) + row(1, 1.0, 2.2, x=10), 1),
        ([*row(6, 3.0, 4.4), (5.2, 1.2, 5.7, 1.9), (6.1, 1.0, 6.6, 1.7)], 1),
        (row(1, 1.0, 6.0), 1),
    ],
    ids=[
        "two lines",
        "short second line",
        "one line",
        "三三三",
        "二二二",
        "correction above",
        "dakuten",
        "one",
    ],
)
def test_lines(strokes: list[tuple[float, float, float, float]], lines: int) -> None:
    written = drawn(strokes)
    found = split_lines(written, BOX)
    assert len(found) == lines
    assert sum(line.ink_mm2 for line in found) == pytest.approx(written.ink_mm2, rel=0.05)


def test_lines_keep_their_places() -> None:
    first, second = split_lines(drawn(row(10, 0.8, 3.0) + row(8, 5.0, 3.0)), BOX)
    assert first.top / PX_PER_MM == pytest.approx(BOX.y_mm + 0.8, abs=0.3)
    assert second.top / PX_PER_MM == pytest.approx(BOX.y_mm + 5.0, abs=0.3)
    assert second.image.shape[1] < first.image.shape[1]


@pytest.mark.parametrize(
    ("strokes", "downwards"),
    [
        ([s for n in range(3) for s in character(4, 1 + 3.0 * n, 2.4)], True),
        (row(3, 2.0, 4.0), False),
        (row(1, 1.0, 6.0), False),
        ([(4, 1, 4, 7)], False),
    ],
    ids=["three below each other", "three side by side", "one", "a 1"],
)
def test_downwards(strokes: list[tuple[float, float, float, float]], downwards: bool) -> None:
    assert is_vertical(drawn(strokes), BOX) is downwards
