"""Marks that people make besides writing: ticks, circles, lines through a mistake, and seals.

All are drawn as by hand: they miss, stay open, run over the edge.
"""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from forms.definition import Box
from rehearsal.faces import Floats, Pen, ink_lines
from rehearsal.hands import Hand
from rehearsal.paper import PX_PER_MM, Colour, Paper
from rehearsal.strokes import even

SEAL_FONT: Final = "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf"
"""From Debian's package fonts-ipaexfont."""

VERMILION: Final[Colour] = (214, 52, 40)
OFFICE_RED: Final[Colour] = (196, 40, 58)


class Tick(enum.Enum):
    """How a person marks a box."""

    CHECK = "✓"
    RE = "レ"
    CROSS = "×"
    FILLED = "■"


class Ring(enum.Enum):
    """How a person rings a word, when it does not simply go round it."""

    OPEN = "open"
    DOUBLE = "double"
    CUTTING = "cutting"
    """Off the middle, so that it runs through the next word."""

    LONG = "long"
    """Drawn out to one side or the other."""


def tick_of(hand: Hand) -> Tick:
    """A hand's own way of ticking; most people write レ or ✓."""
    rng = np.random.default_rng((hand.seed, 0x71C))
    return Tick(str(rng.choice(["✓", "レ", "×", "■"], p=[0.42, 0.42, 0.08, 0.08])))


def draw(
    paper: Paper, lines_mm: list[Floats], hand: Hand, rng: np.random.Generator, pen_mm: float = 0
) -> None:
    """Draws lines, each (n, 2) in mm on the page, with the hand's pen."""
    pen = Pen((pen_mm or hand.pen_mm) * PX_PER_MM, hand.pressure)
    points = np.concatenate(lines_mm) * PX_PER_MM
    low = np.floor(points.min(axis=0) - 2 * pen.width_px)
    width, height = (int(n) for n in np.ceil(points.max(axis=0) + 2 * pen.width_px - low))
    lines_px = [(even(line, 0.4) * PX_PER_MM - low).astype(np.float32) for line in lines_mm]
    paper.take_ink(ink_lines(lines_px, (height, width), pen, rng) * hand.density, low[0], low[1], hand.ink)


def _points(shape: str, box: Box, rng: np.random.Generator, jitter: float = 0.06) -> Floats:
    """A line given in shares of the box, moved a little."""
    shares = np.array([[float(n) for n in pair.split(",")] for pair in shape.split()])
    shares += rng.normal(0, jitter, shares.shape)
    size, corner = np.array([box.width_mm, box.height_mm]), np.array([box.x_mm, box.y_mm])
    return np.asarray(shares * size + corner, np.float32)


def tick(paper: Paper, box: Box, hand: Hand, rng: np.random.Generator, habit: Tick | None = None) -> None:
    """Marks a little square in the hand's own way, often running over its edge."""
    shapes = {
        Tick.CHECK: ["0.12,0.5 0.4,0.88 1.12,-0.15"],
        Tick.RE: ["0.2,0.08 0.24,0.9 1.02,0.22"],
        Tick.CROSS: ["0.08,0.1 0.92,0.9", "0.92,0.08 0.06,0.92"],
        Tick.FILLED: [_scribble()],
    }
    chosen = shapes[habit or tick_of(hand)]
    draw(paper, [_points(shape, box, rng) for shape in chosen], hand, rng, pen_mm=hand.pen_mm * 1.1)


def _scribble(passes: int = 11) -> str:
    """To and fro across the square until it is black."""
    return " ".join(f"{0.05 + 0.9 * (i % 2)},{0.06 + 0.88 * i / (passes - 1)}" for i in range(passes))


def miss(box: Box, rng: np.random.Generator) -> Box:
    """Where a careless tick goes: as large as its box, and beside it by a third to three quarters of it."""
    angle = float(rng.uniform(0, 2 * np.pi))
    far_mm = float(rng.uniform(0.35, 0.75)) * box.width_mm
    return box.moved(far_mm * float(np.cos(angle)), 0.6 * far_mm * float(np.sin(angle)))


def blacken(paper: Paper, box: Box, hand: Hand, rng: np.random.Generator) -> None:
    """Scribbles over a little square until what stood there is gone."""
    around = Box(
        x_mm=box.x_mm - 0.8, y_mm=box.y_mm - 0.8, width_mm=box.width_mm + 1.6, height_mm=box.height_mm + 1.6
    )
    for passes in (15, 12):
        draw(paper, [_points(_scribble(passes), around, rng)], hand, rng, pen_mm=hand.pen_mm * 1.1)


