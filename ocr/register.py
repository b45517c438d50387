"""Lays the form over the page: first by QR or corner marks, then by the printed rulings themselves.

The rulings are also the proof: where the print does not lie as the definition says, in any part of the page,
the sheet is refused, because a shifted form would give every reading to the wrong field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Page
from ocr.blank import COARSE_DPI, LANDMARK_BLUR, LANDMARK_DPI, Blank
from ocr.errors import PoorFit, SheetCut
from ocr.geometry import (
    MM_PER_INCH,
    Points,
    Transform,
    affine,
    homography,
    moved,
    px_per_mm,
    scaling,
    similarity,
    turn_degrees,
)
from ocr.ink import softened
from ocr.landmarks import QrCode, corner_choices
from ocr.load import Pixels

Flags = npt.NDArray[np.bool_]

MAX_FIT_MM = 0.35
"""Largest root mean square distance in mm between found and defined landmarks with which a sheet is read."""

MIN_FOUND = 0.55
"""Smallest share of the blank's printed landmarks that must be found in place on the whole page …"""

MIN_FOUND_IN_PART = 0.34
"""… and in each part of it, so that a look-alike form with another row count is refused."""

_PARTS_ACROSS, _PARTS_DOWN, _LANDMARKS_TO_JUDGE_A_PART = 3, 6, 5
_LANDMARK_HALF_MM = 4.0
_SEARCH_MM = (3.5, 1.2)
"""How far from its place a landmark is looked for, in the first and in the second pass."""

_LIKE = 0.45
"""Correlation (−1 to 1) from which on a landmark counts as seen."""

_CUT_MM = 1.5
"""So much of a field's margin may lie off the picture."""

_FEWEST_LANDMARKS = 12
_LOCAL_MM = 15.0
_LOCAL_DAMPING = 0.5
_OUTLIER_MM = 0.6
_ROUGH_RESIDUAL = 0.02
"""Largest misfit of corner marks, as a share of the page's longer side, to be tried at all."""

