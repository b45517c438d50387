"""Whether a form laid over a page can be trusted; the reason why not is raised."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Field, Page
from ocr.blank import LANDMARK_DPI, Blank, to_mm
from ocr.errors import PoorFit, SheetCut
from ocr.geometry import MM_PER_INCH, Points, Transform, moved, px_per_mm
from ocr.load import Pixels
from ocr.register import Flags, Laid, Registration, lay, turned_degrees, upright

MAX_FIT_MM = 0.35
"""Largest root mean square distance in mm between found and defined landmarks with which a sheet is read."""

MIN_FOUND = 0.55
"""Smallest share of the blank's printed landmarks that must be found in place on the whole page …"""

MIN_FOUND_IN_PART = 0.34
"""… in each part of it, and around each field: a look-alike form with another row count is refused."""

MIN_FOUND_NAMED = 0.35
"""The same where a QR names the form: of a pale print a fax keeps no more, and what is bare has not moved."""

_BARE_MM, _BARE = 2.0, 0.3
"""A landmark's surroundings are bare with less than this share of their darkness."""

MAX_BEND_MM = 4.0
"""Paper that lies further off its plane is pulled or folded, and may show the rows of another form."""

MAX_STRAIN = 0.10
"""Largest squeeze or stretch: a page rising at a book's spine has 0.08."""

_PARTS_ACROSS, _PARTS_DOWN, _LANDMARKS_TO_JUDGE_A_PART = 3, 6, 5
_FIELD_MARGIN_MM, _LANDMARKS_TO_JUDGE_A_FIELD = 5.0, 4

_CUT_MM = 1.5
"""So much of a field's margin may lie off the picture."""


@dataclass(frozen=True)
class _Found:
    """Shares of the landmarks that were found: of all, in the page's worst part, around the worst field."""

    share: float
    in_part: float
    at_field: float

    @staticmethod
    def of(blank: Blank, defined_mm: Points, found_mm: Points) -> _Found:
        share = len(found_mm) / max(len(defined_mm), 1)
        in_part = _weakest_part(blank.form.page, defined_mm, found_mm)
        return _Found(share, in_part, _least_around_a_field(_fields(blank), defined_mm, found_mm))

    @property
    def enough(self) -> bool:
        return self.share >= MIN_FOUND and min(self.in_part, self.at_field) >= MIN_FOUND_IN_PART


def refine(image: Pixels, blank: Blank, first: Transform, named: bool = False) -> Registration:
    """The registration by printed landmarks, starting near ``first``. Raises ``PoorFit`` or ``SheetCut``.

    ``image`` is the page, grey and evened; ``first`` leads from mm on the form to its pixels. ``named``:
    whether a QR on the page tells its form.
    """
    return judged(image, blank, lay(image, blank, first), named)


def judged(image: Pixels, blank: Blank, laid: Laid, named: bool = False) -> Registration:
    """The registration if it can be trusted. Raises ``PoorFit`` or ``SheetCut``."""
    page = blank.form.page
    off = laid.landmarks.distance_mm
    fit_mm = float(np.sqrt(np.mean(off**2))) if len(off) else float("inf")
    # What lies off the picture cannot be found; that the sheet is cut is a reason of its own.
    placed = moved(laid.transform, laid.bend.over(blank.landmarks_mm))
    defined_mm = blank.landmarks_mm[~_outside(placed, image.shape)]
    found_mm = laid.landmarks.at_mm
    found = _Found.of(blank, defined_mm, found_mm)
    if not found.enough and named and found.share >= MIN_FOUND_NAMED:
        there = ~_lost(image, blank, laid, defined_mm) | _among(defined_mm, found_mm)
        found = _Found.of(blank, defined_mm[there], found_mm)
    if fit_mm > MAX_FIT_MM or not found.enough:
        raise PoorFit(
            f"{found.share:.0%} of the printed landmarks lie in place ({found.in_part:.0%} in the worst part "
            f"of the page, {found.at_field:.0%} around the worst field), {fit_mm:.2f} mm off."
        )
    if laid.bend.largest_mm > MAX_BEND_MM or laid.bend.strain > MAX_STRAIN:
        raise PoorFit(
            f"The page is bent by {laid.bend.largest_mm:.1f} mm and strained by {laid.bend.strain:.0%}."
        )
    registration = Registration(
        laid.transform,
        laid.bend,
        fit_mm,
        found.share,
        turned_degrees(laid.transform, page),
        px_per_mm(laid.transform, (page.width_mm / 2, page.height_mm / 2)) * MM_PER_INCH,
        laid.landmarks,
    )
    _refuse_cut(registration, image.shape, blank)
    return registration


