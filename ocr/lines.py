"""Pictures of one line as the recognition model wants them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from forms.definition import Box
from ocr.clean import Writing
from ocr.flat import PX_PER_MM
from ocr.ink import PAPER, ink, softened
from ocr.load import Pixels
from ocr.recognise import LogProbabilities

_PAD = 0.18
"""White added around a line, as a share of its height."""

_LEAST_HEIGHT = 0.5
"""Least height of a line as a share of its box, so that a lone hyphen is not blown up to a block."""

_LEAST_COMB_HEIGHT_MM = 2.5
_GAP_IN_COMB = 0.45
"""White between the characters of a comb, as a share of their height."""

_WIDER, _SOFTER = 1.2, 0.8
"""By how much the second look is stretched, and its blur as a share of a stroke's rim (px)."""

_REACH = 0.3
"""How far from its ink a character may be seen, as a share of the line's height."""

_NEVER = -40.0


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


def second_look(line: Pixels) -> Pixels:
    """The same line wider and softer: what is read alike both times does not hang on a few pixels."""
    wider = cv2.resize(line, None, fx=_WIDER, fy=1.0, interpolation=cv2.INTER_LINEAR)
    return softened(wider.astype(np.uint8, copy=False), _SOFTER)


def without_phantoms(free: LogProbabilities, line: Pixels) -> LogProbabilities:
    """Forces blank in frames far from any ink: in wide gaps the model dreams of ー."""
    columns = np.flatnonzero(ink(line).any(axis=0))
    if not len(columns):
        return free
    middles = (np.arange(len(free)) + 0.5) * line.shape[1] / len(free)
    after = np.searchsorted(columns, middles)
    left = np.abs(middles - columns[np.maximum(after - 1, 0)])
    right = np.abs(columns[np.minimum(after, len(columns) - 1)] - middles)
    far = np.minimum(left, right) > _REACH * line.shape[0]
    forced = free.copy()
    forced[far] = _NEVER
    forced[far, 0] = 0.0
    return forced