_QR_REACH_MM = 12.0
"""How far a mark may lie from where the small QR alone puts it."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Printed landmarks found on a page: where each should be, and how far off it lies (both N×2, mm)."""

    at_mm: Points
    off_mm: Points

    @property
    def distance_mm(self) -> Points:
        return np.asarray(np.hypot(*self.off_mm.T), dtype=np.float64)

    def only(self, which: Flags) -> Landmarks:
        return Landmarks(self.at_mm[which], self.off_mm[which])

    def off_near(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """How far off the print lies around a place: paper is never quite flat, nor a scanner quite even."""
        weight = np.exp(-np.sum((self.at_mm - (x_mm, y_mm)) ** 2, axis=1) / (2 * _LOCAL_MM**2))
        dx, dy = (weight @ self.off_mm) / (weight.sum() + _LOCAL_DAMPING)
        return float(dx), float(dy)


@dataclass(frozen=True, eq=False)
class Registration:
    """Where the form lies on the page.

    ``transform``: mm on the form to pixels of the page, 3×3. ``fit_mm``: root mean square distance of the
    landmarks found from their places. ``found``: the share (0..1) of the printed landmarks that were found.
    ``turned_degrees``: 0, 90, 180 or 270, clockwise. ``dpi``: true resolution at the middle of the form.
    """

    transform: Transform
    fit_mm: float
    found: float
    turned_degrees: int
    dpi: float
    landmarks: Landmarks


def by_qr(code: QrCode, blank: Blank, candidates: Points) -> Transform | None:
    """A first transform from the QR's corners, carried to the page's edges by squares where marks lie.

    None when no QR is printed on the blank. ``candidates`` are those of ``landmarks.squares``.
    """
    if blank.qr_mm is None:
        return None
    rough = affine(blank.qr_mm, code.corners_px)
    source, target = _marks_near(rough, blank.form.page, candidates)
    if len(source) == 4:
        return homography(source, target)
    if len(source) == 3:
        return affine(source, target)
    if not len(source):
        return rough
    centres = blank.qr_mm.mean(axis=0), code.corners_px.mean(axis=0)
    return similarity(np.vstack([source, centres[0]]), np.vstack([target, centres[1]]))


def _marks_near(rough: Transform, page: Page, candidates: Points) -> tuple[Points, Points]:
    """The form's marks (mm) and the squares (px) of a mark's size that lie near where they must be."""
    source, target = [], []
    scale = px_per_mm(rough, (page.width_mm / 2, page.height_mm / 2))
    size_px = (page.marks.size_mm if page.marks else 0.0) * scale
    fitting = candidates[np.abs(candidates[:, 2] - size_px) < 0.3 * size_px][:, :2]
    for mm in page.mark_centres_mm():
        distance = np.linalg.norm(fitting - moved(rough, [mm]), axis=1)
        if len(distance) and distance.min() < _QR_REACH_MM * scale:
            source.append(mm)
            target.append(fitting[distance.argmin()])
    return np.array(source).reshape(-1, 2), np.array(target).reshape(-1, 2)


def by_marks(page: Page, candidates: Points, height_px: int, width_px: int) -> Iterator[Transform]:
    """First transforms from two or more squares near the picture's corners, in each of the four directions.

    Those through most marks come first.
    """
    centres = np.array(page.mark_centres_mm())
    if page.marks is None or len(candidates) < 2:
        return
    choices = sorted(corner_choices(candidates, height_px, width_px), key=lambda choice: choice.count(None))
    for choice in choices:
        present = [corner for corner, index in enumerate(choice) if index is not None]
        target = candidates[[index for index in choice if index is not None]]
        for turn in range(4):
            source = np.roll(centres, turn, axis=0)[present]
            whole = similarity(source, target[:, :2])
            if _plausible(whole, source, target, page.marks.size_mm, max(height_px, width_px)):
                yield homography(source, target[:, :2]) if len(present) == 4 else whole


def _plausible(whole: Transform, source: Points, target: Points, size_mm: float, longer_px: int) -> bool:
    """Whether the marks lie as on the form and have the size that their distances ask for."""
    misfit_px = np.abs(moved(whole, source) - target[:, :2]).max()
    sizes = target[:, 2] / (size_mm * px_per_mm(whole, (0, 0)))
    return bool(misfit_px < _ROUGH_RESIDUAL * longer_px and sizes.max() < 1.3 and sizes.min() > 0.7)


def likeness(image: Pixels, blank: Blank, transform: Transform) -> float:
    """How well the page looks like the blank under a first transform: correlation from −1 to 1, fast."""
    view = softened(_view(image, transform, blank.coarse.shape, COARSE_DPI), 1.0)
    return float(np.corrcoef(view.ravel(), blank.coarse.ravel())[0, 1])


def _view(image: Pixels, transform: Transform, shape: tuple[int, ...], dpi: float) -> Pixels:
    """The evened page as the form lies, at a resolution; outside of the picture it is white."""
    to_page = transform @ scaling(MM_PER_INCH / dpi)
    shrink = px_per_mm(transform, (100, 100)) * MM_PER_INCH / dpi
    source = cv2.blur(image, (int(shrink), int(shrink))) if shrink >= 2 else image
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(source, to_page, (shape[1], shape[0]), flags=flags, borderValue=255).astype(
        np.uint8
    )


def refine(image: Pixels, blank: Blank, first: Transform) -> Registration:
    """The registration by printed landmarks, starting near it. Raises ``PoorFit`` or ``SheetCut``.

    ``image`` is the page as loaded, grey and evened.
    """
    transform = first
    for reach_mm in _SEARCH_MM:
        found = _landmarks_found(image, blank, transform, reach_mm)
        kept = _consistent(found)
        if len(kept.at_mm) < _FEWEST_LANDMARKS:
            raise PoorFit(
                f"Only {len(kept.at_mm)} of {len(blank.landmarks_mm)} printed landmarks were found."
            )
        nudge = homography(kept.at_mm, kept.at_mm + kept.off_mm)
        transform = transform @ nudge
    found = _landmarks_found(image, blank, transform, _SEARCH_MM[-1])
    return _judged(image, blank, transform, found.only(found.distance_mm < _OUTLIER_MM))


def _consistent(found: Landmarks) -> Landmarks:
    """The landmarks that agree on one homography."""
    if len(found.at_mm) < _FEWEST_LANDMARKS:
        return found
    _, agree = cv2.findHomography(found.at_mm, found.at_mm + found.off_mm, cv2.RANSAC, _OUTLIER_MM)
    return found.only(agree.ravel().astype(bool))


def _landmarks_found(image: Pixels, blank: Blank, transform: Transform, reach_mm: float) -> Landmarks:
    """The blank's landmarks that can be seen near their places."""
    per_mm = LANDMARK_DPI / MM_PER_INCH
    half, reach = round(_LANDMARK_HALF_MM * per_mm), round(reach_mm * per_mm)
    margin = half + reach
    view = softened(_view(image, transform, blank.small.shape, LANDMARK_DPI), LANDMARK_BLUR)
    view = np.pad(view, margin, constant_values=255)
    own = np.pad(blank.small, half, constant_values=255)
    found, offsets = [], []
    for mm in blank.landmarks_mm:
        x, y = (round(v * per_mm) for v in mm)
        template = own[y : y + 2 * half + 1, x : x + 2 * half + 1]
        window = view[y : y + 2 * margin + 1, x : x + 2 * margin + 1]
        score = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
        _, best, _, (column, row) = cv2.minMaxLoc(score)
        if best > _LIKE:
            found.append(mm)
            offsets.append((_peak(score[row], column) - reach, _peak(score[:, column], row) - reach))
    return Landmarks(np.array(found).reshape(-1, 2), np.array(offsets).reshape(-1, 2) / per_mm)


def _peak(scores: cv2.typing.MatLike, at: int) -> float:
    """The place of a maximum between samples, by the parabola through it and its neighbours."""
    if not 0 < at < len(scores) - 1:
        return float(at)
    left, middle, right = (float(scores[at + step]) for step in (-1, 0, 1))
    curve = left - 2 * middle + right
    return at + (0.5 * (left - right) / curve if curve < 0 else 0.0)


def _judged(image: Pixels, blank: Blank, transform: Transform, found: Landmarks) -> Registration:
    """The registration if it can be trusted; otherwise the reason why not is raised."""
    page = blank.form.page
    # What lies off the picture cannot be found; that the sheet is cut is a reason of its own.
    defined_mm = blank.landmarks_mm[~_outside(moved(transform, blank.landmarks_mm), image.shape)]
    fit_mm = float(np.sqrt(np.mean(found.distance_mm**2))) if len(found.at_mm) else float("inf")
    share = len(found.at_mm) / max(len(defined_mm), 1)
    weakest = _weakest_part(page, defined_mm, found.at_mm)
    if fit_mm > MAX_FIT_MM or share < MIN_FOUND or weakest < MIN_FOUND_IN_PART:
        seen = (
            f"{share:.0%} of the printed landmarks lie in place ({weakest:.0%} in the worst part of the page)"
        )
        raise PoorFit(f"{seen}, {fit_mm:.2f} mm off.")
    _refuse_cut(page, transform, image.shape, blank)
    middle = (page.width_mm / 2, page.height_mm / 2)
    turned = round(turn_degrees(transform, middle) / 90) * 90 % 360
    dpi = px_per_mm(transform, middle) * MM_PER_INCH
    return Registration(transform, fit_mm, share, turned, dpi, found)


def _refuse_cut(page: Page, transform: Transform, shape: tuple[int, ...], blank: Blank) -> None:
    """Raises ``SheetCut`` when two marks, or any part of a field, lie outside of the picture."""
    marks = moved(transform, page.mark_centres_mm() or [(0.0, 0.0)])
    fields = [field.box.corners_mm() for field in blank.form.fields if field.page == blank.page]
    corners = moved(transform, [corner for box in fields for corner in box] or [(0.0, 0.0)])
    marks_off = int(_outside(marks, shape).sum())
    corners_off = int(_outside(corners, shape, _CUT_MM * px_per_mm(transform, (0.0, 0.0))).sum())
    if marks_off >= 2 or corners_off:
        raise SheetCut(f"{marks_off} corner marks and {corners_off} field corners lie off the picture.")


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
    judged = defined >= _LANDMARKS_TO_JUDGE_A_PART
    return float((counts(found_mm)[judged] / defined[judged]).min()) if judged.any() else 1.0
