"""Entries that were struck through with level lines and written again beside it or above."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.flat import PX_PER_MM
from ocr.load import Pixels
from ocr.patches import Flags, Patches

_LINE_MM = 7.0
"""A level stroke of this length may be a line; those of two characters rarely run together so far."""

_LONE_LINE_MM = 11.0
"""One level stroke as long as this strikes through by itself (two lines may have run together)."""

_SLANT_MM = 0.35
_APART_MM = (0.5, 3.5)
"""How far the two lines of a strike-through lie apart."""

_OVERLAP = 0.75

Line = tuple[int, int, int, int]
"""Left, top, width and height of a level stroke, in pixels."""


def struck(patches: Patches, kept: Flags) -> Flags:
    """The kept patches that level lines run through, with the lines; none when nothing is struck."""
    nothing = np.zeros_like(kept)
    wide = patches.width > (_LINE_MM - 1) * PX_PER_MM
    if not (kept & wide).any():
        return nothing
    lines = _level_lines(patches.mask(kept))
    long = any(line[2] > _LONE_LINE_MM * PX_PER_MM for line in lines)
    if not long and not any(_parallel(a, b) for n, a in enumerate(lines) for b in lines[n + 1 :]):
        return nothing
    hit = nothing.copy()
    for left, top, width, height in lines:
        hit[np.unique(patches.labels[top : top + height, left : left + width])] = True
    hit &= kept
    return hit | kept & _in_frame(patches, hit)


def _in_frame(patches: Patches, of: Flags) -> Flags:
    """The patches whose middle lies in the common frame of some."""
    x, y = (patches.left + patches.right) / 2, (patches.top + patches.bottom) / 2
    across = (x > patches.left[of].min()) & (x < patches.right[of].max())
    return np.asarray(across & (y > patches.top[of].min()) & (y < patches.bottom[of].max()))


def _level_lines(strokes: Pixels) -> list[Line]:
    """Bounding rectangles of long level strokes."""
    slack = np.ones((round(_SLANT_MM * PX_PER_MM), 1), np.uint8)
    kernel = np.ones((1, round(_LINE_MM * PX_PER_MM)), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(strokes, slack), cv2.MORPH_OPEN, kernel)
    if not opened.any():
        return []
    count, _, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    boxes = (stats[label, :4].tolist() for label in range(1, count))
    return [(left, top, width, height) for left, top, width, height in boxes]


def _parallel(a: Line, b: Line) -> bool:
    apart = abs((a[1] + a[3] / 2) - (b[1] + b[3] / 2)) / PX_PER_MM
    shared = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    return _APART_MM[0] < apart < _APART_MM[1] and shared > _OVERLAP * max(a[2], b[2])
