"""The page laid flat: as the form lies, at the reading resolution, black writing apart from red stamps."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np

from forms.definition import Box
from ocr.blank import READING_DPI, Blank
from ocr.geometry import MM_PER_INCH, Transform, scaling
from ocr.ink import PAPER, evened, ink
from ocr.load import Pixels
from ocr.register import Registration

PX_PER_MM = READING_DPI / MM_PER_INCH

_RED_STEP = 60
"""By how much red ink is lighter in the red channel than in the green one."""

_FLAT_WITHIN_MM = 0.04
"""Half a pixel: a page that bends less is laid flat in one go."""

_TILE_PX = 236
"""20 mm: within a tile paper is as good as flat."""

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


def flatten(image: Pixels, grey_image: Pixels, blank: Blank, registration: Registration) -> FlatPage:
    """Lays the page flat. ``image`` is the page as loaded, ``grey_image`` its grey picture, evened or not."""
    if not _is_coloured(image):
        text = _warped(evened(grey_image), blank, registration)
        return FlatPage(text, np.zeros_like(text), blank, registration)
    # Red ink is light in the red channel, so that a stamp lying over black writing fades out of it.
    text = _warped(evened(_channel(image, 2)), blank, registration)
    green = _warped(evened(_channel(image, 1)), blank, registration)
    red = ink(green) & (cv2.subtract(text, green) > _RED_STEP)
    return FlatPage(text, red.astype(np.uint8, copy=False), blank, registration)


def _channel(image: Pixels, channel: int) -> Pixels:
    return cv2.extractChannel(image, channel).astype(np.uint8, copy=False)


def _is_coloured(image: Pixels) -> bool:
    if image.ndim == 2:
        return False
    blue, green, red = cv2.split(np.ascontiguousarray(image[::8, ::8]))
    spread = cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    return bool(np.mean(spread > _COLOURED) > 1e-4)


def _warped(picture: Pixels, blank: Blank, registration: Registration) -> Pixels:
    """The picture as the form lies: in one go when the page is flat, else tile by tile."""
    if registration.dpi > 1.4 * READING_DPI:
        picture = cv2.blur(picture, (2, 2)).astype(np.uint8, copy=False)
    height, width = blank.image.shape
    if registration.bend.largest_mm < _FLAT_WITHIN_MM:
        return _tile(picture, registration.transform @ scaling(1 / PX_PER_MM), width, height)
    flat = np.empty((height, width), np.uint8)
    for top, left in itertools.product(range(0, height, _TILE_PX), range(0, width, _TILE_PX)):
        bottom, right = min(top + _TILE_PX, height), min(left + _TILE_PX, width)
        to_page = _tile_to_page(registration, right - left, bottom - top, left, top)
        flat[top:bottom, left:right] = _tile(picture, to_page, right - left, bottom - top)
    return flat


def _tile_to_page(registration: Registration, width: int, height: int, left: int, top: int) -> Transform:
    """The homography that brings a tile's corners to where they lie on the bent page: neighbours join."""
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    on_page = registration.px((corners + np.array([left, top])) / PX_PER_MM)
    return np.asarray(cv2.getPerspectiveTransform(corners, on_page.astype(np.float32)), dtype=np.float64)


def _tile(picture: Pixels, to_page: Transform, width: int, height: int) -> Pixels:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(picture, to_page, (width, height), flags=flags, borderValue=PAPER).astype(
        np.uint8, copy=False
    )
