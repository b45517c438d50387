"""Where a box of the form lies on the picture of the page, as shares of its width and height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases import places
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


def share_of(case: Case, box: Box, read_px: Sequence[Sequence[float]] = ()) -> Share | None:
    """The rectangle around a field on the case's working page; None when the case came without a picture.

    ``read_px``: the corners that the reader found on the scan, true to bent paper; else the box counts.
    """
    if not hasattr(case, "page"):
        return None
    page = case.page
    points = places.on_working_page(page, box, read_px)
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    return Share(
        left / page.width_px,
        top / page.height_px,
        (right - left) / page.width_px,
        (bottom - top) / page.height_px,
    )
