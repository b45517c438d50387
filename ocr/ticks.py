"""How strongly each of a field's little squares is ticked, crossed or filled, and which was crossed out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forms.definition import Box
from ocr.flat import PX_PER_MM
from ocr.patches import Flags
from ocr.sighting import Sighting

Numbers = npt.NDArray[np.float64]

REACH_MM = 3.0
"""How far from its square a tick is looked for."""

_MARGIN_MM = 0.6
_NONE_MM2, _SURE_MM2 = 0.2, 0.8
"""Ink in a box below the first is no tick, above the second is one; between them nobody can be sure."""

_HIT_MM2, _WHOLE = 0.1, 4.0
"""A stroke that hits a box by the first counts with all of its ink, up to so many times what lies inside."""

_SHARED = 0.5
"""A stroke through two boxes counts for the second one too if so much of it lies there as in the first."""

_BESIDE_MM = 2.2
_BESIDE_NONE_MM2, _BESIDE_SURE_MM2, _BESIDE_STRENGTH = 0.5, 2.0, 0.85
"""A stroke that misses every box is a tick of one so near, but never quite surely."""

_OVER_PRINT_MM, _OVER_PRINT_STRENGTH = 5.0, 0.4
_OVER_PRINT_NONE_MM2, _OVER_PRINT_SURE_MM2 = 0.2, 0.5
"""Pieces of a stroke over the words beside a box may be a tick that went astray; of 765 blank fields none had
so much of them as the first."""

_TRACE_NONE, _TRACE_SURE, _TRACE_STRENGTH = 4, 10, 0.4
"""So many dots in a box that is not ticked may be what is left of a pale tick."""

_RATIO_NONE, _RATIO_SURE = 1.3, 2.5
"""A tick that was crossed out has so many times the ink of one that was not."""

_OVER_MM, _LINES = 0.6, 0.4
"""Lines through a box run over it by so much on both sides, which few ticks do; how much that says."""


def strengths(sighting: Sighting) -> tuple[Numbers, Numbers]:
    """For each option, from 0 to 1: how surely it is marked, and how surely that mark was crossed out."""
    counted = _counted(sighting)
    area = sighting.patches.area
    beside = _beside(sighting, np.asarray(counted.any(axis=0)))
    marked = np.maximum(
        _share(sighting.mm2(counted.sum(axis=1)), _NONE_MM2, _SURE_MM2),
        _BESIDE_STRENGTH
        * _share(sighting.mm2((beside * area).sum(axis=1)), _BESIDE_NONE_MM2, _BESIDE_SURE_MM2),
    )
    if marked.max() < 0.5:
        marked = np.maximum(marked, np.maximum(_traced(sighting), _over_print(sighting)))
    return marked, _crossed_out(sighting, (counted > 0) | beside, marked)


def _counted(sighting: Sighting) -> Numbers:
    """How much of each patch counts for each box (options × patches)."""
    patches = sighting.patches
    parts = [sighting.area.inner(_grown(box, _MARGIN_MM)) for box in sighting.boxes]
    inside = np.array([patches.within(part) for part in parts])
    inside[inside < _HIT_MM2 * PX_PER_MM**2] = 0
    counted = np.minimum(patches.area, _WHOLE * inside)
    # What goes around the middle of a box is meant for it, even where it touches another one.
    around = np.array([_surrounds(sighting, box) for box in sighting.boxes])
    counted[around] = np.broadcast_to(patches.area, counted.shape)[around]
    inside = np.where(around, patches.area, inside)
    return np.where(inside >= _SHARED * inside.max(axis=0), counted, 0) * sighting.clear


def _surrounds(sighting: Sighting, box: Box) -> Flags:
    """Which patches have the middle of a box within their frame."""
    rows, columns = sighting.area.inner(box)
    x, y = (columns.start + columns.stop) / 2, (rows.start + rows.stop) / 2
    patches = sighting.patches
    return np.asarray((patches.left < x) & (x < patches.right) & (patches.top < y) & (y < patches.bottom))


def _traced(sighting: Sighting) -> Numbers:
    """How far each box may have been ticked by a pen of which only dots are left; never quite."""
    patches, dots = sighting.patches, []
    for box in sighting.boxes:
        part = sighting.area.inner(_grown(box, _MARGIN_MM))
        dots.append(float(np.count_nonzero(sighting.traces & (patches.within(part) > 0))))
    return _TRACE_STRENGTH * _share(np.array(dots), _TRACE_NONE, _TRACE_SURE)


def _beside(sighting: Sighting, hit: Flags) -> npt.NDArray[np.bool_]:
    """Which patches that hit no box mark which of them (options × patches): the nearest one."""
    patches = sighting.patches
    gaps = np.array([_gaps(sighting, box) for box in sighting.boxes])
    near = (gaps <= _BESIDE_MM * PX_PER_MM) & (gaps == gaps.min(axis=0))
    strokes = sighting.clear & ~hit & (patches.area >= _BESIDE_NONE_MM2 * PX_PER_MM**2)
    return np.asarray(near & strokes)


def _over_print(sighting: Sighting) -> Numbers:
    """How far each box may have been meant by a stroke that hides in the print near it; never quite."""
    gaps = np.array([_gaps(sighting, box) for box in sighting.boxes])
    near = (gaps <= _OVER_PRINT_MM * PX_PER_MM) & (gaps == gaps.min(axis=0))
    amounts = sighting.mm2((near * sighting.own * ~sighting.clear * sighting.patches.area).sum(axis=1))
    return _OVER_PRINT_STRENGTH * _share(amounts, _OVER_PRINT_NONE_MM2, _OVER_PRINT_SURE_MM2)


def _gaps(sighting: Sighting, box: Box) -> Numbers:
    """White between each patch's frame and a box, in pixels."""
    rows, columns = sighting.area.inner(box)
    patches = sighting.patches
    across = np.maximum(columns.start - patches.right, patches.left - columns.stop)
    down = np.maximum(rows.start - patches.bottom, patches.top - rows.stop)
    return np.asarray(np.maximum(np.maximum(across, down), 0), np.float64)


def _crossed_out(sighting: Sighting, whose: npt.NDArray[np.bool_], marked: Numbers) -> Numbers:
    """How surely (0..1) each mark was crossed out, seen beside the slightest mark of the field."""
    amounts = (whose * sighting.patches.area).sum(axis=1)
    least = amounts[marked >= 0.5].min(initial=amounts.max())
    ratio = _share(amounts / max(least, 1), _RATIO_NONE, _RATIO_SURE)
    lines = [_runs_over(sighting, box, own) for box, own in zip(sighting.boxes, whose, strict=True)]
    return np.clip(ratio + _LINES * np.array(lines), 0, 1) * (ratio > 0)


def _runs_over(sighting: Sighting, box: Box, own: Flags) -> bool:
    """Whether the marks of a box run over it on the left and on the right."""
    if not own.any():
        return False
    _, columns = sighting.area.inner(box)
    left, right = sighting.patches.left[own].min(), sighting.patches.right[own].max()
    over = _OVER_MM * PX_PER_MM
    return bool(left < columns.start - over and right > columns.stop + over)


def _grown(box: Box, by_mm: float) -> Box:
    return Box(
        x_mm=box.x_mm - by_mm,
        y_mm=box.y_mm - by_mm,
        width_mm=box.width_mm + 2 * by_mm,
        height_mm=box.height_mm + 2 * by_mm,
    )


def _share(amounts: Numbers, none: float, sure: float) -> Numbers:
    return np.clip((amounts - none) / (sure - none), 0.0, 1.0)
