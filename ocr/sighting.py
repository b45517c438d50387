"""The ink around the options of one field, as far as it is that field's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.ink import PAPER, ink
from ocr.load import Pixels
from ocr.page_ink import page_ink
from ocr.patches import SPECK_MM2, Flags, Patches
from ocr.places import others, ownerless

_BARE_MM2 = 0.2
"""Less ink than this in all is no mark."""

_JOINED_PX = 7
"""A stroke that was cut by a letter printed under it is still one stroke."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """``boxes``: those of the options. ``patches``: strokes in ``area``, of which those in ``own`` may count.

    ``clear`` tells which of them stand apart from all print, so that nothing but a pen can have left them.
    ``traces``: dots as small as dust, apart from all print: of a pale mark a fax leaves no more.
    ``hidden``: 1 where no ink could be seen because of the print, H×W of the area.
    """

    boxes: tuple[Box, ...]
    area: Area
    patches: Patches
    own: Flags
    clear: Flags
    traces: Flags
    hidden: Pixels

    @staticmethod
    def mm2(pixels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Numbers of pixels as areas."""
        return pixels / PX_PER_MM**2


def look(page: FlatPage, boxes: Sequence[Box], reach_mm: float) -> Sighting | None:
    """The ink within reach of some boxes; None where there is none."""
    area = Area.around(_around(boxes), reach_mm, page.text)
    sheet, foreign = page_ink(page), others(page.blank, area, *boxes)
    raw = ink(area.of(sheet.cleaned))
    theirs = sum(cv2.countNonZero(raw[part]) for part in foreign)
    if cv2.countNonZero(raw) - theirs < _BARE_MM2 * PX_PER_MM**2:
        return None
    patches = _strokes(ink(sheet.without_print(area)))
    solid = patches.area >= SPECK_MM2 * PX_PER_MM**2
    printed = sheet.printed(area)
    clear = ownerless(patches, solid, foreign, printed)
    traces = ownerless(patches, ~solid & (patches.area > 0), foreign, printed)
    own = solid.copy()
    for part in foreign:
        own &= patches.within(part) < 0.5 * patches.area
    return Sighting(tuple(boxes), area, patches, own, clear, traces, ink(PAPER - printed))


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box.x_mm for box in boxes), min(box.y_mm for box in boxes)
    right, bottom = max(box.right_mm for box in boxes), max(box.bottom_mm for box in boxes)
    return Box(x_mm=left, y_mm=top, width_mm=right - left, height_mm=bottom - top)


def _strokes(found: cv2.typing.MatLike) -> Patches:
    """The patches of ink, those that nearly touch counted as one; their areas are those of the ink alone."""
    joined = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((_JOINED_PX, _JOINED_PX), np.uint8))
    patches = Patches.of(joined.astype(np.uint8, copy=False))
    labels = np.where(found > 0, patches.labels, np.uint16(0))
    area = np.bincount(labels.ravel(), minlength=len(patches.area))
    area[0] = 0
    return replace(patches, labels=labels, area=area)
