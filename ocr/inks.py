"""Two inks in one box: a seal pressed over writing is paler than the pen wherever colour is lost."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.flat import PX_PER_MM
from ocr.ink import PAPER, ink
from ocr.load import Pixels

_PALER = 50
"""By how many grey levels the second ink must be lighter than the pen."""

_PEN_SHARE = 10
"""The pen's grey is that of the darkest tenth of the ink."""

_LEAST_MM2 = 2.0


def pen_only(cleaned: Pixels) -> tuple[Pixels, int]:
    """The picture without a second, paler ink, and how many pixels of it there were (0: only one ink)."""
    strokes = ink(cleaned) > 0
    greys = cleaned[strokes]
    if not len(greys):
        return cleaned, 0
    pen = int(np.partition(greys, len(greys) // _PEN_SHARE)[len(greys) // _PEN_SHARE])
    pale = (strokes & (cleaned > pen + _PALER)).astype(np.uint8)
    # Every stroke has a pale rim of a pixel or two; a second ink is pale through and through.
    bodies = cv2.morphologyEx(pale, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    amount = int(bodies.sum())
    if amount < _LEAST_MM2 * PX_PER_MM**2:
        return cleaned, 0
    dark = cv2.dilate((cleaned <= pen + _PALER).astype(np.uint8), np.ones((3, 3), np.uint8))
    return np.where(dark > 0, cleaned, PAPER).astype(np.uint8), amount
