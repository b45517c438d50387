"""Ticks, circled words and stamps: what a person marked, decided among the options of a field together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box, Field, Kind, Option
from ocr import rings, ticks
from ocr.evidence import Evidence, Signs
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.page_ink import page_ink
from ocr.patches import SPECK_MM2, Patches
from ocr.places import ownerless
from ocr.sighting import look

Numbers = npt.NDArray[np.float64]

_STAMP_NONE_MM2, _STAMP_SURE_MM2 = 3.0, 8.0
_STAMP_DARKER = 26
"""A seal pressed lightly is hardly darker than the paper, by so many grey levels; smudges leave less than the
first area, the palest seal about the second."""

_DOUBTED = 0.1
"""Of a thousand marks that were read right, fifteen have a strength so far from 0 or 1: they can be asked."""

_CANCELLED = 0.5
_CANCELLED_AT_MOST = 0.3
_ALONE_DOUBT = 0.4
_LEAD, _BEHIND = 0.35, 0.35
"""By so much the strongest mark must lead to be the only one; what is then left of the others."""


@dataclass(frozen=True)
class Mark:
    """One option: ``strength`` from 0 (surely not marked) to 1 (surely marked); marked from 0.5 on."""

    value: str
    strength: float

    @property
    def marked(self) -> bool:
        return self.strength >= 0.5


def read(page: FlatPage, field: Field) -> Evidence:
    """What is ticked, circled or stamped in a field: option values joined by a comma, or ``1`` for a stamp.

    Two marks where one is asked for are both given, unless one of them was crossed out; that they cannot
    both be meant is found by parsing.
    """
    if field.kind is Kind.STAMP:
        marks: tuple[Mark, ...] = (stamp(page, field.box),)
    elif field.kind is Kind.TICKS:
        marks = ticked(page, field.options, several=field.multiple)
    else:
        marks = circles(page, field.options)
    chosen = [mark.value for mark in marks if mark.marked]
    doubt = max(min(mark.strength, 1 - mark.strength) for mark in marks)
    clearness = 1 - min(doubt / _DOUBTED, 1.0)
    return Evidence(",".join(chosen), not chosen, "marks", Signs(weakest=clearness, length=len(chosen)))


def ticked(page: FlatPage, options: Sequence[Option], several: bool = False) -> tuple[Mark, ...]:
    """Which of a field's little squares are ticked, crossed or filled; one of them, or ``several``."""
    sighting = look(page, [option.box for option in options], ticks.REACH_MM)
    if sighting is None:
        return _marks(options, np.zeros(len(options)))
    strengths, crossed_out = ticks.strengths(sighting)
    return _marks(options, strengths if several else _settled(strengths, crossed_out))


def circles(page: FlatPage, options: Sequence[Option]) -> tuple[Mark, ...]:
    """Which of a field's printed words is ringed; one of them is asked for."""
    sighting = look(page, [option.box for option in options], rings.REACH_MM)
    if sighting is None:
        return _marks(options, np.zeros(len(options)))
    return _marks(options, _settled(*rings.strengths(sighting)))


def circled(page: FlatPage, option: Option) -> Mark:
    """Whether a printed word is ringed, whatever is marked beside it."""
    return circles(page, (option,))[0]


def stamp(page: FlatPage, box: Box) -> Mark:
    """Whether something is stamped (red or grey, dark or pale) or written in an office box."""
    area = Area.around(box, 0.0, page.text)
    sheet = page_ink(page)
    grey = cv2.blur(sheet.without_print(area), (3, 3))
    pale = (grey < np.median(grey) - _STAMP_DARKER).astype(np.uint8) | area.of(page.red)
    patches = Patches.of(pale)
    solid = ownerless(patches, patches.area >= SPECK_MM2 * PX_PER_MM**2, (), sheet.printed(area))
    amount = patches.area[solid].sum() / PX_PER_MM**2
    strength = np.clip((amount - _STAMP_NONE_MM2) / (_STAMP_SURE_MM2 - _STAMP_NONE_MM2), 0, 1)
    return Mark("1", float(strength))


def _marks(options: Sequence[Option], strengths: Numbers) -> tuple[Mark, ...]:
    return tuple(Mark(o.value, float(strength)) for o, strength in zip(options, strengths, strict=True))


def _settled(strengths: Numbers, crossed_out: Numbers) -> Numbers:
    """The strengths where one mark is meant: none that was crossed out, nor one far behind another."""
    settled, marked = strengths.copy(), strengths >= 0.5
    if marked.sum() == 1:
        return settled - _ALONE_DOUBT * crossed_out * marked
    cancelled = marked & (crossed_out - crossed_out[marked].min(initial=1) >= _CANCELLED)
    settled[cancelled] = np.minimum(1 - crossed_out[cancelled], _CANCELLED_AT_MOST)
    behind = marked & ~cancelled & (settled < settled.max() - _LEAD)
    settled[behind] = _BEHIND
    return settled
