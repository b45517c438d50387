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

_WIDER = 1.1
_LONE_LINE_MM = 11.0
"""One level stroke as long as this strikes through by itself (two lines may have run together)."""

_SHORT_MM = 2.0
"""Two level strokes of this length may strike one character through; many characters have some themselves."""

_SLANT_MM = 0.35
_APART_MM = (0.5, 3.5)
"""How far the two lines of a strike-through lie apart."""

_OVERLAP = 0.75
_SHORT_APART_MM, _SHORT_OVERLAP = (0.35, 2.2), 0.7
_WITH_CORRECTION_MM, _WIDEST_MM, _LOWEST_MM, _CORRECTION_MM2 = 3.8, 4.5, 1.3, 0.4
_LINE_TOP_PERCENT, _TOUCHING_PX, _RIM_MM = 25, 2, 0.8
"""Above two short lines stands what was meant instead, above where most of the line begins. Without it they
are no strike: of a hundred kanji, some have such strokes themselves."""

_BLOT_MM, _BLOT_FILLED = 2.0, 0.85
"""A scribble fills a square of this size so far; so do the densest kanji of a broad pen."""

Line = tuple[int, int, int, int]
"""Left, top, width and height of a level stroke, in pixels."""


def struck(patches: Patches, kept: Flags) -> Flags:
    """The kept patches that were struck through, with the lines; none when nothing is struck."""
    hit = np.zeros_like(kept)
    if not kept.any():
        return hit
    for left, top, width, height in _strikes(patches, kept):
        hit[np.unique(patches.labels[top : top + height, left : left + width])] = True
    hit &= kept
    return hit | kept & _in_frame(patches, hit) if hit.any() else hit


def _strikes(patches: Patches, kept: Flags) -> list[Line]:
    """Frames of the lines or scribbles over an entry, of the first kind that is found."""
    high = patches.bottom[kept].max() - patches.top[kept].min()
    across = patches.width[kept].max() > _LINE_MM * PX_PER_MM
    corrected = high > _WITH_CORRECTION_MM * PX_PER_MM
    if not across and not corrected:
        return []
    found = patches.mask(kept)
    lines = _across(found, int(patches.height[kept].max())) if across else []
    return lines or (_below_correction(patches, kept, found) if corrected else [])


def _across(found: Pixels, high: int) -> list[Line]:
    """The lines that strike an entry through; none unless there are two, or a long one.

    ``high``: height of the highest stroke, since a large character has long strokes itself.
    """
    wide = [line for line in _level_lines(found, _LINE_MM) if line[2] > _WIDER * high]
    long = any(line[2] > _LONE_LINE_MM * PX_PER_MM for line in wide)
    pairs = itertools.combinations(wide, 2)
    return wide if long or any(_parallel(a, b, _APART_MM, _OVERLAP) for a, b in pairs) else []


def _below_correction(patches: Patches, kept: Flags, found: Pixels) -> list[Line]:
    """Two short lines, or a scribble, right below something that is written above the line by itself."""
    tops = found.argmax(axis=0)[found.any(axis=0)]
    line_top = float(np.percentile(tops, _LINE_TOP_PERCENT))
    raised = kept & (patches.area > _CORRECTION_MM2 * PX_PER_MM**2)
    raised &= patches.bottom < line_top + _TOUCHING_PX
    if not raised.any():
        return []
    rim, top = round(_RIM_MM * PX_PER_MM), int(patches.bottom[raised].max())
    left, right = max(int(patches.left[raised].min()) - rim, 0), int(patches.right[raised].max()) + rim
    high = top - int(patches.top[raised].min())
    if right - left > _WIDEST_MM * PX_PER_MM + 2 * rim or high < _LOWEST_MM * PX_PER_MM:
        return []
    under = np.ascontiguousarray(found[top:, left:right])
    lines = _level_lines(under, _SHORT_MM)
    pairs = itertools.combinations(lines, 2)
    over = [line for a, b in pairs if _parallel(a, b, _SHORT_APART_MM, _SHORT_OVERLAP) for line in (a, b)]
    return [(x + left, y + top, width, height) for x, y, width, height in over or _scribbles(under)]


def _scribbles(found: Pixels) -> list[Line]:
    """Frames of what was blackened."""
    side = round(_BLOT_MM * PX_PER_MM)
    if min(found.shape) < side:
        return []
    filled = cv2.blur(found * 255, (side, side), borderType=cv2.BORDER_CONSTANT) > _BLOT_FILLED * 255
    black = cv2.dilate(filled.astype(np.uint8), np.ones((side, side), np.uint8))
    return [frame for frame, _ in _frames(black)]


def _in_frame(patches: Patches, of: Flags) -> Flags:
    """The patches whose middle lies in the common frame of some."""
    x, y = (patches.left + patches.right) / 2, (patches.top + patches.bottom) / 2
    across = (x > patches.left[of].min()) & (x < patches.right[of].max())
    return np.asarray(across & (y > patches.top[of].min()) & (y < patches.bottom[of].max()))


def _level_lines(strokes: Pixels, length_mm: float) -> list[Line]:
    """Frames of the level strokes of some length."""
    slack = np.ones((round(_SLANT_MM * PX_PER_MM), 1), np.uint8)
    kernel = np.ones((1, round(length_mm * PX_PER_MM)), np.uint8)
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
