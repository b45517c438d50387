"""Whether an empty box tells anything: not on a sheet written beside its boxes, or one that lost its ink."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box
from ocr.blank import Blank
from ocr.evidence import Evidence
from ocr.flat import PX_PER_MM, FlatPage
from ocr.page_ink import page_ink

_SHRINK = 4
_AROUND_MM, _EDGE_MM = 1.0, 8.0
"""Writing this far around a box is the box's; at the edge of the page lies what the scanner adds."""

_SHARE = 0.3
"""Ordinary sheets have under a hundredth of their writing in no field, those written beside the boxes all."""

_THIN = 200
"""A thin stroke is no darker than this on the shrunken page."""

_LEAST_MM2 = 25.0
_TRACED, _FEW = 0.85, 2
"""So many empty boxes of which less than the first share is kept are no coincidence."""

_DOUBT = 0.1
"""How much is kept (``Signs.kept``) of what may stand beside an empty box."""

_ELSEWHERE: WeakKeyDictionary[Blank, npt.NDArray[np.bool_]] = WeakKeyDictionary()


def doubted(page: FlatPage, seen: dict[str, Evidence]) -> dict[str, Evidence]:
    """The evidence of a page; all that is blank is doubted where much of the writing stands in no field, or
    where several empty boxes hold traces of writing that is lost."""
    if not _has_lost_its_ink(seen) and not _written_elsewhere(page):
        return seen
    return {
        field_id: replace(evidence, signs=replace(evidence.signs, kept=_DOUBT, weakest=_DOUBT))
        if evidence.blank
        else evidence
        for field_id, evidence in seen.items()
    }


def _has_lost_its_ink(seen: Mapping[str, Evidence]) -> bool:
    traces = sum(evidence.blank and evidence.signs.kept < _TRACED for evidence in seen.values())
    return traces >= _FEW


def _written_elsewhere(page: FlatPage) -> bool:
    cleaned = page_ink(page).cleaned
    shrunk = cv2.resize(cleaned, None, fx=1 / _SHRINK, fy=1 / _SHRINK, interpolation=cv2.INTER_AREA)
    small = shrunk < _THIN
    mm2 = (_SHRINK / PX_PER_MM) ** 2
    nowhere_mm2 = float(small[_no_field(page.blank, small.shape)].sum()) * mm2
    return nowhere_mm2 > max(_LEAST_MM2, _SHARE * float(small.sum()) * mm2)


def _no_field(blank: Blank, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Where on a shrunken page no field is (mask), made once for a blank."""
    if blank not in _ELSEWHERE:
        per_mm = PX_PER_MM / _SHRINK
        free, edge = np.zeros(shape, bool), round(_EDGE_MM * per_mm)
        free[edge:-edge, edge:-edge] = True
        for field in blank.form.fields:
            for box in (field.box, *field.parts.values(), *(option.box for option in field.options)):
                free[_part(box, per_mm)] = False
        _ELSEWHERE[blank] = free
    return _ELSEWHERE[blank]


def _part(box: Box, per_mm: float) -> tuple[slice, slice]:
    top, left = box.y_mm - _AROUND_MM, box.x_mm - _AROUND_MM
    bottom, right = box.bottom_mm + _AROUND_MM, box.right_mm + _AROUND_MM
    return (
        slice(max(round(top * per_mm), 0), round(bottom * per_mm)),
        slice(max(round(left * per_mm), 0), round(right * per_mm)),
    )
