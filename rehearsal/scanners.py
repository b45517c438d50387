"""Scanners: what an office machine makes of a sheet of paper.

A scan is a value; the same paper, scan and generator give the same picture. Positions on the paper stay
exactly known: everything geometric is one affine transform.
"""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rehearsal.paper import PAPER_DPI, PX_PER_MM, Paper, Pixels

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Mode(enum.StrEnum):
    """What a scanner delivers."""

    COLOUR = "colour"
    GREY = "grey"
    FAX = "fax"
    """One bit a dot, by a threshold."""

    DITHER = "dither"
    """One bit a dot, greys scattered as by copiers set to "photo"."""


@dataclass(frozen=True)
class Scan:
    """How a sheet is scanned. Angles in degrees, lengths in mm on paper, the rest shares."""

    dpi: int = 300
    mode: Mode = Mode.GREY
    skew_deg: float = 0.0
    upside_down: bool = False
    scale_x: float = 1.0
    scale_y: float = 1.0
    """Feed rollers stretch a sheet by a few thousandths, not alike in both directions."""

    shift_x_mm: float = 0.0
    shift_y_mm: float = 0.0
    blur_px: float = 0.5
    noise: float = 3.0
    """Standard deviation of the sensor's noise, grey levels of 255."""

    paper_white: int = 246
    black: int = 12
    specks: int = 20
    spine_shadow: float = 0.0
    """How dark the shadow along the left edge is, 0–1."""

    show_through: float = 0.0
    """How much of the back page's print comes through, 0–1."""

    jpeg_quality: int = 82
    tagged_dpi: int | None = None
    """The resolution that the file claims; None: the true one."""

    lid: int = 255
    """Grey of what lies around the sheet on the glass."""

    def facts(self) -> dict[str, Any]:
        """As plain values for a truth file."""
        return {key: value.value if isinstance(value, Mode) else value for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Scanned:
    """A scanned page: ``image`` in mode RGB, L or 1, with the resolution that the file will claim."""

    image: Image.Image
    tagged_dpi: int
    jpeg_quality: int


def ordinary_scan(rng: np.random.Generator) -> Scan:
    """A scan as office machines make them; one in eight comes by fax, one in twelve lay upside down."""
    mode = Mode(str(rng.choice(["grey", "colour", "fax", "dither"], p=[0.5, 0.34, 0.12, 0.04])))
    one_bit = mode in (Mode.FAX, Mode.DITHER)
    return Scan(
        dpi=int(rng.choice([200, 240, 300, 400], p=[0.25, 0.1, 0.55, 0.1]))
        if not one_bit
        else int(rng.choice([200, 300])),
        mode=mode,
        skew_deg=round(float(np.clip(rng.normal(0, 0.8), -3, 3)), 3),
        upside_down=bool(rng.random() < 0.08),
        scale_x=round(float(rng.normal(1, 0.003)), 5),
        scale_y=round(float(rng.normal(1, 0.004)), 5),
        shift_x_mm=round(float(rng.normal(0, 1.2)), 3),
        shift_y_mm=round(float(rng.normal(0, 1.5)), 3),
        blur_px=round(float(rng.uniform(0.3, 0.8)), 2),
        noise=round(float(rng.uniform(1, 5)), 2),
        paper_white=int(rng.integers(232, 253)),
        black=int(rng.integers(0, 40)),
        specks=int(rng.choice([0, 8, 25, 70], p=[0.3, 0.4, 0.2, 0.1])),
        spine_shadow=round(float(rng.choice([0, 0, 0, rng.uniform(0.2, 0.6)])), 3),
        show_through=round(float(rng.choice([0, 0, 0, rng.uniform(0.04, 0.12)])), 3),
        jpeg_quality=int(rng.choice([60, 75, 85, 92])),
        lid=int(rng.choice([255, 255, 250, 200])),
    )


def scan(paper: Paper, how: Scan, rng: np.random.Generator, back: Paper | None = None) -> Scanned:
    """The sheet as the scanner delivers it; ``back`` is what is printed on the other side."""
    light = _flat_colours(paper, how)
    if how.show_through and back is not None:
        light = _seen_through(light, back, how.show_through)
    if how.dpi < PAPER_DPI:
        # A sensor's dot averages the paper under it; without this thin lines would break up.
        light = np.asarray(cv2.GaussianBlur(light, (0, 0), 0.35 * PAPER_DPI / how.dpi), np.uint8)
    picture = cv2.warpAffine(
        light,
        placing(paper, how),
        _size_px(paper, how),
        flags=cv2.INTER_LINEAR,
        borderValue=(how.lid,) * 3,
    )
    picture = _exposed(np.asarray(picture, np.uint8), how, rng)
    return Scanned(_delivered(picture, how), how.tagged_dpi or how.dpi, how.jpeg_quality)


def placing(paper: Paper, how: Scan) -> NDArray[np.float64]:
    """The 2×3 matrix from px of the paper (300 dpi) to px of the scan."""
    height, width = paper.pixels.shape[:2]
    ratio = how.dpi / PAPER_DPI
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    angle = np.deg2rad(how.skew_deg + (180 if how.upside_down else 0))
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    stretch = np.diag([ratio * how.scale_x, ratio * how.scale_y, 1])
    to_place = np.eye(3)
    to_place[:2, 2] = (
        width * ratio / 2 + how.shift_x_mm * PX_PER_MM * ratio,
        height * ratio / 2 + how.shift_y_mm * PX_PER_MM * ratio,
    )
    whole: NDArray[np.float64] = to_place @ stretch @ turn @ to_middle
    return whole[:2]


def _size_px(paper: Paper, how: Scan) -> tuple[int, int]:
    ratio = how.dpi / PAPER_DPI
    return round(paper.pixels.shape[1] * ratio), round(paper.pixels.shape[0] * ratio)


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
    return _dimmed(light, 255 - ((255 - soft) * strength).astype(np.uint8))


def _dimmed(light: Pixels, shade: Grey) -> Pixels:
    """The picture multiplied by a shade (h, w), 255 leaving it as it is."""
    shades = shade if light.ndim == 2 else cv2.merge([shade] * 3)
    return np.asarray(cv2.multiply(light, shades, scale=1 / 255), np.uint8)


def _exposed(picture: Pixels, how: Scan, rng: np.random.Generator) -> Pixels:
    if how.blur_px > 0.2:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), how.blur_px), np.uint8)
    if how.spine_shadow:
        picture = _shadowed(picture, how)
    _speckle(picture, how, rng)
    return _noisy(picture, how.noise, rng)


