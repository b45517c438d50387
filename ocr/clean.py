"""What a person wrote in a box: the picture less the form's own print, neighbours' strokes and specks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from forms.definition import Box
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.geometry import shifting
from ocr.ink import PAPER, ink
from ocr.inks import pen_only
from ocr.load import Pixels
from ocr.strikes import struck

MARGIN_MM = 2.0
"""How far writing that leaves its box is followed."""

SPECK_MM2 = 0.09
"""Smaller patches of ink are dust; the dot of a dakuten has about 0.2 mm²."""

BLANK_BELOW_MM2 = 0.9
"""A box with less ink than this is blank; the smallest entry, a 1, has about 1.2 mm²."""

_PRINT_GAIN = 1.6
"""Scanned print is darker and wider than drawn print; this much more of it is taken away."""

_PX_PER_MM2 = PX_PER_MM**2
_DOT_MM2, _ALONE_MM = 0.6, 4.0
"""A patch smaller than the first and further than the second from all other ink was not written."""

_EDGE_MM = 0.8
_RULING_THICKNESS_MM = 0.45
_OWN_INK_DARKER_THAN = 90


@dataclass(frozen=True, eq=False)
class Writing:
    """The handwriting of one box. ``image``: grey H×W at ``READING_DPI``, white around it, cut tight.

    ``left``, ``top``: where it was cut out of the flat page, in pixels. ``ink_mm2``: area of its ink.
    ``lost_mm2``: ink that was dropped as not belonging to the box; much of it makes the reading doubtful.
    """

    image: Pixels
    left: int
    top: int
    ink_mm2: float
    lost_mm2: float
    struck: bool = False
    """Something was struck through in the box; it is left out of the picture."""

    @property
    def blank(self) -> bool:
        return self.ink_mm2 < BLANK_BELOW_MM2


def writing(page: FlatPage, box: Box, margin_mm: float = MARGIN_MM) -> Writing:
    """The handwriting in a box of the form, cleaned and cut tight; it may be blank."""
    area = Area.around(box, margin_mm, page.text)
    cleaned, pale = pen_only(without_print(page, area))
    found = ink(cleaned)
    if found[area.inner(box)].sum() < SPECK_MM2 * _PX_PER_MM2:
        return _nothing(area, 0.0)
    kept, lost = _own_strokes(found, area.inner(box))
    lost_mm2 = (lost + pale) / _PX_PER_MM2
    gone = struck(kept)
    kept = _without_stray_dots(kept & ~gone)
    if not kept.any():
        return _nothing(area, lost_mm2, bool(gone.any()))
    return _cut(cleaned, kept, area, lost_mm2, bool(gone.any()))


def _nothing(area: Area, lost_mm2: float, is_struck: bool = False) -> Writing:
    return Writing(np.full((1, 1), PAPER, np.uint8), area.left, area.top, 0.0, lost_mm2, is_struck)


def _cut(cleaned: Pixels, kept: Pixels, area: Area, lost_mm2: float, is_struck: bool) -> Writing:
    """The kept strokes on white paper, as tight as they are."""
    # The grey rim of the strokes is kept, since the model was trained on grey pictures.
    shown = np.where(cv2.dilate(kept, np.ones((5, 5), np.uint8)) > 0, cleaned, PAPER).astype(np.uint8)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    left, top = area.left + int(columns[0]), area.top + int(rows[0])
    return Writing(shown[cut], left, top, float(kept.sum()) / _PX_PER_MM2, lost_mm2, is_struck)


def without_print(page: FlatPage, area: Area) -> Pixels:
    """An area of the flat page with the form's own print taken away; grey as before where there was none."""
    seen, own = area.of(page.text), _own_print(page, area)
    dark = (PAPER - seen).astype(np.float32) - _PRINT_GAIN * own
    cleaned = (PAPER - np.clip(dark, 0, PAPER)).astype(np.uint8)
    return _bridged(cleaned, seen, own)


def _own_print(page: FlatPage, area: Area) -> Pixels:
    """How dark the print is (0..255), moved to where it lies on this sheet and widened a little."""
    x_mm, y_mm = (area.left + area.right) / 2 / PX_PER_MM, (area.top + area.bottom) / 2 / PX_PER_MM
    dx, dy = page.registration.landmarks.off_near(x_mm, y_mm)
    shift = shifting(dx * PX_PER_MM, dy * PX_PER_MM)[:2]
    dark = PAPER - area.of(page.blank.image)
    moved = cv2.warpAffine(dark, shift, (dark.shape[1], dark.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    return cv2.dilate(moved, np.ones((5, 5), np.uint8)).astype(np.uint8, copy=False)


def _bridged(cleaned: Pixels, seen: Pixels, own: Pixels) -> Pixels:
    """Gives strokes back where they cross a ruling: its ink stays wherever there is writing on both sides."""
    print_ink = (own > _OWN_INK_DARKER_THAN).astype(np.uint8)
    strokes = ink(cleaned)
    if not strokes.any():
        return cleaned
    reach = round(_RULING_THICKNESS_MM * PX_PER_MM) + 5
    upright = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((2 * reach + 1, 1), np.uint8))
    across = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((1, 2 * reach + 1), np.uint8))
    crossing = np.maximum(upright, across) * print_ink * ink(seen)
    return np.where(crossing > 0, seen, cleaned).astype(np.uint8)


def _own_strokes(found: Pixels, inner: tuple[slice, slice]) -> tuple[Pixels, int]:
    """The patches of ink that belong to the box (mask), and how many pixels in or near it were dropped."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    inside = np.bincount(labels[inner].ravel(), minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    keep = (inside >= 0.5 * area) & (area >= SPECK_MM2 * _PX_PER_MM2)
    keep[0] = False
    for label in np.flatnonzero(keep):
        keep[label] = not _is_ruling_left(stats[label], inner)
    touching = (inside > 0) & (area >= SPECK_MM2 * _PX_PER_MM2) & ~keep
    touching[0] = False
    return np.asarray(keep[labels], dtype=np.uint8), int(inside[touching].sum())


def _is_ruling_left(stat: cv2.typing.MatLike, inner: tuple[slice, slice]) -> bool:
    """Whether a patch is a remnant of the ruling: thin, long, at the edge of the box and along it."""
    left, top, width, height = (int(v) for v in stat[:4])
    rows, columns = inner
    edge, thin = _EDGE_MM * PX_PER_MM, _RULING_THICKNESS_MM * PX_PER_MM
    along = width > 4 * height and height <= thin
    beside = height > 4 * width and width <= thin
    at_top_or_bottom = min(abs(top + height / 2 - rows.start), abs(top + height / 2 - rows.stop)) < edge
    at_side = min(abs(left + width / 2 - columns.start), abs(left + width / 2 - columns.stop)) < edge
    return (along and at_top_or_bottom) or (beside and at_side)


def _without_stray_dots(kept: Pixels) -> Pixels:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(kept, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < _DOT_MM2 * _PX_PER_MM2
    small[0] = False
    if count <= 2 or not small.any():
        return kept
    keep = np.ones(count, bool)
    keep[0] = False
    for label in np.flatnonzero(small):
        keep[label] = _columns_apart(stats, int(label)) < _ALONE_MM * PX_PER_MM
    return np.asarray(keep[labels], dtype=np.uint8)


def _columns_apart(stats: cv2.typing.MatLike, label: int) -> float:
    """White columns between a patch and the nearest other one, in pixels; negative when they overlap."""
    left, right = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]
    others = np.arange(len(stats)) != label
    others[0] = False
    return float(np.maximum(left[others] - right[label], left[label] - right[others]).min())
