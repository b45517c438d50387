"""What a scanner or a phone makes of a sheet of paper.

The same paper, scan and generator give the same picture, on which every point of the paper can be found.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rehearsal import grime
from rehearsal.geometry import Placing, seen_at_an_angle
from rehearsal.paper import PAPER_DPI, PX_PER_MM, Paper, Pixels
from rehearsal.scanners import Mode, Scan


@dataclass(frozen=True)
class Scanned:
    """A scanned page: ``image`` in mode RGB, L or 1, with the resolution that the file will claim."""

    image: Image.Image
    tagged_dpi: int
    jpeg_quality: int
    tagged_dpi_y: int | None = None
    """Lines an inch, where they are claimed to differ from dots an inch; None: the same."""


def scan(paper: Paper, how: Scan, rng: np.random.Generator, back: Paper | None = None) -> Scanned:
    """The sheet as the scanner delivers it; ``back`` is what is printed on the other side."""
    light = _flat_colours(paper, how)
    if how.show_through and back is not None:
        light = _seen_through(light, back, how.show_through)
    if min(how.dpi, how.lines_dpi) < PAPER_DPI:
        # A sensor's dot averages the paper under it; without this thin lines would break up.
        across, down = (
            0.35 * PAPER_DPI / dpi if dpi < PAPER_DPI else 0.1 for dpi in (how.dpi, how.lines_dpi)
        )
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), across, sigmaY=down), np.uint8)
    picture = _exposed(_laid(light, placed(paper, how), how.lid), how, rng)
    if how.line_repeat > 1:
        picture = np.repeat(picture, how.line_repeat, axis=0)
    tag = how.tagged_dpi or how.dpi
    tag_y = how.lines_dpi * how.line_repeat if how.tagged_dpi is None else tag
    return Scanned(_delivered(picture, how), tag, how.jpeg_quality, tag_y if tag_y != tag else None)


def as_filed(page: Scanned) -> Scanned:
    """The page as it comes back from its file: with the traces of JPEG, which one-bit pages do not have."""
    if page.image.mode == "1":
        return page
    stored = io.BytesIO()
    page.image.save(stored, "JPEG", quality=page.jpeg_quality)
    image = Image.open(stored)
    image.load()
    return replace(page, image=image)


def placing(paper: Paper, how: Scan) -> NDArray[np.float64]:
    """The 2×3 matrix from px of the paper (300 dpi) to px of the scan, for a flat sheet seen from above."""
    return _on_the_glass(paper, how)[:2]


def where(paper: Paper, how: Scan, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where points of the paper (n, 2), in mm, lie on the scan: (n, 2) px, exact for every kind of scan."""
    points_px = placed(paper, how).scan_px(points_mm)
    # A line that is delivered several times is centred between its copies.
    middle = np.array([0, 0.5])
    return np.asarray((points_px + middle) * np.array([1, how.line_repeat]) - middle, np.float64)


def placed(paper: Paper, how: Scan) -> Placing:
    """The whole way from the paper to the picture before lines are repeated."""
    left, top, right, bottom = how.cut_mm
    across, down = how.dpi / PAPER_DPI * PX_PER_MM, how.lines_dpi / PAPER_DPI * PX_PER_MM
    width, height = _size_px(paper, how)
    matrix = _on_the_glass(paper, how)
    if how.corners:
        matrix = seen_at_an_angle((width, height), how.corners) @ matrix
    matrix = np.array([[1, 0, -left * across], [0, 1, -top * down], [0, 0, 1]]) @ matrix
    size = round(width - (left + right) * across), round(height - (top + bottom) * down)
    return Placing(matrix, (paper.width_mm, paper.height_mm), size, how.curl)


def _on_the_glass(paper: Paper, how: Scan) -> NDArray[np.float64]:
    """The 3×3 matrix of everything that a scanner does to a flat sheet."""
    height, width = paper.pixels.shape[:2]
    ratio_x, ratio_y = how.dpi / PAPER_DPI, how.lines_dpi / PAPER_DPI
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    angle = np.deg2rad(how.skew_deg + (180 if how.upside_down else 0))
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, how.shear, 0], [0, 1, 0], [0, 0, 1]])
    stretch = np.diag([ratio_x * how.scale_x, ratio_y * how.scale_y, 1])
    to_place = np.eye(3)
    to_place[:2, 2] = (
        width * ratio_x / 2 + how.shift_x_mm * PX_PER_MM * ratio_x,
        height * ratio_y / 2 + how.shift_y_mm * PX_PER_MM * ratio_y,
    )
    whole: NDArray[np.float64] = to_place @ stretch @ lean @ turn @ to_middle
    return whole


def _size_px(paper: Paper, how: Scan) -> tuple[int, int]:
    ratio_x, ratio_y = how.dpi / PAPER_DPI, how.lines_dpi / PAPER_DPI
    return round(paper.pixels.shape[1] * ratio_x), round(paper.pixels.shape[0] * ratio_y)


def _laid(light: Pixels, place: Placing, lid: int) -> Pixels:
    if place.affine:
        picture = cv2.warpAffine(
            light, place.matrix[:2], place.size_px, flags=cv2.INTER_LINEAR, borderValue=(lid,) * 3
        )
    else:
        picture = cv2.remap(light, *place.maps(), cv2.INTER_LINEAR, borderValue=(lid,) * 3)
    return np.asarray(picture, np.uint8)


def _flat_colours(paper: Paper, how: Scan) -> Pixels:
    """Paper is not quite white, print not quite black; grey machines see grey from here on."""
    levels = np.linspace(how.black, how.paper_white, 256).round().astype(np.uint8)
    pixels = paper.pixels
    if how.mode is not Mode.COLOUR:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(cv2.LUT(pixels, levels), np.uint8)


def _seen_through(light: Pixels, back: Paper, strength: float) -> Pixels:
    other = cv2.cvtColor(back.pixels, cv2.COLOR_RGB2GRAY)[:, ::-1]
    soft = cv2.GaussianBlur(cv2.resize(other, light.shape[1::-1]), (0, 0), 2.5)
    return grime.dimmed(light, 255 - ((255 - soft) * strength).astype(np.uint8))


def _exposed(picture: Pixels, how: Scan, rng: np.random.Generator) -> Pixels:
    if how.blur_px > 0.2:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), how.blur_px), np.uint8)
    if how.spine_shadow:
        picture = grime.shadowed(picture, how.spine_shadow, how.dpi)
    if how.uneven_light:
        picture = grime.unevenly_lit(picture, how.uneven_light, rng)
    if how.smudges:
        picture = grime.smudged(picture, how.smudges, how.dpi, rng)
    grime.speckle(picture, how.specks, how.dpi, rng)
    grime.streak(picture, how.streaks, rng)
    return grime.noisy(picture, how.noise, rng)


def _delivered(picture: Pixels, how: Scan) -> Image.Image:
    image = Image.fromarray(picture)
    if how.mode is Mode.DITHER:
        return image.convert("1")
    if how.mode is Mode.FAX:
        limit = how.black + (how.paper_white - how.black) * 0.62
        return Image.fromarray(((picture > limit) * 255).astype(np.uint8)).convert(
            "1", dither=Image.Dither.NONE
        )
    return image
