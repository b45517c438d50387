"""Paper made evenly white, so that one threshold finds ink under shadow, tint and show-through."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.load import Pixels

PAPER = 255
INK_BELOW = 160
"""On evened paper, a pixel darker than this is ink."""

_SHRINK = 8
_BACKGROUND_WINDOW = 25
"""Side of the median window in shrunken pixels; larger than any stroke, mark or QR module."""


def grey(image: Pixels) -> Pixels:
    """H×W from H×W or H×W×3 BGR."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def evened(image: Pixels) -> Pixels:
    """The grey picture divided by its paper: white is 255 wherever there is no ink. Same shape."""
    paper = _paper(image)
    return cv2.divide(image, paper, scale=PAPER).astype(np.uint8, copy=False)


def _paper(image: Pixels) -> Pixels:
    height, width = image.shape
    small = cv2.resize(
        image, (max(width // _SHRINK, 1), max(height // _SHRINK, 1)), interpolation=cv2.INTER_AREA
    )
    # Dilating first takes thin ink away, so that dense writing does not count as dark paper.
    small = cv2.medianBlur(cv2.dilate(small, np.ones((3, 3), np.uint8)), _BACKGROUND_WINDOW)
    small = np.maximum(small, 40)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def ink(evened_image: Pixels) -> Pixels:
    """1 where there is ink on evened paper, 0 elsewhere."""
    return (evened_image < INK_BELOW).astype(np.uint8)


def softened(image: Pixels, sigma_px: float) -> Pixels:
    """The picture blurred by a Gaussian, as a scanner's optics do."""
    return cv2.GaussianBlur(image, (0, 0), sigma_px).astype(np.uint8, copy=False)
