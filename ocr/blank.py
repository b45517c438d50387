"""The blank form as a picture: what is printed on every sheet before anybody writes on it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import pypdfium2 as pdfium

from forms.definition import FormDefinition
from forms.printing import blank_pdf
from ocr.features import FEATURE_DPI, Features, features
from ocr.geometry import MM_PER_INCH, Points, Transform, moved, scaling, unshrunk
from ocr.ink import grey, softened
from ocr.landmarks import qr_codes
from ocr.load import Pixels

Key = tuple[str, int, int]
"""A form, its version and the page."""

READING_DPI = 300
"""Resolution in dots per inch to which every page is brought before its fields are read."""

LANDMARK_DPI = 150
"""Resolution at which printed landmarks are compared."""

LANDMARK_BLUR = 0.8
"""A scanner's optics, in pixels of ``LANDMARK_DPI``."""

_MAX_LANDMARKS = 220
_LANDMARK_DISTANCE_MM = 7.0
_KEPT = 4


@dataclass(frozen=True, eq=False)
class Blank:
    """One page of a blank form. ``image`` is uint8 grey H×W at ``READING_DPI``, 0 black to 255 white."""

    form: FormDefinition
    page: int
    image: Pixels

    def at(self, dpi: float) -> Pixels:
        """The blank at another resolution, slightly blurred, as scans are."""
        scale = dpi / READING_DPI
        small = cv2.resize(self.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return softened(small.astype(np.uint8, copy=False), LANDMARK_BLUR)

    @cached_property
    def small(self) -> Pixels:
        """The blank at ``LANDMARK_DPI``."""
        return self.at(LANDMARK_DPI)

    @cached_property
    def coarse(self) -> Pixels:
        """The blank at half of ``LANDMARK_DPI``."""
        return self.at(LANDMARK_DPI / 2)

    @cached_property
    def landmarks_mm(self) -> Points:
        """Places (N×2, mm) where the print has corners: crossings of rulings, words, marks."""
        # Blurring over 2 mm makes crossings of rulings stronger than the small corners inside of words.
        blurred = softened(self.small, 2.0)
        distance_px = _LANDMARK_DISTANCE_MM * LANDMARK_DPI / MM_PER_INCH
        found = cv2.goodFeaturesToTrack(
            blurred, _MAX_LANDMARKS, 0.01, distance_px, mask=self._without_qr(), blockSize=9
        )
        return moved(to_mm(LANDMARK_DPI), np.asarray(found, dtype=np.float64).reshape(-1, 2))

    def _without_qr(self) -> Pixels:
        """Where landmarks may be: a QR may be smeared, and is read for itself."""
        mask = np.full(self.small.shape, 255, np.uint8)
        qr = self.form.page.qr
        if qr:
            per_mm = LANDMARK_DPI / MM_PER_INCH
            rows = slice(int(qr.y_mm * per_mm), int(qr.bottom_mm * per_mm) + 1)
            mask[rows, int(qr.x_mm * per_mm) : int(qr.right_mm * per_mm) + 1] = 0
        return mask

    @cached_property
    def qr_mm(self) -> Points | None:
        """The corners in mm of the printed QR itself, without its quiet zone; None when it shows none."""
        codes = qr_codes(self.image)
        return codes[0].corners_px * (MM_PER_INCH / READING_DPI) if codes else None


def to_mm(dpi: float) -> Transform:
    """From pixels of a blank at a resolution to millimetres on the form."""
    return scaling(MM_PER_INCH / READING_DPI) @ unshrunk(dpi / READING_DPI)


class Blanks:
    """Draws blanks when they are first asked for and keeps the last few (about 9 MB each).

    What tells one form from another is small and is kept of every form.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Blank] = OrderedDict()
        self._features: dict[Key, Features] = {}

    def get(self, form: FormDefinition, page: int = 1) -> Blank:
        key = (form.form, form.version, page)
        if key not in self._kept:
            self._kept[key] = Blank(form, page, draw(form, page))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def features(self, form: FormDefinition, page: int = 1) -> Features:
        """The features of the blank, with their places in mm."""
        key = (form.form, form.version, page)
        if key not in self._features:
            blank = self.get(form, page)
            self._features[key] = features(blank.at(FEATURE_DPI)).placed(to_mm(FEATURE_DPI))
        return self._features[key]


def draw(form: FormDefinition, page: int = 1) -> Pixels:
    """The blank's page (counted from 1) as grey pixels at ``READING_DPI``."""
    document = pdfium.PdfDocument(blank_pdf(form))
    try:
        image = document[page - 1].render(scale=READING_DPI / 72).to_numpy()
        return grey(np.ascontiguousarray(image[..., :3])).copy()
    finally:
        document.close()
