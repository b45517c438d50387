"""What makes one form's print unlike another's: corners of words and rulings, compared as a whole.

So a form is found that has neither code nor marks, whichever way it lies, and far from flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from ocr.geometry import Points, Transform, inverse, moved, px_per_mm
from ocr.load import Pixels

FEATURE_DPI = 100
"""Resolution at which features are taken: words are then a dozen pixels high."""

_MAX_FEATURES = 1500
_AGREE_MM = 1.5
"""How far a feature may lie from where the others put it: paper is not flat."""

_UNLIKE_BITS = 64
"""Of the 256 bits of a feature; pairs that differ in more are chance."""

_FEWEST = 20
"""Features that must agree, so that a first transform is worth trying: strangers agree on about 15."""

_LARGEST_RATIO = 3.0
"""Between the resolutions down and across, or of two corners: a coarse fax has 2, a photo 1.6."""


@dataclass(frozen=True, eq=False)
class Features:
    """Places (N×2) and what is seen there (N×32 bytes)."""

    places: Points
    seen: Pixels

    def placed(self, transform: Transform) -> Features:
        """The same with their places moved."""
        return Features(moved(transform, self.places), self.seen)


class Likeness(NamedTuple):
    """How many features of a page agree with a blank, and the transform (mm to pixels) that they agree on."""

    agreeing: int
    transform: Transform


def features(image: Pixels) -> Features:
    """The strongest features of an evened picture at about ``FEATURE_DPI``."""
    points, seen = cv2.ORB.create(_MAX_FEATURES).detectAndCompute(image, None)
    places = np.array([point.pt for point in points], dtype=np.float64).reshape(-1, 2)
    return Features(
        places, np.zeros((0, 32), np.uint8) if seen is None else seen.astype(np.uint8, copy=False)
    )


def compared(page: Features, blank: Features, width_mm: float, height_mm: float) -> Likeness | None:
    """How a page looks like a blank (places in mm); None when too little agrees."""
    if len(page.places) < _FEWEST or len(blank.places) < _FEWEST:
        return None
    matched = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(page.seen, blank.seen)
    pairs = [pair for pair in matched if pair.distance < _UNLIKE_BITS]
    if len(pairs) < _FEWEST:
        return None
    on_page = page.places[[pair.queryIdx for pair in pairs]]
    on_form = blank.places[[pair.trainIdx for pair in pairs]]
    # Found from the page to the form, so that the tolerance is one of millimetres.
    to_form, agree = cv2.findHomography(
        on_page, on_form, cv2.USAC_ACCURATE, _AGREE_MM, maxIters=5000, confidence=0.9999
    )
    if to_form is None or int(agree.sum()) < _FEWEST or abs(np.linalg.det(to_form)) < 1e-12:
        return None
    transform = inverse(np.asarray(to_form, dtype=np.float64))
    transform /= transform[2, 2]
    return Likeness(int(agree.sum()), transform) if _sound(transform, width_mm, height_mm) else None


def _sound(transform: Transform, width_mm: float, height_mm: float) -> bool:
    """Whether a camera or scanner can have taken the form so: not mirrored, not folded, not too oblique."""
    corners = [(0.0, 0.0), (width_mm, 0.0), (width_mm, height_mm), (0.0, height_mm)]
    if (np.c_[corners, np.ones(4)] @ transform[2] <= 0).any():
        return False
    placed = moved(transform, corners)
    sides = np.linalg.norm(placed - np.roll(placed, -1, axis=0), axis=1) / (
        [width_mm, height_mm, width_mm, height_mm]
    )
    upright = cv2.contourArea(placed.astype(np.float32), oriented=True) > 0
    scales = [px_per_mm(transform, corner) for corner in corners]
    return bool(
        upright
        and sides.max() < _LARGEST_RATIO * sides.min()
        and max(scales) < _LARGEST_RATIO * min(scales)
        and cv2.isContourConvex(placed.astype(np.float32))
    )
