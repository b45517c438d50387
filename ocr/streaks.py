"""Streaks: dirt on a feeder's glass draws thin lines along the whole sheet, which nobody wrote."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.geometry import Transform, moved
from ocr.ink import INK_BELOW
from ocr.load import Pixels

_EVERY_PX, _BAND_PX = 64, 16
"""A band is looked at in each so many rows, so low that a leaning streak stays within a pixel or two."""

_FILLED, _LENGTH = 0.8, 0.35
"""How much of a band a streak fills, and in how many of the bands it is seen."""

_HALF_PX = 3
"""A streak is at most twice as wide; lines of writing are not as long."""


def without_streaks(cleaned: Pixels, lean: float) -> Pixels:
    """A page without print (grey H×W) on which streaks are filled with what lies on both sides of them.

    ``lean``: how many pixels to the right a streak runs for each pixel down.
    """
    columns = streaks(cleaned, lean)
    if not len(columns):
        return cleaned
    filled = cleaned.copy()
    height, width = cleaned.shape
    rows = np.arange(height)
    for column in columns:
        across = np.round(column + lean * rows).astype(int)[:, None] + np.arange(-_HALF_PX + 1, _HALF_PX)
        left, right = across[:, :1] - _HALF_PX, across[:, -1:] + _HALF_PX
        # Ink on both sides is a stroke that crosses the streak; it stays.
        beside = np.maximum(cleaned[rows[:, None], left % width], cleaned[rows[:, None], right % width])
        there = (across >= 0) & (across < width)
        at_row, at = np.nonzero(there)
        at_column = across[at_row, at]
        filled[at_row, at_column] = np.maximum(cleaned[at_row, at_column], beside[at_row, 0])
    return filled


def streaks(cleaned: Pixels, lean: float) -> list[int]:
    """The columns in which streaks cross the page's top edge."""
    height, width = cleaned.shape
    bands = height // _EVERY_PX
    sample = cleaned[: bands * _EVERY_PX].reshape(bands, _EVERY_PX, width)[:, :_BAND_PX].reshape(-1, width)
    _, found = cv2.threshold(sample, INK_BELOW - 1, 255, cv2.THRESH_BINARY_INV)
    filled = cv2.resize(found, (width, bands), interpolation=cv2.INTER_AREA) > _FILLED * 255
    seen = np.zeros(width, int)
    for band in np.flatnonzero(filled.any(axis=1)):
        seen += np.roll(filled[band], -round(lean * (band * _EVERY_PX + _BAND_PX / 2)))
    spread = np.convolve(seen, np.ones(3, int), mode="same")
    long = np.flatnonzero(spread > _LENGTH * bands)
    return [int(run.mean()) for run in np.split(long, np.flatnonzero(np.diff(long) > 1) + 1) if len(run)]


def lean(to_page: Transform, middle_mm: tuple[float, float]) -> float:
    """How far, for each step down the flat page, a line along the scanner's way runs to the right."""
    back = np.asarray(np.linalg.inv(to_page), np.float64)
    ((x, y),) = moved(to_page, [middle_mm]).tolist()
    (x1, y1), (x2, y2) = moved(back, [(x, y), (x, y + 100.0)]).tolist()
    return float((x2 - x1) / (y2 - y1)) if abs(y2 - y1) > abs(x2 - x1) else 0.0
