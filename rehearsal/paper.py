"""A sheet of paper that takes ink: the printed blank as pixels, and what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from forms.definition import FormDefinition
from forms.printing import blank_pdf

PAPER_DPI: Final = 300
MM_PER_INCH: Final = 25.4
PX_PER_MM: Final = PAPER_DPI / MM_PER_INCH

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Paper:
    """One side of a sheet: ``pixels`` (height, width, 3), RGB 0–255, ``PX_PER_MM``. Drawing changes it."""

    pixels: Pixels

    @property
    def width_mm(self) -> float:
        return float(self.pixels.shape[1] / PX_PER_MM)

    @property
    def height_mm(self) -> float:
        return float(self.pixels.shape[0] / PX_PER_MM)

    def take_ink(self, coverage: NDArray[np.float32], x_px: float, y_px: float, colour: Colour) -> None:
        """Lays translucent ink over what is there. ``coverage`` (h, w) is 0–1; x, y its top left corner."""
        left, top = round(x_px), round(y_px)
        height, width = self.pixels.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + coverage.shape[1], width), min(top + coverage.shape[0], height)
        if x0 >= x1 or y0 >= y1:
            return
        ink = coverage[y0 - top : y1 - top, x0 - left : x1 - left, None]
        share = 1 - ink * (1 - np.array(colour, np.float32) / 255)
        area = self.pixels[y0:y1, x0:x1]
        area[:] = (area * share + 0.5).astype(np.uint8)


@dataclass(frozen=True)
class _Definition:
    """A form as the key of a cache: by its text, because a definition holds mappings and cannot be a key."""

    text: str
    form: FormDefinition = field(compare=False)


@lru_cache(maxsize=8)
def _rendered(definition: _Definition) -> Pixels:
    page = pypdfium2.PdfDocument(blank_pdf(definition.form))[0]
    pixels = page.render(scale=PAPER_DPI / 72, rev_byteorder=True).to_numpy()
    return np.ascontiguousarray(pixels[:, :, :3], dtype=np.uint8)


def blank_paper(form: FormDefinition) -> Paper:
    """A fresh printed blank of the form."""
    return Paper(_rendered(_Definition(form.model_dump_json(), form)).copy())


def empty_paper(width_mm: float = 210, height_mm: float = 297) -> Paper:
    """A white sheet."""
    shape = (round(height_mm * PX_PER_MM), round(width_mm * PX_PER_MM), 3)
    return Paper(np.full(shape, 255, np.uint8))
