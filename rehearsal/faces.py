"""Where the shapes of written characters come from, and how a pen makes ink of them. Here: fonts.

A face draws one character into a patch of ink. Coordinates are shares of the em square (the square of a
full-size kanji), x to the right, y downwards. A face never draws the "missing glyph" box: ask ``covers``
first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

MARGIN_EM: Final = 0.3
"""Room around the em square in a patch, so that slanted and displaced strokes are not cut off."""

FONT_FOLDER: Final = Path("/usr/share/fonts/truetype")
"""Where Debian puts the fonts of fonts-klee, fonts-kiloji and fonts-yusei-magic."""

FONTS: Final[Mapping[str, str]] = {
    "klee": "klee/KleeOne-Regular.ttf",
    "klee-semibold": "klee/KleeOne-SemiBold.ttf",
    "kiloji": "kiloji/kiloji.ttf",
    "kiloji-d": "kiloji/kiloji_d.ttf",
    "yusei": "yusei-magic/YuseiMagic-Regular.ttf",
}
FINER: Final = 2
"""How many times finer than the paper ink is drawn before it is reduced."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Warp:
    """How a hand bends a character: a 2×2 matrix about its centre, then a smooth displacement.

    ``bend`` has shape (k, k, 2): displacements in em at the nodes of a grid over the em square. ``variant``
    chooses among the ways of forming the character, where a face knows several.
    """

    matrix: Floats
    bend: Floats
    variant: int = 0

    def apply(self, points: Floats) -> Floats:
        """Points (n, 2) in em, moved."""
        centre = np.float32(0.5)
        turned = (points - centre) @ self.matrix.T + centre
        return np.asarray(turned + _sample(_fine(self.bend), points), np.float32)


@dataclass(frozen=True)
class Pen:
    """A ballpoint: line width in px, how much pressure varies (0..1), how often strokes are joined (0..1)."""

    width_px: float
    pressure: float = 0.25
    joining: float = 0.0


class Face(Protocol):
    """A source of character shapes."""

    @property
    def name(self) -> str: ...

    def covers(self, char: str) -> bool:
        """Whether the face has a real shape for the character."""
        ...

    def width_em(self, char: str) -> float:
        """How far the pen moves on after the character."""
        ...

    def draw(self, char: str, em_px: float, warp: Warp, pen: Pen, rng: np.random.Generator) -> Floats:
        """Ink coverage 0..1 of the em square with ``MARGIN_EM`` around it. KeyError when not covered."""
        ...


def patch_px(em_px: float) -> int:
    """Side of a patch in px."""
    return max(4, round(em_px * (1 + 2 * MARGIN_EM)))


def _fine(bend: Floats) -> Floats:
    return cv2.resize(bend, (24, 24), interpolation=cv2.INTER_CUBIC).astype(np.float32)


def _sample(field_em: Floats, points: Floats) -> Floats:
    index = np.clip(points * 23, 0, 23).astype(np.int32)
    return field_em[index[:, 1], index[:, 0]]


# --- fonts ---


@lru_cache(maxsize=256)
def _font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=64)
def _charset(path: str) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=8192)
def _font_mask(path: str, char: str, size_px: int) -> NDArray[np.uint8]:
    """The character's coverage, shape (patch, patch), the em square in the middle."""
    side, margin = patch_px(size_px), round(size_px * MARGIN_EM)
    image = Image.new("L", (side, side), 0)
    font = _font(path, size_px)
    ascent, descent = font.getmetrics()
    top = margin + (size_px - ascent - descent) / 2
    ImageDraw.Draw(image).text((margin, top), char, font=font, fill=255)
    return np.asarray(image)


@dataclass(frozen=True)
class FontFace:
    """A handwriting font. ``path`` is its TrueType file."""

    name: str
    path: str

    def covers(self, char: str) -> bool:
        # Some fonts list a character and then leave its shape empty.
        return ord(char) in _charset(self.path) and bool(_font_mask(self.path, char, 64).any())

    def width_em(self, char: str) -> float:
        return float(_font(self.path, 192).getlength(char)) / 192

    def draw(self, char: str, em_px: float, warp: Warp, pen: Pen, rng: np.random.Generator) -> Floats:
        if not self.covers(char):
            raise KeyError(char)
        source_px = next((size for size in (64, 96, 128, 192) if size >= em_px * FINER), 256)
        drawn = bent(_font_mask(self.path, char, source_px), source_px, em_px, warp)
        missing_px = (pen.width_px - _line_em(self.path) * em_px) * FINER
        return halved(_pressed(_widened(drawn, missing_px), rng, pen))


