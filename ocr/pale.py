"""Strokes too pale to count as ink beside others that do: a hyphen drawn lightly, a 1 of a thin line."""

from __future__ import annotations

import numpy as np

from ocr.flat import PX_PER_MM
from ocr.load import Pixels
from ocr.page_ink import FAINT
from ocr.patches import Patches
from ocr.places import Part

_DARKEST_BELOW = 178
"""A stroke that is nowhere darker than this is show-through, or the grain of the paper."""

_LEAST_MM2, _BESIDE_MM = 0.12, 2.5
"""The smallest such stroke, and how far from other writing it may stand."""

_TIMES_AS_MUCH = 2.5
"""A stroke is shown with its pale parts if they are no more than this times what counts as ink."""

_MOST = 6
"""So many in one box are no strokes but a tint or dirt."""


def pale_signs(cleaned: Pixels, shown: Pixels, dropped: Pixels, inner: Part) -> Pixels:
    """1 where pale strokes, and pale parts of others, stand in a box beside its writing; all uint8 H×W.

    ``cleaned``: grey, without print. ``shown``: 1 where the writing is. ``dropped``: 1 where ink is that was
    seen and does not belong to it.
    """
    patches = Patches.of((cleaned < FAINT).astype(np.uint8))
    written, elsewhere = patches.marked(shown), patches.marked(dropped) > 0
    inside = patches.within(inner) >= 0.5 * patches.area
    whole = inside & (written > 0) & ~elsewhere & (patches.area <= _TIMES_AS_MUCH * written)
    loose = inside & (written == 0) & ~elsewhere & (patches.area >= _LEAST_MM2 * PX_PER_MM**2)
    loose &= patches.marked((cleaned < _DARKEST_BELOW).astype(np.uint8)) > 0
    if loose.any():
        loose[loose] = patches.columns_apart(loose, written > 0) <= _BESIDE_MM * PX_PER_MM
    return patches.mask(whole | loose if loose.sum() < _MOST else whole)
