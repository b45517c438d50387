"""Ticks, circled words and stamps: ink against what is printed there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from forms.definition import Box, Field, Kind, Option
from ocr.clean import SPECK_MM2
from ocr.evidence import Evidence, Signs
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.ink import ink
from ocr.load import Pixels
from ocr.page_ink import page_ink

_TICK_MARGIN_MM = 0.6
_TICK_NONE_MM2, _TICK_SURE_MM2 = 0.25, 1.1
"""Ink in a box below the first is no tick, above the second is one; between them nobody can be sure."""

_RING_MARGIN_MM = 2.2
_RING_INNER, _RING_OUTER = 0.62, 1.65
"""Where the stroke around a word runs, in halves of the word's box."""

_SECTORS = 24
_RING_NONE, _RING_SURE = 0.40, 0.75
"""Share of the directions around a word in which there is ink; a neighbour's circle gives up to a third."""

_STAMP_NONE_MM2, _STAMP_SURE_MM2 = 1.5, 6.0


@dataclass(frozen=True)
class Mark:
    """One option: ``strength`` from 0 (surely not marked) to 1 (surely marked); marked from 0.5 on."""

    value: str
    strength: float

    @property
    def marked(self) -> bool:
        return self.strength >= 0.5


def tick(page: FlatPage, option: Option) -> Mark:
    """Whether a little square is ticked, crossed or filled."""
    area = Area.around(option.box, _TICK_MARGIN_MM, page.text)
    found = _without_specks(ink(page_ink(page).without_print(area)))
    amount_mm2 = float(found.sum()) / PX_PER_MM**2
    return Mark(option.value, _strength(amount_mm2, _TICK_NONE_MM2, _TICK_SURE_MM2))


def circled(page: FlatPage, option: Option) -> Mark:
    """Whether a printed word is ringed: ink in most directions around it."""
    area = Area.around(option.box, _RING_MARGIN_MM, page.text)
    found = _without_specks(ink(page_ink(page).without_print(area)))
    return Mark(option.value, _strength(_surrounded(found, area, option.box), _RING_NONE, _RING_SURE))


def _surrounded(found: Pixels, area: Area, box: Box) -> float:
    """Share (0..1) of directions from the word's middle in which ink lies where a ring runs."""
    rows, columns = np.nonzero(found)
    middle_x = (box.x_mm + box.width_mm / 2) * PX_PER_MM - area.left
    middle_y = (box.y_mm + box.height_mm / 2) * PX_PER_MM - area.top
    x = (columns - middle_x) / (box.width_mm / 2 * PX_PER_MM)
    y = (rows - middle_y) / (box.height_mm / 2 * PX_PER_MM)
    radius = np.hypot(x, y)
    near = (radius > _RING_INNER) & (radius < _RING_OUTER)
    sectors = ((np.arctan2(y[near], x[near]) / (2 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    return len(np.unique(sectors)) / _SECTORS


def stamp(page: FlatPage, box: Box) -> Mark:
    """Whether something is stamped (red) or written in an office box."""
    area = Area.around(box, 0.0, page.text)
    found = _without_specks(ink(page_ink(page).without_print(area)) | area.of(page.red))
    amount_mm2 = float(found.sum()) / PX_PER_MM**2
    return Mark("1", _strength(amount_mm2, _STAMP_NONE_MM2, _STAMP_SURE_MM2))


def _strength(amount: float, none: float, sure: float) -> float:
    return float(np.clip((amount - none) / (sure - none), 0.0, 1.0))


def _without_specks(found: Pixels) -> Pixels:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= SPECK_MM2 * PX_PER_MM**2
    large[0] = False
    return np.asarray(large[labels], dtype=np.uint8)


def read(page: FlatPage, field: Field) -> Evidence:
    """What is ticked, circled or stamped in a field: option values joined by a comma, or ``1`` for a stamp.

    Two marks where one is asked for are both given; that they cannot both be meant is found by parsing.
    """
    if field.kind is Kind.STAMP:
        marks = [stamp(page, field.box)]
    else:
        look = tick if field.kind is Kind.TICKS else circled
        marks = [look(page, option) for option in field.options]
    chosen = [mark.value for mark in marks if mark.marked]
    clearness = min(abs(2 * mark.strength - 1) for mark in marks)
    return Evidence(",".join(chosen), not chosen, "marks", Signs(weakest=clearness, length=len(chosen)))