@lru_cache(maxsize=64)
def _line_em(path: str) -> float:
    """How wide the font draws a line, measured on a character of straight strokes that it has."""
    mask = _font_mask(path, next(char for char in "中エE" if ord(char) in _charset(path)), 192)
    depth = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
    return 2 * float(np.percentile(depth[depth > 0], 85)) / 192


def bent(mask: NDArray[np.uint8], source_px: float, em_px: float, warp: Warp) -> NDArray[np.uint8]:
    """A character's mask (patch, patch) of em ``source_px`` as the warp bends it, ``FINER`` than on paper."""
    side = patch_px(em_px) * FINER
    across = (np.arange(side, dtype=np.float32) / (em_px * FINER)) - MARGIN_EM
    points = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
    inverse = Warp(np.linalg.inv(warp.matrix).astype(np.float32), -warp.bend)
    source = (inverse.apply(points) + MARGIN_EM).reshape(side, side, 2) * source_px
    return np.asarray(cv2.remap(mask, source[..., 0], source[..., 1], cv2.INTER_LINEAR), np.uint8)


def _widened(mask: NDArray[np.uint8], by_px: float) -> NDArray[np.uint8]:
    if by_px < 1:
        return mask
    side = 1 + round(by_px)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.dilate(mask, kernel).astype(np.uint8)


def _pressed(mask: NDArray[np.uint8], rng: np.random.Generator, pen: Pen) -> Floats:
    """The line made a little thinner or thicker from place to place, as pressure does."""
    ink = cv2.GaussianBlur(mask, (0, 0), 1.2).astype(np.float32) / 255
    nodes = rng.normal(0, 0.12 * pen.pressure, (4, 4)).astype(np.float32)
    pressure = cv2.resize(nodes, mask.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip((ink - 0.45 + pressure) * 3 + 0.5, 0, 1).astype(np.float32)


def halved(ink: Floats) -> Floats:
    """Ink drawn ``FINER``, reduced to the paper's px."""
    size = ink.shape[1] // FINER, ink.shape[0] // FINER
    return cv2.resize(ink, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def ink_lines(
    lines_px: Sequence[Floats], shape: tuple[int, int], pen: Pen, rng: np.random.Generator
) -> Floats:
    """Coverage 0..1, of the given shape, of a pen drawn along the lines, each (n, 2) in px."""
    scale = FINER
    canvas = np.zeros((shape[0] * scale, shape[1] * scale), np.uint8)
    last = lines_px[0][-1]
    for number, line in enumerate(lines_px):
        _stroke(canvas, line * scale, pen.width_px * scale, pen.pressure, rng)
        if number and rng.random() < pen.joining:
            _stroke(canvas, np.stack([last, line[0]]) * scale, pen.width_px * scale * 0.55, 0, rng)
        last = line[-1]
    return halved(np.asarray(canvas / np.float32(255), np.float32))


def _stroke(
    canvas: NDArray[np.uint8], points_px: Floats, width_px: float, pressure: float, rng: np.random.Generator
) -> None:
    """Draws one way of the pen, its width changing slowly along it and running out at the end."""
    chunks = max(1, len(points_px) // 4)
    swing = rng.normal(0, 0.35 * pressure, chunks)
    swing[-1] -= pressure * 0.7 * rng.random()
    fixed = np.round(points_px * 16).astype(np.int32)
    for number, chunk in enumerate(np.array_split(np.arange(len(fixed)), chunks)):
        run = fixed[max(0, chunk[0] - 1) : chunk[-1] + 1]
        thickness = max(1, round(width_px * (1 + float(swing[number]))))
        cv2.polylines(canvas, [run.reshape(-1, 1, 2)], False, 255, thickness, cv2.LINE_AA, shift=4)


@lru_cache(maxsize=1)
def font_faces() -> tuple[FontFace, ...]:
    """The handwriting fonts that are installed on this machine."""
    paths = {name: FONT_FOLDER / file for name, file in FONTS.items()}
    return tuple(FontFace(name, str(path)) for name, path in paths.items() if path.is_file())
