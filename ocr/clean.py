"""What a person wrote in a box: the picture less the form's own print, neighbours' strokes and specks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from forms.definition import Box
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.ink import PAPER, ink
from ocr.inks import pen_only
from ocr.load import Pixels
from ocr.page_ink import FAINT, page_ink
from ocr.pale import pale_signs
from ocr.patches import SPECK_MM2, Flags, Numbers, Patches
from ocr.places import Part, others, ownerless
from ocr.strikes import struck

MARGIN_MM = 2.0
"""How far around a box is looked for writing that leaves it."""

BLANK_BELOW_MM2 = 0.5
"""A box with less ink than this is blank; the smallest entry, a 1, has 0.6 mm² and more."""

_PX_PER_MM2 = PX_PER_MM**2
_DOT_MM2, _ALONE_MM = 0.6, 4.0
"""A patch smaller than the first and further than the second from all other ink was not written."""

_SMALLEST_SIGN_MM2, _BESIDE_MM = 0.02, 0.4
_MANY_DOTS, _TRACES_WEIGH = 5, 4.0
"""So many dots in one box are no dust; each stands for several times the ink that is left of it."""

_GRAIN_PX, _FAINT_ENTRY_MM2 = 3, 1.0
"""Faint pixels by themselves are the scanner's grain; less of what is left than this was not written."""

_EDGE_MM = 0.8
_RULING_THICKNESS_MM = 0.45
_RIM_PX, _NO_CELL_MM = 8, 15.0
"""A ruling that lies askew ends so near to the box's edges; in narrower boxes it might be a 1."""

_HAIR_MM, _HAIR_HIGH_MM = 0.2, 1.5
"""Hardly a pen draws upright lines so thin (the first) and longer than the second; dirt on the glass does."""

_FAR_MM = 6.0
"""How far it is followed once it is known to leave the box."""

_STEP_MM, _STRAYED_MM2 = 1.2, 0.3
"""What stands outside belongs to an entry if it is no further from it than this, and no smaller."""

_OWNERLESS_MM2 = 1.5
"""So much ink beside an empty box, in no other field, leaves it doubtful that the box is blank."""

_FEW, _BLOT_MM, _FILLED = 2, 1.7, 0.55
"""So few strokes are no entry if all are smaller than this and fill so much of their frames …"""

_AT_EDGE_MM, _SHALLOW, _HANGING_MM = 0.6, 0.5, 0.9
"""… or if all begin at the box's edge, go no deeper than this share of it, and go on so near outside."""


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

    outside: bool = False
    """Some of it stands outside of the box, where no other field is."""

    @property
    def blank(self) -> bool:
        return self.ink_mm2 < BLANK_BELOW_MM2


def writing(page: FlatPage, box: Box, margin_mm: float = MARGIN_MM) -> Writing:
    """The handwriting in a box of the form, cleaned and cut tight; it may be blank."""
    area = Area.around(box, margin_mm, page.text)
    sheet, inner = page_ink(page), area.inner(box)
    raw = ink(area.of(sheet.cleaned))
    if _is_bare(raw, inner, []):
        return _nothing(area, _faint_mm2(area.of(sheet.cleaned)[inner]))
    foreign = others(page.blank, area, box)
    if _is_bare(raw, inner, foreign):
        return _nothing(area, _faint_mm2(area.of(sheet.cleaned)[inner]))
    cleaned, pale = pen_only(sheet.without_print(area))
    patches = Patches.of(ink(cleaned))
    solid = _written(patches, inner)
    inside = patches.within(inner)
    own = solid & (inside >= 0.5 * patches.area)
    strayed = solid & ~own & (patches.area >= _STRAYED_MM2 * _PX_PER_MM2)
    if strayed.any():
        strayed = ownerless(patches, strayed, foreign, sheet.printed(area))
    followed = _followed(patches, own, strayed)
    if followed.any() and margin_mm < _FAR_MM:
        return writing(page, box, _FAR_MM)
    lost = inside[solid & ~own & ~followed].sum() if own.any() else patches.area[strayed].sum()
    lost_mm2 = float(lost + pale) / _PX_PER_MM2
    gone = struck(patches, own | followed)
    kept = _without_stray_dots(patches, (own | followed) & ~gone)
    if not kept.any() or _is_blot(patches, kept) or _hangs_in(patches, kept, inner):
        lost_mm2 += float(patches.area[kept].sum()) / _PX_PER_MM2 + _traces_mm2(patches, inside)
        return _nothing(area, lost_mm2, bool(gone.any()))
    shown = patches.mask(kept | _small_signs(patches, kept, inside))
    dropped = patches.mask(solid & ~kept)
    written = _cut(cleaned, shown | pale_signs(cleaned, shown, dropped, inner), area, lost_mm2)
    outside_mm2 = patches.area[kept & followed].sum() / _PX_PER_MM2
    return replace(written, struck=bool(gone.any()), outside=bool(outside_mm2 > BLANK_BELOW_MM2))


