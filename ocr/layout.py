"""How the writing of one box is laid out: on one line or on two, across or downwards."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from forms.definition import Box
from ocr.clean import Writing
from ocr.flat import PX_PER_MM
from ocr.ink import PAPER, ink
from ocr.load import Pixels
from ocr.patches import Flags, Patches

_LEAST_LINE_MM = 1.7
"""Nobody writes a line of characters lower than this; the strokes of 三 are."""

_TWO_LINES = 0.5
"""Two lines take at least this share of their box's height."""

_VALLEY = 0.15
"""Between two lines a row has less than this share of the ink of the fuller rows of each."""

_FIRST_WIDER, _LIKE = 1.5, 0.45
"""The first line is so many times wider than high, which a correction above a line is not; and no line is
less high than this share of the other, or it is a stroke."""

_DOWNWARDS, _ABREAST = 1.7, 1.6
"""Writing downwards is so many times higher than wide, and none of its characters is so by itself."""


def split_lines(written: Writing, box: Box) -> tuple[Writing, ...]:
    """The lines of an entry from top to bottom: two, or the entry itself where it is a single one."""
    height, width = written.image.shape
    least = round(_LEAST_LINE_MM * PX_PER_MM)
    if height < max(2 * least, _TWO_LINES * box.height_mm * PX_PER_MM) or width < _FIRST_WIDER * height / 2:
        return (written,)
    found = ink(written.image)
    cut = _valley(found, least)
    if cut is None:
        return (written,)
    patches = Patches.of(found)
    above = (patches.top + patches.bottom) / 2 < cut
    parts = _part(written, patches, above), _part(written, patches, ~above)
    return parts if _are_lines(*parts, least) else (written,)


def _valley(found: Pixels, least: int) -> int | None:
    """The emptiest row with room for a line above and below; None where none is empty enough."""
    rows = found.sum(axis=1)
    between = rows[least:-least]
    cut = least + int(np.flatnonzero(between == between.min()).mean())
    fuller = min(np.percentile(rows[:cut], 75), np.percentile(rows[cut:], 75))
    return cut if rows[cut] < _VALLEY * fuller else None


def _are_lines(first: Writing, second: Writing, least: int) -> bool:
    """Whether two parts, one above the other, are lines and no strokes of the same characters."""
    (high, wide), (other, _) = first.image.shape, second.image.shape
    return bool(min(high, other) >= max(least, _LIKE * max(high, other)) and wide >= _FIRST_WIDER * high)


def _part(written: Writing, patches: Patches, which: Flags) -> Writing:
    """Some patches of an entry by themselves, as tight as they are."""
    shown = patches.mask(which)
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return replace(written, image=np.full((1, 1), PAPER, np.uint8), ink_mm2=0.0)
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    near = cv2.dilate(shown, np.ones((5, 5), np.uint8)) > 0
    return replace(
        written,
        image=np.where(near, written.image, PAPER).astype(np.uint8)[cut],
        left=written.left + int(columns[0]),
        top=written.top + int(rows[0]),
        ink_mm2=cv2.countNonZero(shown) / PX_PER_MM**2,
    )


def is_vertical(written: Writing, box: Box) -> bool:
    """Whether an entry runs downwards, character under character, in a box that asks for a line across."""
    height, width = written.image.shape
    if height < _DOWNWARDS * width or box.height_mm > box.width_mm:
        return False
    inked = ink(written.image).any(axis=1)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(np.int8), [0]])))
    heights = ends[1::2] - ends[::2]
    characters = heights[heights >= _LEAST_LINE_MM * PX_PER_MM]
    return len(characters) >= 2 and bool((characters < _ABREAST * width).all())
