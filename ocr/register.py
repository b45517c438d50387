"""Lays the form over the page: first by QR or corner marks, then by the printed rulings and words themselves.

The print is also the proof: ``ocr.fit`` refuses a sheet whose print does not lie as the definition says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from forms.definition import Box, Page
from ocr.bend import Bend, fitted
from ocr.blank import LANDMARK_BLUR, LANDMARK_DPI, Blank, to_mm
from ocr.errors import PoorFit
from ocr.geometry import (
    MM_PER_INCH,
    Points,
    Transform,
    affine,
    homography,
    inverse,
    moved,
    px_per_mm,
    shifting,
    similarity,
    turn_degrees,
    unshrunk,
)
from ocr.ink import PAPER, softened
from ocr.landmarks import QrCode
from ocr.load import Pixels

Flags = npt.NDArray[np.bool_]

_LIKE = 0.45
"""Correlation (−1 to 1) from which on a landmark counts as seen."""

_FEWEST_LANDMARKS = 12
_LOCAL_MM = 15.0
_LOCAL_DAMPING = 0.5
_OUTLIER_MM = 0.6
"""A landmark that lies further off the bent page than this was taken for another."""

_FLAT_MM = 3.0
"""How far paper may lie off the plane that is sought first."""

_QR_REACH_MM = 12.0
"""How far a mark may lie from where the small QR alone puts it."""


@dataclass(frozen=True)
class _Search:
    """One pass over the landmarks: at a resolution, what is compared around each, how far it is looked for,
    and whether each landmark is or every second."""

    dpi: float
    half_mm: float
    reach_mm: float
    every: int


_COARSE = _Search(LANDMARK_DPI / 2, half_mm=5.0, reach_mm=5.0, every=2)
_FINE = _Search(LANDMARK_DPI, half_mm=3.0, reach_mm=1.1, every=1)


_COARSE_ROUNDS, _FINE_ROUNDS = 3, 3
_BENT_MM = 1.0
"""A page that bends more is gone over once more: the pass before missed landmarks where it bends most."""

_MOST = 0.8
"""Share of the landmarks with which coarse passes are content: where paper bends much, one sees a part."""


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
        """How far off the print lies around a place: no paper is quite smooth, no scanner quite even."""
        weight = np.exp(-np.sum((self.at_mm - (x_mm, y_mm)) ** 2, axis=1) / (2 * _LOCAL_MM**2))
        dx, dy = (weight @ self.off_mm) / (weight.sum() + _LOCAL_DAMPING)
        return float(dx), float(dy)


@dataclass(frozen=True, eq=False)
class Registration:
    """Where the form lies on the page.

    ``transform``: the best homography from mm on the form to pixels of the page, 3×3; what it leaves over,
    because paper bends, is ``bend``, which comes before it. ``fit_mm``: root mean square distance of the
    landmarks found from their places. ``found``: the share (0..1) of the printed landmarks that were found.
    ``turned_degrees``: 0, 90, 180 or 270, clockwise. ``dpi``: true resolution at the middle of the form.
    """

    transform: Transform
    bend: Bend
    fit_mm: float
    found: float
    turned_degrees: int
    dpi: float
    landmarks: Landmarks

    def px(self, points_mm: Points) -> Points:
        """Places of the form (N×2, mm) as pixels of the page, true to the bent paper."""
        return moved(self.transform, self.bend.over(points_mm))

    def box_px(self, box: Box) -> tuple[tuple[float, float], ...]:
        """The corners of a box as pixels of the page: top left, top right, bottom right, bottom left."""
        return tuple((round(float(x), 2), round(float(y), 2)) for x, y in self.px(np.array(box.corners_mm())))

    def carried(self, to_page: Transform) -> Registration:
        """The same on a larger or smaller picture of the page."""
        transform = to_page @ self.transform
        return replace(
            self, transform=transform / transform[2, 2], dpi=self.dpi * px_per_mm(to_page, (0.0, 0.0))
        )


@dataclass(frozen=True, eq=False)
class Laid:
    """A form laid over a page and not judged yet. ``landmarks`` lie off the bent page, outliers left out."""

    transform: Transform
    bend: Bend
    landmarks: Landmarks


def by_qr(code: QrCode, blank: Blank, candidates: Points) -> tuple[Transform, int]:
    """A first transform from the QR's corners, carried to the page's edges by marks; and how many of them.

    ``candidates`` are those of ``landmarks.squares``. ``PoorFit`` when no QR is printed on the blank.
    """
    if blank.qr_mm is None:
        raise PoorFit("The form's definition has no place for the QR that was found.")
    rough = affine(blank.qr_mm, code.corners_px)
    source, target = _marks_near(rough, blank.form.page, candidates)
    if len(source) == 4:
        return homography(source, target), 4
    if len(source) == 3:
        return affine(source, target), 3
    if not len(source):
        return rough, 0
    centres = blank.qr_mm.mean(axis=0), code.corners_px.mean(axis=0)
    return similarity(np.vstack([source, centres[0]]), np.vstack([target, centres[1]])), len(source)


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


def lay(image: Pixels, blank: Blank, first: Transform) -> Laid:
    """The form laid by its printed landmarks, starting near ``first``. Raises ``PoorFit``.

    ``image`` is the page, grey and evened, best at 150 to 200 dpi. Coarsely first, for the plane and a rough
    idea of the bend; then finely, where both say.
    """
    flat = Bend.none(blank.form.page.width_mm, blank.form.page.height_mm)
    near = Laid(first, flat, _NOTHING)
    for _ in range(_COARSE_ROUNDS):
        near = _settled(blank, near.transform, _found(image, blank, near, _COARSE))
        if len(near.landmarks.at_mm) > _MOST * len(blank.landmarks_mm) / _COARSE.every:
            break
    for _ in range(_FINE_ROUNDS):
        near = _settled(blank, near.transform, _found(image, blank, near, _FINE))
        if near.bend.largest_mm < _BENT_MM:
            break
    return near


_NOTHING = Landmarks(np.zeros((0, 2)), np.zeros((0, 2)))


def _settled(blank: Blank, transform: Transform, found: Landmarks) -> Laid:
    """The plane and the bend through landmarks that lie off a transform."""
    agree = _in_one_plane(found)
    if agree.sum() < _FEWEST_LANDMARKS:
        raise PoorFit(f"Only {agree.sum()} of {len(blank.landmarks_mm)} printed landmarks were found.")
    kept = found.only(agree)
    lie = kept.at_mm + kept.off_mm
    nudge = homography(kept.at_mm, lie)
    # What the plane leaves over, measured on the form: the bend comes before the plane.
    left = moved(inverse(nudge), lie) - kept.at_mm
    page = blank.form.page
    bend = fitted(kept.at_mm, left, page.width_mm, page.height_mm)
    off = Landmarks(kept.at_mm, left - bend.at(kept.at_mm))
    return Laid(transform @ nudge, bend, off.only(off.distance_mm < _OUTLIER_MM))


def _in_one_plane(found: Landmarks) -> Flags:
    """Which landmarks lie about where one homography puts them; none when there is no such."""
    none = np.zeros(len(found.at_mm), dtype=bool)
    if len(found.at_mm) < _FEWEST_LANDMARKS:
        return none
    transform, agree = cv2.findHomography(found.at_mm, found.at_mm + found.off_mm, cv2.RANSAC, _FLAT_MM)
    return none if transform is None else agree.ravel().astype(bool)


def _found(image: Pixels, blank: Blank, near: Laid, search: _Search) -> Landmarks:
    """The landmarks that can be seen near their places, and how far off ``near.transform`` they lie."""
    per_mm = search.dpi / MM_PER_INCH
    half, reach = round(search.half_mm * per_mm), round(search.reach_mm * per_mm)
    own = blank.small if search.dpi == LANDMARK_DPI else blank.coarse
    at_mm = blank.landmarks_mm[:: search.every]
    expected = np.round(near.bend.at(at_mm) * per_mm).astype(int)
    margin = half + reach + int(np.abs(expected).max(initial=0))
    view = upright(image, near.transform @ to_mm(search.dpi), own.shape, margin)
    bordered = cv2.copyMakeBorder(own, half, half, half, half, cv2.BORDER_CONSTANT, value=PAPER)
    corners = np.round(moved(inverse(to_mm(search.dpi)), at_mm)).astype(int)
    seen, offsets = [], []
    for index, ((x, y), (dx, dy)) in enumerate(zip(corners.tolist(), expected.tolist(), strict=True)):
        template = bordered[y : y + 2 * half + 1, x : x + 2 * half + 1]
        top, left = y + dy + margin - half - reach, x + dx + margin - half - reach
        window = view[top : top + 2 * (half + reach) + 1, left : left + 2 * (half + reach) + 1]
        score = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
        _, best, _, (column, row) = cv2.minMaxLoc(score)
        # At the rim of what was searched there may be better beyond it: that is no place found.
        if best > _LIKE and 0 < column < 2 * reach and 0 < row < 2 * reach:
            seen.append(index)
            offsets.append(
                (dx + _peak(score[row], column) - reach, dy + _peak(score[:, column], row) - reach)
            )
    return Landmarks(at_mm[seen], np.array(offsets).reshape(-1, 2) / per_mm)


def upright(image: Pixels, to_image: Transform, shape: tuple[int, ...], margin: int) -> Pixels:
    """The evened page as the form lies, with a margin all round; outside of the picture it is white."""
    shrink = int(px_per_mm(to_image, (shape[1] / 2, shape[0] / 2)) + 0.4)
    if shrink >= 2:
        image = cv2.resize(image, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA).astype(
            np.uint8, copy=False
        )
        to_image = inverse(unshrunk(1 / shrink)) @ to_image
    size = shape[1] + 2 * margin, shape[0] + 2 * margin
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpPerspective(
        image, to_image @ shifting(-margin, -margin), size, flags=flags, borderValue=PAPER
    )
    return softened(view.astype(np.uint8, copy=False), LANDMARK_BLUR)


def _peak(scores: cv2.typing.MatLike, at: int) -> float:
    """The place of a maximum between samples, by the parabola through it and its neighbours."""
    if not 0 < at < len(scores) - 1:
        return float(at)
    left, middle, right = (float(scores[at + step]) for step in (-1, 0, 1))
    curve = left - 2 * middle + right
    return at + (0.5 * (left - right) / curve if curve < 0 else 0.0)


def turned_degrees(transform: Transform, page: Page) -> int:
    """By how many quarters the form lies turned, in degrees clockwise."""
    middle = (page.width_mm / 2, page.height_mm / 2)
    return round(turn_degrees(transform, middle) / 90) * 90 % 360
