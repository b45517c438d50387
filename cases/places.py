"""Where a field lies on the pictures of its sheet: its own place, true to bent paper, before the transform.

The reader finds each field's four corners on the page as it was scanned. Where there are none (a field that
was never read), the place is the form's box through the page's transform.
"""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import Page
from forms.definition import Box

Point = tuple[float, float]
Quad = tuple[Point, ...]
"""Four corners in px: top left, top right, bottom right, bottom left."""

Matrix = Sequence[Sequence[float]]
"""A 3×3 homography, row by row."""


def on_original(page: Page, box: Box, read_px: Sequence[Sequence[float]]) -> Quad:
    """The field on the page as it was scanned. ``read_px``: the corners that the reader found, or nothing."""
    if len(read_px) == 4:
        return tuple((x, y) for x, y in read_px)
    return tuple(mapped(page.original_transform, corner) for corner in box.corners_mm())


def on_working_page(page: Page, box: Box, read_px: Sequence[Sequence[float]]) -> Quad:
    """The field on the working page, which is the scan turned upright and made smaller."""
    if len(read_px) != 4 or not page.original_transform:
        return tuple(mapped(page.transform, corner) for corner in box.corners_mm())
    to_working = product(page.transform, _inverse(page.original_transform))
    return tuple(mapped(to_working, (x, y)) for x, y in read_px)


def mapped(transform: Matrix, point: Point) -> Point:
    """A point through a homography."""
    x, y, w = (row[0] * point[0] + row[1] * point[1] + row[2] for row in transform)
    return x / w, y / w


def product(left: Matrix, right: Matrix) -> list[list[float]]:
    return [[sum(left[i][k] * right[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def from_unit_square(quad: Quad) -> list[list[float]]:
    """The homography that takes the corners of the unit square to those of the quadrilateral.

    After Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    bent_x, bent_y = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    area = dx1 * dy2 - dx2 * dy1
    g = (bent_x * dy2 - dx2 * bent_y) / area
    h = (dx1 * bent_y - bent_x * dy1) / area
    return [
        [x1 - x0 + g * x1, x3 - x0 + h * x3, x0],
        [y1 - y0 + g * y1, y3 - y0 + h * y3, y0],
        [g, h, 1.0],
    ]


def _inverse(matrix: Matrix) -> list[list[float]]:
    """Up to a factor, which a homography does not feel."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    return [
        [e * i - f * h, c * h - b * i, b * f - c * e],
        [f * g - d * i, a * i - c * g, c * d - a * f],
        [d * h - e * g, b * g - a * h, a * e - b * d],
    ]
