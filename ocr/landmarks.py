"""What can be found on a page before its form is known: QR codes and squares that may be corner marks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from ocr.geometry import Points
from ocr.ink import ink
from ocr.load import Pixels

_SMALLEST_SIDE, _LARGEST_SIDE = 0.010, 0.045
"""Side of a mark as a share of the picture's longer side: 6 mm of 297 mm are 0.020."""

_STRETCH = 2.3
"""A coarse fax may stretch a square to this aspect."""

_FILLED = 0.80
"""Share of its bounding rectangle that the outline of a square fills."""

_QR_ONLY = zxingcpp.barcode_formats_from_str("QRCode")


@dataclass(frozen=True)
class QrCode:
    """A QR code: its text and its corners in pixels (4×2: top left, then clockwise, as printed)."""

    text: str
    corners_px: Points


def qr_codes(image: Pixels) -> tuple[QrCode, ...]:
    """The QR codes on a grey page, whichever way it lies."""
    found = zxingcpp.read_barcodes(image, formats=_QR_ONLY)
    return tuple(QrCode(code.text, _corners(code.position)) for code in found if code.valid)


def _corners(position: zxingcpp.Position) -> Points:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(point.x, point.y) for point in corners], dtype=np.float64)


def squares(evened_image: Pixels) -> Points:
    """Dark squares, hollow or solid, maybe corner marks: centre x, centre y, side in pixels (N×3)."""
    contours, _ = cv2.findContours(ink(evened_image), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    longer = max(evened_image.shape)
    found = [square for contour in contours if (square := _square(contour, longer))]
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _square(contour: cv2.typing.MatLike, longer_px: int) -> tuple[float, float, float] | None:
    _, _, width, height = cv2.boundingRect(contour)
    if not longer_px * _SMALLEST_SIDE < max(width, height) < longer_px * _LARGEST_SIDE * 1.2:
        return None
    (x, y), (across, down), _ = cv2.minAreaRect(contour)
    if not across or not down or not 1 / _STRETCH < across / down < _STRETCH:
        return None
    filled = cv2.contourArea(contour) > _FILLED * across * down
    return (x, y, float(np.sqrt(across * down))) if filled else None
