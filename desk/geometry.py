"""Where a box of the form lies on the picture of the page, as shares of its width and height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import Case
from forms.definition import Box


@dataclass(frozen=True)
class Share:
    """An upright rectangle; every number is a share (0..1) of the picture's width or height."""

    x: float
    y: float
    width: float
    height: float

    def as_text(self) -> str:
        """For a ``data-box`` attribute: ``0.1000,0.2000,0.3000,0.0200``."""
        return ",".join(f"{value:.4f}" for value in (self.x, self.y, self.width, self.height))


def share_of(case: Case, box: Box) -> Share | None:
    """The rectangle around the box on the case's working page; None when the case came without a picture."""
    if not hasattr(case, "page"):
        return None
    page = case.page
    points = [_mapped(page.transform, x_mm, y_mm) for x_mm, y_mm in box.corners_mm()]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    return Share(
        left / page.width_px,
        top / page.height_px,
        (right - left) / page.width_px,
        (bottom - top) / page.height_px,
    )


def _mapped(transform: Sequence[Sequence[float]], x_mm: float, y_mm: float) -> tuple[float, float]:
    """A point in mm through the 3×3 homography, in px."""
    x, y, w = (row[0] * x_mm + row[1] * y_mm + row[2] for row in transform)
    return x / w, y / w
