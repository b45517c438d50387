"""The page as the desk shows it: upright, of modest size, My Number blacked out (design, law 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from forms.definition import FormDefinition, Kind
from forms.facts import SheetReading
from ocr.geometry import Points, Transform, moved, px_per_mm, rows_of, scaling, shifting
from ocr.load import PageImage, Pixels

WORKING_DPI = 200
"""Largest resolution in dots per inch of the picture that operators work with."""

JPEG_QUALITY = 85
_BLACKED_MARGIN_MM = 1.5
"""Digits run over the edge of their cells; the margin hides them too."""


@dataclass(frozen=True, eq=False)
class WorkingPage:
    """A JPEG of the upright page. ``transform``: 3×3 homography, mm on the form to its pixels."""

    image_bytes: bytes
    width_px: int
    height_px: int
    transform: tuple[tuple[float, float, float], ...]


def working_page(
    page: PageImage, sheet: SheetReading, form: FormDefinition, page_number: int = 1
) -> WorkingPage:
    """The working picture of a sheet that was read. ``page_number`` is the form's page that lies on it.

    ValueError for a sheet with a problem: nobody knows where its My Number stands.
    """
    if not sheet.transform:
        raise ValueError(
            f"page {page.index + 1} was not registered ({sheet.problem}), so nothing can be blacked out"
        )
    turned, turning = _upright(page.image, sheet.turned_degrees)
    scale = min(WORKING_DPI / sheet.dpi, 1.0) if sheet.dpi else 1.0
    small = cv2.resize(turned, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
        np.uint8, copy=False
    )
    transform = scaling(scale) @ turning @ np.array(sheet.transform)
    hidden = [moved(scaling(scale) @ turning, box) for box in my_number_places(sheet, form, page_number)]
    blacked = black_out(small, hidden, px_per_mm(transform, (105.0, 148.5)))
    _, encoded = cv2.imencode(".jpg", blacked, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    height, width = blacked.shape[:2]
    return WorkingPage(encoded.tobytes(), width, height, rows_of(transform))


def my_number_places(sheet: SheetReading, form: FormDefinition, page_number: int = 1) -> list[Points]:
    """Where the sheet's My Numbers stand: four corners each (4×2), pixels of the page as loaded.

    A field's own place is true to bent paper; one that was not read lies where the transform says.
    """
    read = {reading.field_id: np.array(reading.box_px) for reading in sheet.readings}
    fields = [f for f in form.fields if f.kind is Kind.MY_NUMBER and f.page == page_number]
    transform = np.array(sheet.transform)
    return [read[f.id] if f.id in read else moved(transform, f.box.corners_mm()) for f in fields]


def black_out(image: Pixels, places: Sequence[Points], dots_per_mm: float) -> Pixels:
    """A copy of the picture with places (four corners each, pixels) and a margin around them blacked out."""
    hidden = image.copy()
    margin_px = _BLACKED_MARGIN_MM * dots_per_mm
    for corners in places:
        outwards = np.sign(corners - corners.mean(axis=0)) * margin_px
        cv2.fillConvexPoly(hidden, np.round(corners + outwards).astype(np.int32), (0, 0, 0))
    return hidden


def _upright(image: Pixels, turned_degrees: int) -> tuple[Pixels, Transform]:
    """The picture turned back by quarters, and where its pixels went."""
    height, width = image.shape[:2]
    quarters = round(turned_degrees / 90) % 4
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    quarter = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    turning = {
        0: np.eye(3),
        1: shifting(0, width) @ quarter,
        2: shifting(width, height) @ quarter @ quarter,
        3: shifting(height, 0) @ quarter @ quarter @ quarter,
    }[quarters]
    return turned, turning