def _shadowed(picture: Pixels, how: Scan) -> Pixels:
    """The dark band at the left, where a bound or curled sheet lifts off the glass."""
    x_mm = np.arange(picture.shape[1]) / (how.dpi / 25.4)
    light = (255 * (1 - how.spine_shadow * np.exp(-x_mm / 5.0))).astype(np.uint8)
    return _dimmed(picture, np.broadcast_to(light[None, :], picture.shape[:2]).copy())


def _speckle(picture: Pixels, how: Scan, rng: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    for _ in range(how.specks):
        centre = int(rng.integers(width)), int(rng.integers(height))
        radius = max(1, round(float(rng.exponential(0.07)) * how.dpi / 25.4))
        grey = int(rng.integers(20, 130))
        cv2.circle(picture, centre, radius, (grey,) * 3, -1, cv2.LINE_AA)


TILE: Final = 512


def _noisy(picture: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """Sensor noise; one tile of it is repeated, turned, because fresh noise for a page costs a second."""
    if deviation <= 0:
        return picture
    tile = rng.normal(0, deviation, (TILE, TILE)).round().astype(np.int16)
    height, width = picture.shape[:2]
    rows, columns = -(-height // TILE), -(-width // TILE)
    turns = rng.integers(0, 4, (rows, columns))
    noise = np.block([[np.rot90(tile, int(turn)) for turn in row] for row in turns])[:height, :width]
    noisy = picture.astype(np.int16) + (noise if picture.ndim == 2 else noise[:, :, None])
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


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
