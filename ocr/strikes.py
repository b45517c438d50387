"""Entries that were struck through with level lines and written again beside it or above."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.flat import PX_PER_MM
from ocr.load import Pixels

_LINE_MM = 7.0
"""A level stroke of this length may be a line; those of two characters rarely run together so far."""

_LONE_LINE_MM = 11.0
"""One level stroke as long as this strikes through by itself (two lines may have run together)."""

_SLANT_MM = 0.35
_APART_MM = (0.5, 3.5)
"""How far the two lines of a strike-through lie apart."""

_OVERLAP = 0.75


def struck(strokes: Pixels) -> Pixels:
    """The ink (mask) that level lines run through, with the lines; all 0 when nothing is struck."""
    lines = _level_lines(strokes)
    long = any(line[2] > _LONE_LINE_MM * PX_PER_MM for line in lines)
    if not long and not any(_parallel(a, b) for n, a in enumerate(lines) for b in lines[n + 1 :]):
        return np.zeros_like(strokes)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    hit = np.zeros(count, bool)
    for left, top, width, height in lines:
        hit[np.unique(labels[top : top + height, left : left + width])] = True
    hit[0] = False
    left, top = stats[hit, cv2.CC_STAT_LEFT].min(), stats[hit, cv2.CC_STAT_TOP].min()
    right = (stats[hit, cv2.CC_STAT_LEFT] + stats[hit, cv2.CC_STAT_WIDTH]).max()
    bottom = (stats[hit, cv2.CC_STAT_TOP] + stats[hit, cv2.CC_STAT_HEIGHT]).max()
    x, y = centres.T
    gone = hit | ((x > left) & (x < right) & (y > top) & (y < bottom))
    gone[0] = False
    return np.asarray(gone[labels], dtype=np.uint8)


def _level_lines(strokes: Pixels) -> list[tuple[int, int, int, int]]:
    """Bounding rectangles (left, top, width, height) of long level strokes."""
    slack = np.ones((round(_SLANT_MM * PX_PER_MM), 1), np.uint8)
    kernel = np.ones((1, round(_LINE_MM * PX_PER_MM)), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(strokes, slack), cv2.MORPH_OPEN, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    boxes = (stats[label, :4].tolist() for label in range(1, count))
    return [(left, top, width, height) for left, top, width, height in boxes]


def _parallel(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    apart = abs((a[1] + a[3] / 2) - (b[1] + b[3] / 2)) / PX_PER_MM
    shared = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    return _APART_MM[0] < apart < _APART_MM[1] and shared > _OVERLAP * max(a[2], b[2])
