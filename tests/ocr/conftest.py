"""Blanks as scanners deliver them, drawn on and distorted here; specimens come from ``rehearsal``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.definition import Box, FormDefinition
from forms.library import FormLibrary
from ocr.blank import READING_DPI, Blank, Blanks
from ocr.fit import refine
from ocr.flat import PX_PER_MM, FlatPage, flatten
from ocr.geometry import Transform, scaling, shifting
from ocr.ink import evened, grey
from ocr.load import Pixels
from ocr.reader import Reader

FORMS = Path(__file__).resolve().parents[2] / "config" / "forms"


@pytest.fixture(scope="session")
def library() -> FormLibrary:
    return FormLibrary(FORMS)


@pytest.fixture(scope="session")
def blanks() -> Blanks:
    return Blanks()


@pytest.fixture(scope="session")
def reader(library: FormLibrary) -> Reader:
    return Reader(library)


@pytest.fixture(scope="session")
def notice(library: FormLibrary) -> FormDefinition:
    return library.get("ido_todoke")


@pytest.fixture(scope="session")
def notice_blank(notice: FormDefinition, blanks: Blanks) -> Blank:
    return blanks.get(notice)


@dataclass(frozen=True)
class Scan:
    """How a sheet is scanned, and where its millimetres then lie."""

    image: Pixels
    transform: Transform


def scanned(
    sheet: Pixels,
    angle_deg: float = 0.0,
    dpi: float = READING_DPI,
    stretch: float = 1.0,
    shift_mm: tuple[float, float] = (0.0, 0.0),
    quarters: int = 0,
    cut_left_mm: float = 0.0,
) -> Scan:
    """A scan of a sheet drawn at ``READING_DPI``, with noise; quarters turn it clockwise."""
    height, width = sheet.shape[:2]
    scale = dpi / READING_DPI
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1.0), [0, 0, 1]])
    move = shifting(shift_mm[0] * PX_PER_MM, shift_mm[1] * PX_PER_MM)
    placed = scaling(scale, scale * stretch) @ move @ turn
    size = round(width * scale), round(height * scale * stretch)
    image = cv2.warpPerspective(sheet, placed, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255))
    image = cv2.addWeighted(image, 0.92, noise(image.shape), 1.0, 0)
    transform = placed @ scaling(PX_PER_MM)
    if cut_left_mm:
        image = image[:, round(cut_left_mm * PX_PER_MM * scale) :]
        transform = shifting(-round(cut_left_mm * PX_PER_MM * scale), 0) @ transform
    return Scan(np.ascontiguousarray(np.rot90(image, -quarters)), transform)


@cache
def noise(shape: tuple[int, ...]) -> Pixels:
    """Grey levels that a sensor adds, about 14 ± 5; the same for every scan of a size."""
    tile = np.random.default_rng(1).normal(14, 5, (512, 512, *shape[2:])).clip(0, 40).astype(np.uint8)
    times = (-(-shape[0] // 512), -(-shape[1] // 512), *(1 for _ in shape[2:]))
    return np.tile(tile, times)[: shape[0], : shape[1]]


@pytest.fixture(scope="session")
def flat_of(notice_blank: Blank) -> Callable[[Pixels], FlatPage]:
    """Lays a notice flat that was drawn on at ``READING_DPI``."""

    def lay(sheet: Pixels) -> FlatPage:
        scan = scanned(sheet, angle_deg=0.7, shift_mm=(1.0, -0.5))
        light = evened(grey(scan.image))
        return flatten(scan.image, light, notice_blank, refine(light, notice_blank, scan.transform))

    return lay


def px(x_mm: float, y_mm: float) -> tuple[int, int]:
    """A place on a sheet drawn at ``READING_DPI``."""
    return round(x_mm * PX_PER_MM), round(y_mm * PX_PER_MM)


def middle(box: Box) -> tuple[float, float]:
    return box.x_mm + box.width_mm / 2, box.y_mm + box.height_mm / 2