def circle(paper: Paper, box: Box, hand: Hand, rng: np.random.Generator, ring: Ring | None = None) -> None:
    """A ring around a printed word: not round, not quite closed or closed twice over."""
    start = float(rng.normal(-1.9, 0.5))
    sweep = float(rng.normal(2 * np.pi * 1.03, 0.32))
    if ring in (Ring.OPEN, Ring.DOUBLE):
        sweep = 2 * np.pi * float(rng.uniform(0.74, 0.9) if ring is Ring.OPEN else rng.uniform(1.7, 2.2))
    steps = 60 if sweep < 9 else 120
    angles = np.linspace(start, start + sweep, steps)
    wobble = np.interp(angles, np.linspace(start, start + sweep, 6), rng.normal(1, 0.05, 6))
    spiral = np.linspace(1 - float(rng.uniform(-0.05, 0.12)), 1, steps)
    radius = np.array([box.width_mm, box.height_mm]) / 2 * float(rng.uniform(0.86, 1.04))
    radius = np.maximum(radius, 2.3)
    centre = np.array([box.x_mm + box.width_mm / 2, box.y_mm + box.height_mm / 2]) + rng.normal(0, 0.35, 2)
    if ring is Ring.LONG:
        radius = radius * ((1.4, 0.9) if rng.random() < 0.5 else (0.85, 1.35))
    if ring is Ring.CUTTING:
        centre = centre + np.array([rng.choice([-1, 1]) * rng.uniform(0.22, 0.4) * box.width_mm, 0])
    line = np.stack([np.cos(angles), np.sin(angles)], axis=1) * (wobble * spiral)[:, None] * radius + centre
    draw(paper, [line.astype(np.float32)], hand, rng)


def strike_through(paper: Paper, ink: Box, hand: Hand, rng: np.random.Generator) -> None:
    """Two nearly level lines through what was written there."""
    lines = []
    for height in (0.4, 0.62):
        ends = f"-0.03,{height} 0.5,{height} 1.03,{height}"
        lines.append(_points(ends, ink, rng, jitter=0.03))
    draw(paper, lines, hand, rng)


# --- seals ---


@lru_cache(maxsize=32)
def _mincho(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(SEAL_FONT, size_px)


def name_seal(
    paper: Paper,
    text: str,
    centre_mm: tuple[float, float],
    rng: np.random.Generator,
    diameter_mm: float = 10.5,
    strength: float = 1,
) -> None:
    """A round red seal with one or two characters one below the other (認印)."""
    side = round(diameter_mm * PX_PER_MM)
    image, pen = _ring(side)
    chars = text[:3]
    size = round(side * {1: 0.6, 2: 0.4, 3: 0.28}[len(chars)])
    for number, char in enumerate(chars):
        at = side / 2 + (number - (len(chars) - 1) / 2) * size * 1.05
        pen.text(
            (side / 2, at), char, font=_mincho(size), fill=255, anchor="mm", stroke_width=max(1, size // 24)
        )
    _press(paper, image, centre_mm, VERMILION, rng, strength)


def date_seal(
    paper: Paper,
    lines: tuple[str, str, str],
    centre_mm: tuple[float, float],
    rng: np.random.Generator,
    size_mm: float,
    strength: float = 1,
) -> None:
    """The office's round date stamp: department, date and purpose between two bars (受付印)."""
    side = round(size_mm * PX_PER_MM)
    image, pen = _ring(side)
    for share in (0.36, 0.64):
        reach = side * (0.25 - (share - 0.5) ** 2) ** 0.5 * 0.94
        pen.line(
            [(side / 2 - reach, side * share), (side / 2 + reach, side * share)],
            fill=255,
            width=max(2, side // 60),
        )
    for text, at, room in zip(lines, (0.22, 0.5, 0.79), (0.5, 0.8, 0.5), strict=True):
        size = max(6, int(min(side * 0.2, side * room / len(text) * (1.7 if text[0].isdigit() else 1.0))))
        pen.text((side / 2, side * at), text, font=_mincho(size), fill=255, anchor="mm", stroke_width=1)
    _press(paper, image, centre_mm, OFFICE_RED, rng, strength)


def _ring(side: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(image)
    pen.ellipse((1, 1, side - 2, side - 2), outline=255, width=max(3, side // 26))
    return image, pen


def _press(
    paper: Paper,
    image: Image.Image,
    centre_mm: tuple[float, float],
    colour: Colour,
    rng: np.random.Generator,
    strength: float,
) -> None:
    """Presses a seal: turned a little, with the ink uneven and thin at one side; ``strength`` 0–1."""
    side = image.width
    turned = image.rotate(float(rng.normal(0, 9)), Image.Resampling.BICUBIC)
    mask = cv2.GaussianBlur(np.asarray(turned, np.float32) / 255, (0, 0), 0.9)
    cloud = cv2.resize(
        rng.normal(0, 1, (7, 7)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
    )
    grain = cv2.GaussianBlur(rng.normal(0, 1, (side, side)).astype(np.float32), (0, 0), 1.2)
    across = np.linspace(-1, 1, side, dtype=np.float32) * float(rng.normal(0, 0.12))
    ink = mask * np.clip(0.8 + 0.12 * cloud + 0.3 * grain + across[None, :], 0.1, 0.96) * strength
    x_px, y_px = (at * PX_PER_MM - side / 2 for at in centre_mm)
    paper.take_ink(ink.astype(np.float32), x_px, y_px, colour)
