"""A whole page less the form's own print, made once and shared by all of its fields."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import cv2
import numpy as np

from ocr.blank import Blank
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.ink import INK_BELOW, PAPER, ink, softened
from ocr.load import Pixels
from ocr.register import Landmarks
from ocr.streaks import lean, without_streaks

_PRINT_GAIN = 1.6
"""Scanned print is darker and wider than drawn print; this much more of it is taken away."""

_TILE_MM = 20.0
"""Paper is never quite flat: within a tile of this side the print is moved as one."""

_FARTHEST_PX = 24
"""No print lies farther from its place than this, or the sheet would not have been read."""

_BRIDGE_MM = 0.85
"""A stroke cut by a ruling that was taken away is joined again over this gap."""

_SAMPLE_PX, _DOTTED, _DOTS_BLUR_PX = 300, 0.02, 1.8
"""A page is dotted if this share of some rows is dots smaller than any stroke; it is then blurred by this."""

FAINT, _OF_FAINT, _LEAST_WRITING_MM2 = 200, 0.25, 20.0
"""Writing is faint if less than this share of all that is darker than the first counts as ink. The one entry
of an otherwise empty sheet has about so much of it."""

_PEN_DARKNESS, _PEN_PERCENTILE = 160, 30
"""A faint pen is made so dark (0..255), taking this percentile of what is faint as the pen."""

_PRINT_INK = 64
"""Print that takes away more than this was ink itself, and may hide a stroke that crosses it."""


@dataclass(frozen=True, eq=False)
class PageInk:
    """``cleaned``: the flat page without print. ``seen``: with it. Both uint8 grey H×W.

    ``own``: how much was taken away (0..255), as it lies on the blank, with a margin of ``_FARTHEST_PX``.
    """

    cleaned: Pixels
    seen: Pixels
    own: Pixels
    landmarks: Landmarks

    def without_print(self, area: Area) -> Pixels:
        """An area without print, in which strokes that cross a ruling are whole; grey as before elsewhere."""
        return _bridged(area.of(self.cleaned), area.of(self.seen), self.printed(area))

    def printed(self, area: Area) -> Pixels:
        """How much was taken away from an area (0..255)."""
        return _moved(self.own, self.landmarks, area)


_PAGES: WeakKeyDictionary[FlatPage, PageInk] = WeakKeyDictionary()
_PRINTS: WeakKeyDictionary[Blank, Pixels] = WeakKeyDictionary()
"""Kept while the page and the blank themselves are kept, and no longer."""


def page_ink(page: FlatPage) -> PageInk:
    """The page's ink; made when it is first asked for."""
    found = _PAGES.get(page)
    if found is None:
        found = _PAGES[page] = _made(page)
    return found


def _made(page: FlatPage) -> PageInk:
    seen, own, landmarks = _smooth(page.text), _print_of(page.blank), page.registration.landmarks
    cleaned = np.empty_like(seen)
    height, width = seen.shape
    side = round(_TILE_MM * PX_PER_MM)
    for top, left in itertools.product(range(0, height, side), range(0, width, side)):
        tile = Area(left, top, min(left + side, width), min(top + side, height))
        cv2.add(tile.of(seen), _moved(own, landmarks, tile), dst=tile.of(cleaned))
    gain = _gain(cleaned)
    cleaned, seen = _darkened(cleaned, gain), _darkened(seen, gain)
    sheet = page.blank.form.page
    leaning = lean(page.registration.transform, (sheet.width_mm / 2, sheet.height_mm / 2))
    return PageInk(without_streaks(cleaned, leaning), seen, own, landmarks)


def _moved(own: Pixels, landmarks: Landmarks, area: Area) -> Pixels:
    """The print of an area where it lies on this sheet. Whole pixels do, since it was widened by two."""
    x_mm, y_mm = (area.left + area.right) / 2 / PX_PER_MM, (area.top + area.bottom) / 2 / PX_PER_MM
    right, down = (_px(off_mm) for off_mm in landmarks.off_near(x_mm, y_mm))
    top, left = area.top + _FARTHEST_PX - down, area.left + _FARTHEST_PX - right
    return own[top : top + area.bottom - area.top, left : left + area.right - area.left]


def _gain(cleaned: Pixels) -> float:
    """How many times darker a page must be made so that a pencil or a dying pen counts as ink; 1 for most."""
    faint_mm2 = cv2.countNonZero((cleaned < FAINT).astype(np.uint8)) / PX_PER_MM**2
    ink_mm2 = cv2.countNonZero(ink(cleaned)) / PX_PER_MM**2
    if faint_mm2 < _LEAST_WRITING_MM2 or ink_mm2 > _OF_FAINT * faint_mm2:
        return 1.0
    return _PEN_DARKNESS / (PAPER - float(np.percentile(cleaned[cleaned < FAINT], _PEN_PERCENTILE)))


def _darkened(picture: Pixels, gain: float) -> Pixels:
    if gain == 1:
        return picture
    darkness = cv2.convertScaleAbs(cv2.bitwise_not(picture), alpha=gain)
    return cv2.bitwise_not(darkness).astype(np.uint8, copy=False)


def _smooth(seen: Pixels) -> Pixels:
    """The page as it is, or blurred where a copier has scattered greys as dots."""
    height = seen.shape[0]
    sample = seen[height // 4 : height // 4 + _SAMPLE_PX]
    dots = np.count_nonzero(ink(sample) > ink(cv2.medianBlur(sample, 5).astype(np.uint8, copy=False)))
    return softened(seen, _DOTS_BLUR_PX) if dots > _DOTTED * sample.size else seen


def _px(length_mm: float) -> int:
    return max(-_FARTHEST_PX, min(round(length_mm * PX_PER_MM), _FARTHEST_PX))


def _print_of(blank: Blank) -> Pixels:
    """How much of a blank's print is taken away from a scan of it (0..255), widened, with a white margin."""
    found = _PRINTS.get(blank)
    if found is None:
        wide = cv2.dilate(PAPER - blank.image, np.ones((5, 5), np.uint8))
        taken = cv2.convertScaleAbs(wide, alpha=_PRINT_GAIN).astype(np.uint8, copy=False)
        found = _PRINTS[blank] = np.pad(taken, _FARTHEST_PX)
    return found


def _bridged(cleaned: Pixels, seen: Pixels, printed: Pixels) -> Pixels:
    """Gives strokes back where they cross a ruling: its ink stays wherever there is writing on both sides."""
    strokes = ink(cleaned)
    if not strokes.any():
        return cleaned
    length = 2 * round(_BRIDGE_MM * PX_PER_MM) + 1
    upright = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((length, 1), np.uint8))
    across = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, length), np.uint8))
    crossing = (cv2.bitwise_or(upright, across) > 0) & (printed > _PRINT_INK) & (seen < INK_BELOW)
    return np.where(crossing, seen, cleaned)
