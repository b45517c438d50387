"""The page laid flat: as the form lies, at the reading resolution, black writing apart from red stamps."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from forms.definition import Box
from ocr.blank import READING_DPI, Blank
from ocr.geometry import MM_PER_INCH, scaling
from ocr.ink import PAPER, evened, ink
from ocr.load import Pixels
from ocr.register import Registration

PX_PER_MM = READING_DPI / MM_PER_INCH

_RED_STEP = 60
"""By how much red ink is lighter in the red channel than in the green one."""

_COLOURED = 24
"""Difference of channels beyond which a picture counts as coloured."""


@dataclass(frozen=True, eq=False)
class Area:
    """A rectangle of pixels at ``READING_DPI`` around a box, kept inside of the page."""

    left: int
    top: int
    right: int
    bottom: int

    @staticmethod
    def around(box: Box, margin_mm: float, page: Pixels) -> Area:
        height, width = page.shape
        return Area(
            max(round((box.x_mm - margin_mm) * PX_PER_MM), 0),
            max(round((box.y_mm - margin_mm) * PX_PER_MM), 0),
            min(round((box.right_mm + margin_mm) * PX_PER_MM), width),
            min(round((box.bottom_mm + margin_mm) * PX_PER_MM), height),
        )

    def of(self, page: Pixels) -> Pixels:
        return page[self.top : self.bottom, self.left : self.right]

    def inner(self, box: Box) -> tuple[slice, slice]:
        """Rows and columns of a box within this area."""
        left, top = round(box.x_mm * PX_PER_MM) - self.left, round(box.y_mm * PX_PER_MM) - self.top
        right, bottom = (
            round(box.right_mm * PX_PER_MM) - self.left,
            round(box.bottom_mm * PX_PER_MM) - self.top,
        )
        return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))


@dataclass(frozen=True, eq=False)
class FlatPage:
    """One sheet as the form lies, at ``READING_DPI``; all pictures are uint8 H×W of the blank's shape.

    ``text``: evened grey with red ink faded. ``red``: 1 where there is red ink. ``blank``: the printed form.
    """

    text: Pixels
    red: Pixels
    blank: Blank
    registration: Registration


def flatten(image: Pixels, evened_grey: Pixels, blank: Blank, registration: Registration) -> FlatPage:
    """Lays the page flat. ``image`` is the page as loaded, ``evened_grey`` its evened grey picture."""
    if not _is_coloured(image):
        text = _warped(evened_grey, blank, registration)
        return FlatPage(text, np.zeros_like(text), blank, registration)
    # Red ink is light in the red channel, so that a stamp lying over black writing fades out of it.
    text = _warped(evened(np.ascontiguousarray(image[:, :, 2])), blank, registration)
    green = _warped(evened(np.ascontiguousarray(image[:, :, 1])), blank, registration)
    red = ink(green) & (text.astype(np.int16) - green > _RED_STEP)
    return FlatPage(text, red.astype(np.uint8), blank, registration)


def _is_coloured(image: Pixels) -> bool:
    if image.ndim == 2:
        return False
    sample = image[::8, ::8].astype(np.int16)
    return bool(np.mean(np.ptp(sample, axis=2) > _COLOURED) > 1e-4)


def _warped(picture: Pixels, blank: Blank, registration: Registration) -> Pixels:
    to_page = registration.transform @ scaling(1 / PX_PER_MM)
    height, width = blank.image.shape
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if registration.dpi > 1.4 * READING_DPI:
        picture = cv2.blur(picture, (2, 2)).astype(np.uint8, copy=False)
    return cv2.warpPerspective(picture, to_page, (width, height), flags=flags, borderValue=PAPER).astype(
        np.uint8, copy=False
    )
