"""Pictures of one line as the recognition model wants them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from forms.definition import Box
from ocr.clean import Writing
from ocr.flat import PX_PER_MM
from ocr.ink import PAPER, ink
from ocr.load import Pixels
from ocr.patches import Numbers
from ocr.recognise import Probabilities

_PAD = 0.18
"""White added around a line, as a share of its height."""

_LEAST_HEIGHT = 0.5
"""Least height of a line as a share of its box, so that a lone hyphen is not blown up to a block."""

_LEAST_COMB_HEIGHT_MM = 2.5
_GAP_IN_COMB = 0.45
"""White between the characters of a comb, as a share of their height."""

_GAP_OF_LINES = 0.4
"""White between what stood on two lines, as a share of their height: a building's name may begin there."""

_REACH = 0.3
"""How far from its ink a character may be seen, as a share of the line's height."""

EXPLAINED = 0.55
"""Ink that stands further from all characters of a text (in line heights) is probably one that it lacks."""

_TALL = 0.5
"""Share of the line's height from which on a group of ink is a character rather than a dot or a hyphen."""

_AS_HIGH = 0.6
"""Digits are about as high as each other: what is lower than this share of the highest may be a stroke."""


_LEANS = (-0.3, 0.3, -0.6)
"""Ways in which digits are written, as steps across for each step up; those that lean back lean less."""

_TWO_WIDE = 1.3
"""Of 100 single digits one or two are wider than this share of their height, of 100 touching pairs 75."""


def framed(written: Writing, box: Box) -> Pixels:
    """A tight line with white around it; flat writing keeps its place in the height of the box."""
    height = written.image.shape[0]
    least = round(_LEAST_HEIGHT * box.height_mm * PX_PER_MM)
    missing = max(least - height, 0)
    from_top = written.top - round(box.y_mm * PX_PER_MM) - (box.height_mm * PX_PER_MM - least) / 2
    above = int(np.clip(from_top, 0, missing))
    pad = round(_PAD * max(height, least))
    around = ((pad // 2 + above, pad // 2 + missing - above), (pad, pad))
    return np.pad(written.image, around, constant_values=PAPER)


def strip(cells: Sequence[Writing]) -> Pixels:
    """The characters of a comb set side by side, at equal distances, on a common line."""
    height = max(max(cell.image.shape[0] for cell in cells), round(_LEAST_COMB_HEIGHT_MM * PX_PER_MM))
    gap = np.full((height, round(height * _GAP_IN_COMB)), PAPER, np.uint8)
    pieces = [gap]
    for cell in cells:
        missing = height - cell.image.shape[0]
        around = ((missing // 2, missing - missing // 2), (0, 0))
        pieces += [np.pad(cell.image, around, constant_values=PAPER), gap]
    pad = round(height * _PAD / 2)
    return np.pad(np.hstack(pieces), ((pad, pad), (0, 0)), constant_values=PAPER)


def one_line(lines: Sequence[Writing]) -> Pixels:
    """The lines of an entry one after the other, all as high as the highest."""
    height = max(written.image.shape[0] for written in lines)
    scaled = [_as_high(written.image, height) for written in lines]
    pad = round(_PAD * height)
    gap = np.full((height, round(_GAP_OF_LINES * height)), PAPER, np.uint8)
    whole = np.hstack([part for line in scaled for part in (gap, line)][1:])
    return np.pad(whole, ((pad // 2, pad // 2), (pad, pad)), constant_values=PAPER)


def _as_high(line: Pixels, height: int) -> Pixels:
    width = round(line.shape[1] * height / line.shape[0])
    return cv2.resize(line, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def unexplained(line: Pixels, places: Sequence[float]) -> float:
    """How far ink stands from the nearest character of a text, in heights of the line's ink; 0 without ink.

    ``places``: where the characters stand, from 0 to 1. Groups of ink are taken at their middles, low ones
    left out. Of what was read right, one in a hundred has more than ``EXPLAINED``.
    """
    inked = ink(line)
    rows = np.flatnonzero(inked.any(axis=1))
    if not len(rows):
        return 0.0
    if not len(places):
        return float(line.shape[1])
    high = rows[-1] - rows[0] + 1
    middles = [
        (start + end) / 2
        for start, end, height in zip(*_columns(inked), strict=True)
        if height >= _TALL * high
    ]
    at = np.array(places) * line.shape[1]
    return max((float(np.abs(at - middle).min()) for middle in middles), default=0.0) / float(high)


def least_digits(line: Pixels, touching: bool = False) -> int:
    """The fewest digits that a line of digits holds: groups of ink with white between, as high as a digit.

    White runs as the digits lean: slanted ones overlap in columns that touch nowhere.

    ``touching``: whether a wide group counts as two, where there are no hyphens that could touch a digit.
    """
    inked = ink(line)
    return max(_groups(inked, touching), *(_groups(_leaning(inked, lean), False) for lean in _LEANS))


def _leaning(inked: Pixels, lean: float) -> Pixels:
    """Ink with its upper edge moved to the right by a share of its height, so that slanted signs stand."""
    height, width = inked.shape
    reach = abs(lean) * height
    shear = np.array([[1.0, -lean, max(lean, 0.0) * height], [0.0, 1.0, 0.0]])
    flags = cv2.INTER_NEAREST
    return cv2.warpAffine(inked, shear, (width + round(reach), height), flags=flags).astype(
        np.uint8, copy=False
    )


def _columns(inked: Pixels) -> tuple[Numbers, Numbers, Numbers]:
    """First column, column after the last and height of each group of ink with white on both sides."""
    filled = np.r_[False, inked.any(axis=0), False]
    starts, ends = np.flatnonzero(~filled[:-1] & filled[1:]), np.flatnonzero(filled[:-1] & ~filled[1:])
    rows = [np.flatnonzero(inked[:, start:end].any(axis=1)) for start, end in zip(starts, ends, strict=True)]
    return starts, ends, np.array([group[-1] - group[0] + 1 for group in rows], np.int64)


def _groups(inked: Pixels, touching: bool) -> int:
    starts, ends, heights = _columns(inked)
    if not len(heights):
        return 0
    high = heights >= _AS_HIGH * heights.max()
    wide = high & touching & (ends - starts > _TWO_WIDE * heights.max())
    return int(high.sum() + wide.sum())


def without_phantoms(free: Probabilities, line: Pixels) -> Probabilities:
    """Forces blank, in place, in frames far from any ink: in wide gaps the model dreams of ー."""
    columns = np.flatnonzero(ink(line).any(axis=0))
    if not len(columns):
        return free
    middles = (np.arange(len(free)) + 0.5) * line.shape[1] / len(free)
    after = np.searchsorted(columns, middles)
    left = np.abs(middles - columns[np.maximum(after - 1, 0)])
    right = np.abs(columns[np.minimum(after, len(columns) - 1)] - middles)
    far = np.minimum(left, right) > _REACH * line.shape[0]
    free[far] = 0.0
    free[far, 0] = 1.0
    return free