def _faint_mm2(cleaned: Pixels) -> float:
    """What a bare box holds that is darker than paper and too faint for ink: a pen that has run dry."""
    faint = cv2.blur(cleaned, (_GRAIN_PX, _GRAIN_PX)) < FAINT
    found_mm2 = float(np.count_nonzero(faint)) / _PX_PER_MM2
    return found_mm2 if found_mm2 > _FAINT_ENTRY_MM2 else 0.0


def _is_bare(found: Pixels, inner: Part, foreign: list[Part]) -> bool:
    """Whether there is no ink in the box, nor much beside it that belongs to no other field."""
    in_box = cv2.countNonZero(found[inner])
    if in_box >= SPECK_MM2 * _PX_PER_MM2:
        return False
    beside = cv2.countNonZero(found) - in_box - sum(cv2.countNonZero(found[part]) for part in foreign)
    return beside < _OWNERLESS_MM2 * _PX_PER_MM2


def _nothing(area: Area, lost_mm2: float, is_struck: bool = False) -> Writing:
    return Writing(np.full((1, 1), PAPER, np.uint8), area.left, area.top, 0.0, lost_mm2, is_struck)


def _cut(cleaned: Pixels, kept: Pixels, area: Area, lost_mm2: float) -> Writing:
    """The kept strokes on white paper, as tight as they are."""
    # The grey rim of the strokes is kept, since the model was trained on grey pictures.
    shown = np.where(cv2.dilate(kept, np.ones((5, 5), np.uint8)) > 0, cleaned, PAPER).astype(np.uint8)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    left, top = area.left + int(columns[0]), area.top + int(rows[0])
    return Writing(shown[cut], left, top, cv2.countNonZero(kept) / _PX_PER_MM2, lost_mm2)


def _written(patches: Patches, inner: Part) -> Flags:
    """The patches that are neither dust nor hairlines nor left over from a ruling."""
    hair = (patches.height > _HAIR_HIGH_MM * PX_PER_MM) & (patches.width < 2 * _HAIR_MM * PX_PER_MM)
    hair &= patches.area < _HAIR_MM * PX_PER_MM * patches.height
    # A streak's pieces run into the box from outside; what stands well inside may be a thin 1.
    rows, _ = inner
    hair &= (patches.top <= rows.start + _RIM_PX) | (patches.bottom >= rows.stop - _RIM_PX)
    return (patches.area >= SPECK_MM2 * _PX_PER_MM2) & ~_ruling_left(patches, inner) & ~hair