def _lost(image: Pixels, blank: Blank, laid: Laid, at_mm: Points) -> Flags:
    """Which landmarks a scanner has lost: their places are bare, so that nothing has moved there either."""
    per_mm = LANDMARK_DPI / MM_PER_INCH
    seen = upright(image, laid.transform @ to_mm(LANDMARK_DPI), blank.small.shape, 0)
    side = round(2 * _BARE_MM * per_mm) + 1
    darkness, own = (cv2.blur(cv2.bitwise_not(picture), (side, side)) for picture in (seen, blank.small))
    x, y = np.round(at_mm * per_mm).astype(int).T
    height, width = blank.small.shape
    y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
    return np.asarray(darkness[y, x] < _BARE * own[y, x].astype(np.float64))


def _among(points: Points, others: Points) -> Flags:
    """Which points are among others."""
    known = {tuple(other) for other in others.tolist()}
    return np.array([tuple(point) in known for point in points.tolist()], bool)


def _fields(blank: Blank) -> list[Field]:
    return [field for field in blank.form.fields if field.page == blank.page]


def _refuse_cut(registration: Registration, shape: tuple[int, ...], blank: Blank) -> None:
    """Raises ``SheetCut`` when any part of a field lies outside of the picture."""
    corners = [corner for field in _fields(blank) for corner in field.box.corners_mm()]
    if not corners:
        return
    slack_px = _CUT_MM * registration.dpi / MM_PER_INCH
    off = int(_outside(registration.px(np.array(corners)), shape, slack_px).sum())
    if off:
        raise SheetCut(f"{off} corners of fields lie off the picture.")


def _outside(points: Points, shape: tuple[int, ...], by_px: float = 0.0) -> Flags:
    """Which points lie off the picture, by more than some pixels."""
    height, width = shape[:2]
    x, y = points.T
    return np.asarray((x < -by_px) | (y < -by_px) | (x > width + by_px) | (y > height + by_px))


def _weakest_part(page: Page, all_mm: Points, found_mm: Points) -> float:
    """The smallest share of landmarks found in any part of the page that has enough of them."""
    size = np.array([page.width_mm / _PARTS_ACROSS, page.height_mm / _PARTS_DOWN])
    cells = _PARTS_ACROSS * _PARTS_DOWN

    def counts(points: Points) -> npt.NDArray[np.int64]:
        across, down = (points // size).astype(int).T
        return np.bincount(np.clip(down * _PARTS_ACROSS + across, 0, cells - 1), minlength=cells)

    defined = counts(all_mm)
    judged_parts = defined >= _LANDMARKS_TO_JUDGE_A_PART
    return (
        float((counts(found_mm)[judged_parts] / defined[judged_parts]).min()) if judged_parts.any() else 1.0
    )


def _least_around_a_field(fields: list[Field], all_mm: Points, found_mm: Points) -> float:
    """The smallest share of landmarks found around any field that has enough of them."""
    if not fields:
        return 1.0
    boxes = np.array([(f.box.x_mm, f.box.y_mm, f.box.right_mm, f.box.bottom_mm) for f in fields])
    low, high = boxes[:, None, :2] - _FIELD_MARGIN_MM, boxes[:, None, 2:] + _FIELD_MARGIN_MM

    def counts(points: Points) -> npt.NDArray[np.int64]:
        return np.asarray(((points > low) & (points < high)).all(axis=2).sum(axis=1))

    defined = counts(all_mm)
    enough = defined >= _LANDMARKS_TO_JUDGE_A_FIELD
    return float((counts(found_mm)[enough] / defined[enough]).min()) if enough.any() else 1.0
