"""What was struck through, to be left out: an entry under level lines, one character under two short ones or
under a scribble.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from ocr.flat import PX_PER_MM
from ocr.load import Pixels
from ocr.patches import Flags, Patches

_LINE_MM = 7.0
"""A level stroke of this length may be a line; those of two characters rarely run together so far."""

_LONE_LINE_MM = 11.0
"""One level stroke as long as this strikes through by itself (two lines may have run together)."""

_SHORT_MM = 2.8
"""Two level strokes of this length may strike one character through; many characters have some themselves."""

_SLANT_MM = 0.35
_APART_MM = (0.5, 3.5)
"""How far the two lines of a strike-through lie apart."""

_OVERLAP = 0.75
_SHORT_APART_MM, _SHORT_OVERLAP = (0.5, 2.2), 0.8
_CORRECTED_ABOVE_MM, _CORRECTED_MM2 = (2.9, 6.0), 1.0
"""So far above the lines stands what was meant instead. Without it two short lines are no strike: one kanji
in a hundred has such strokes itself."""

_BLOT_MM, _BLOT_FILLED, _USUAL_FILLED = 2.6, 0.93, 0.5
"""A scribble fills a square of the first size so far, where the writing beside it is no denser than the last."""

Line = tuple[int, int, int, int]
"""Left, top, width and height of a level stroke, in pixels."""


def struck(patches: Patches, kept: Flags) -> Flags:
    """The kept patches that were struck through, with the lines; none when nothing is struck."""
    hit = np.zeros_like(kept)
    if not (kept & (patches.width > _SHORT_MM * PX_PER_MM)).any():
        return hit
    found = patches.mask(kept)
    lines = _level_lines(found)
    for left, top, width, height in _across(lines) or _over_one(found, lines) or _scribbles(found):
        hit[np.unique(patches.labels[top : top + height, left : left + width])] = True
    hit &= kept
    return hit | kept & _in_frame(patches, hit) if hit.any() else hit


def _across(lines: list[Line]) -> list[Line]:
    """The lines that strike an entry through; none unless there are two, or a long one."""
    wide = [line for line in lines if line[2] > _LINE_MM * PX_PER_MM]
    long = any(line[2] > _LONE_LINE_MM * PX_PER_MM for line in wide)
    pairs = itertools.combinations(wide, 2)
    return wide if long or any(_parallel(a, b, _APART_MM, _OVERLAP) for a, b in pairs) else []


def _over_one(found: Pixels, lines: list[Line]) -> list[Line]:
    """The pairs of short lines that strike one character through, above which another one is written."""
    pairs = itertools.combinations(sorted(lines, key=lambda line: line[1]), 2)
    return [
        line
        for a, b in pairs
        if _parallel(a, b, _SHORT_APART_MM, _SHORT_OVERLAP) and _corrected_above(found, a)
        for line in (a, b)
    ]


def _corrected_above(found: Pixels, upper: Line) -> bool:
    """Whether something is written so far above a line that it is no part of the character under it."""
    left, top, width, _ = upper
    near, far = (round(up * PX_PER_MM) for up in _CORRECTED_ABOVE_MM)
    above = found[max(top - far, 0) : max(top - near, 0), left : left + width]
    return above.size > 0 and cv2.countNonZero(above) > _CORRECTED_MM2 * PX_PER_MM**2


def _scribbles(found: Pixels) -> list[Line]:
    """Frames of what was blackened, in an entry that is not that dense elsewhere."""
    side = round(_BLOT_MM * PX_PER_MM)
    if min(found.shape) < side:
        return []
    filled = cv2.blur(found * 255, (side, side), borderType=cv2.BORDER_CONSTANT) > _BLOT_FILLED * 255
    if not filled.any():
        return []
    black = cv2.dilate(filled.astype(np.uint8), np.ones((side, side), np.uint8))
    rest = found * (1 - black)
    rows, columns = np.flatnonzero(rest.any(axis=1)), np.flatnonzero(rest.any(axis=0))
    if not len(rows) or rest.sum() > _USUAL_FILLED * (rows[-1] + 1 - rows[0]) * (columns[-1] + 1 - columns[0]):
        return []
    return [frame for frame, _ in _frames(black)]


def _in_frame(patches: Patches, of: Flags) -> Flags:
    """The patches whose middle lies in the common frame of some."""
    x, y = (patches.left + patches.right) / 2, (patches.top + patches.bottom) / 2
    across = (x > patches.left[of].min()) & (x < patches.right[of].max())
    return np.asarray(across & (y > patches.top[of].min()) & (y < patches.bottom[of].max()))


def _level_lines(strokes: Pixels) -> list[Line]:
    """Frames of level strokes that are not short."""
    slack = np.ones((round(_SLANT_MM * PX_PER_MM), 1), np.uint8)
    kernel = np.ones((1, round(_SHORT_MM * PX_PER_MM)), np.uint8)
    opened = cv2.morphologyEx(cv2.dilate(strokes, slack), cv2.MORPH_OPEN, kernel)
    return [frame for frame, _ in _frames(opened)]


def _frames(found: cv2.typing.MatLike) -> list[tuple[Line, int]]:
    """The frame and the area of each patch."""
    if not found.any():
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    return [((left, top, width, height), area) for left, top, width, height, area in stats[1:].tolist()]


def _parallel(a: Line, b: Line, apart_mm: tuple[float, float], overlap: float) -> bool:
    apart = abs((a[1] + a[3] / 2) - (b[1] + b[3] / 2)) / PX_PER_MM
    shared = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    return apart_mm[0] < apart < apart_mm[1] and shared > overlap * max(a[2], b[2])