def _ruling_left(patches: Patches, inner: Part) -> Flags:
    """The patches that are remnants of the ruling: thin, long, at the edge of the box and along it."""
    rows, columns = inner
    edge, thin = _EDGE_MM * PX_PER_MM, _RULING_THICKNESS_MM * PX_PER_MM
    along = (patches.width > 4 * patches.height) & (patches.height <= thin)
    beside = (patches.height > 4 * patches.width) & (patches.width <= thin)
    y, x = patches.top + patches.height / 2, patches.left + patches.width / 2
    at_top_or_bottom = np.minimum(abs(y - rows.start), abs(y - rows.stop)) < edge
    at_side = np.minimum(abs(x - columns.start), abs(x - columns.stop)) < edge
    # One that lies askew, where the paper curls, still runs from edge to edge.
    through = (patches.top <= rows.start + _RIM_PX) & (patches.bottom >= rows.stop - _RIM_PX)
    straight = (patches.area < thin * patches.height) & (patches.width < 2 * thin)
    askew = through & straight & (np.minimum(abs(x - columns.start), abs(x - columns.stop)) < 2 * edge)
    askew &= columns.stop - columns.start > _NO_CELL_MM * PX_PER_MM
    return np.asarray((along & at_top_or_bottom) | (beside & at_side) | askew)


def _followed(patches: Patches, own: Flags, strayed: Flags) -> Flags:
    """The ownerless patches that go on where the box's own leave off, from one to the next."""
    followed = np.zeros_like(own)
    while own.any() and (left := strayed & ~followed).any():
        near = patches.gaps(left, own | followed) <= _STEP_MM * PX_PER_MM
        if not near.any():
            break
        followed[np.flatnonzero(left)[near]] = True
    return followed


def _is_blot(patches: Patches, kept: Flags) -> bool:
    """Whether all that is left is a lone blot: small and filled, where a small digit is not."""
    size = np.maximum(patches.width, patches.height)[kept]
    filled = patches.area[kept] / (patches.width * patches.height)[kept]
    return len(size) <= _FEW and bool(size.max() < _BLOT_MM * PX_PER_MM and filled.min() > _FILLED)


def _hangs_in(patches: Patches, kept: Flags, inner: Part) -> bool:
    """Whether all that is left is shallow and goes on just outside of the box, as a neighbour's ring does."""
    if kept.sum() > _FEW:
        return False
    rows, columns = inner
    high = rows.stop - rows.start
    edge = _AT_EDGE_MM * PX_PER_MM
    hanging = (patches.top < rows.start + edge) & (patches.bottom < rows.start + _SHALLOW * high)
    hanging |= (patches.bottom > rows.stop - edge) & (patches.top > rows.stop - _SHALLOW * high)
    if columns.stop - columns.start > _NO_CELL_MM * PX_PER_MM:
        shallow = _SHALLOW * high
        hanging |= (patches.left < columns.start + edge) & (patches.right < columns.start + shallow)
        hanging |= (patches.right > columns.stop - edge) & (patches.left > columns.stop - shallow)
    outside = (patches.area >= SPECK_MM2 * _PX_PER_MM2) & ~kept & (patches.within(inner) < 0.5 * patches.area)
    return bool(hanging[kept].all() and patches.gaps(kept, outside).max() < _HANGING_MM * PX_PER_MM)


def _small_signs(patches: Patches, kept: Flags, inside: Numbers) -> Flags:
    """Patches as small as dust that stand right beside writing: the two strokes of a dakuten, a full stop."""
    least, most = _SMALLEST_SIGN_MM2 * _PX_PER_MM2, SPECK_MM2 * _PX_PER_MM2
    small = (patches.area >= least) & (patches.area < most) & (inside >= 0.5 * patches.area)
    small[small] = patches.gaps(small, kept) <= _BESIDE_MM * PX_PER_MM
    return np.asarray(small & ~kept)


def _traces_mm2(patches: Patches, inside: Numbers) -> float:
    """What a bare box holds in many dots: writing of which a fax has left no more; 0 for ordinary dust."""
    dots = (inside > 0) & (patches.area < SPECK_MM2 * _PX_PER_MM2)
    return float(inside[dots].sum()) / _PX_PER_MM2 * _TRACES_WEIGH if dots.sum() >= _MANY_DOTS else 0.0


def _without_stray_dots(patches: Patches, kept: Flags) -> Flags:
    small = kept & (patches.area < _DOT_MM2 * _PX_PER_MM2)
    if kept.sum() < 2 or not small.any():
        return kept
    near = kept.copy()
    near[small] = patches.columns_apart(small, kept) < _ALONE_MM * PX_PER_MM
    return near
