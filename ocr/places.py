"""Whose ink is whose: the places of a form in which somebody writes, ticks, circles or stamps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box, Field, Kind
from ocr.blank import Blank
from ocr.flat import PX_PER_MM, Area
from ocr.ink import PAPER, ink
from ocr.load import Pixels
from ocr.patches import Flags, Patches

Part = tuple[slice, slice]
"""Rows and columns of an area."""

_AROUND_MM = 1.8
"""A ring runs around its word, and a tick beyond its square, by about this much."""

_MOSTLY = 0.5
"""Ink of which more than this share lies in a field belongs to it."""

_NEAR_PRINT_PX, _LEFT_OVER = 3, 0.85
"""Ink of which more than this share lies so near to print is what was left of that."""

_SAME = 0.5
"""Two places that share more than this of the smaller one belong together, as a comb and its cells do."""

_PLACES: WeakKeyDictionary[Blank, npt.NDArray[np.float64]] = WeakKeyDictionary()
"""Left, top, right and bottom in mm of every place of a blank; kept while the blank itself is kept."""


def others(blank: Blank, area: Area, *boxes: Box) -> list[Part]:
    """The parts of an area in which the ink belongs to other fields than those of the boxes."""
    places = _places(blank)
    origin = np.array([area.left, area.top] * 2)
    left, top, right, bottom = (np.round(places * PX_PER_MM).astype(int) - origin).T
    foreign = (left < area.right - area.left) & (right > 0) & (top < area.bottom - area.top) & (bottom > 0)
    for box in boxes:
        foreign &= ~_shared(places, box)
    return [
        (slice(max(top[n], 0), bottom[n]), slice(max(left[n], 0), right[n])) for n in np.flatnonzero(foreign)
    ]


def ownerless(patches: Patches, maybe: Flags, foreign: Sequence[Part], printed: Pixels) -> Flags:
    """Those patches that lie in no other field and are not what the print left over.

    ``printed``: how much was taken away for it, H×W of the area.
    """
    found = maybe.copy()
    for part in foreign:
        found &= patches.within(part) < _MOSTLY * patches.area
    wide = 2 * _NEAR_PRINT_PX + 1
    near_print = cv2.dilate(ink(PAPER - printed), np.ones((wide, wide), np.uint8)) > 0
    beside_print = np.bincount(patches.labels[near_print], minlength=len(patches.area))
    return np.asarray(found & (beside_print < _LEFT_OVER * patches.area))


def _shared(places: npt.NDArray[np.float64], box: Box) -> npt.NDArray[np.bool_]:
    left, top, right, bottom = places.T
    across = np.minimum(right, box.right_mm) - np.maximum(left, box.x_mm)
    down = np.minimum(bottom, box.bottom_mm) - np.maximum(top, box.y_mm)
    smaller = np.minimum((right - left) * (bottom - top), box.width_mm * box.height_mm)
    return np.asarray(np.clip(across, 0, None) * np.clip(down, 0, None) > _SAME * smaller)


def _places(blank: Blank) -> npt.NDArray[np.float64]:
    found = _PLACES.get(blank)
    if found is None:
        fields = (field for field in blank.form.fields if field.page == blank.page)
        found = _PLACES[blank] = np.array([place for field in fields for place in _of(field)]).reshape(-1, 4)
    return found


def _of(field: Field) -> Iterator[tuple[float, float, float, float]]:
    for box in field.cell_boxes or tuple(field.parts.values()):
        yield _frame(box, 0.0)
    for option in field.options:
        yield _frame(option.box, _AROUND_MM)
    if not (field.cell_boxes or field.parts or field.options):
        yield _frame(field.box, _AROUND_MM if field.kind is Kind.STAMP else 0.0)


def _frame(box: Box, around_mm: float) -> tuple[float, float, float, float]:
    return box.x_mm - around_mm, box.y_mm - around_mm, box.right_mm + around_mm, box.bottom_mm + around_mm
