"""Writing: a hand sets text into boxes the way people fill forms, a little differently each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from forms.definition import Box
from rehearsal.faces import MARGIN_EM, Warp
from rehearsal.hands import Hand
from rehearsal.paper import PX_PER_MM, Paper

Align = Literal["left", "centre", "right"]

SMALLEST_MM: Final = 2.2
"""Nobody writes kanji smaller than this on a form."""

GAP: Final = "\u3000"


@dataclass(frozen=True)
class Line:
    """Text set for writing: each character with the left edge of its em square, sizes in mm."""

    chars: tuple[tuple[str, float, float], ...]
    """Character, left edge from the line's start, size."""

    width_mm: float
    size_mm: float


def _relative_size(char: str) -> float:
    if char.isascii():
        return 0.98
    return 0.94 if "ぁ" <= char <= "ヿ" else 1.0


def _advance_em(char: str, hand: Hand) -> float:
    if char in (" ", GAP):
        return 0.45 if char == " " else 0.7
    return (hand.face(char).width_em(char) + hand.spacing) * _relative_size(char) * hand.stretch


def set_line(text: str, size_mm: float, hand: Hand, rng: np.random.Generator) -> Line:
    """Places the characters one after the other, each a little larger or smaller."""
    x_mm, placed = 0.0, []
    for char in text:
        advance = _advance_em(char, hand) * size_mm
        if not char.isspace():
            size = size_mm * _relative_size(char) * (1 + float(rng.normal(0, hand.size_spread)))
            placed.append((char, x_mm, size))
        x_mm += advance * (1 + float(rng.normal(0, 0.3 * hand.size_spread)))
    return Line(tuple(placed), x_mm, size_mm)


def natural_width_em(text: str, hand: Hand) -> float:
    return sum(_advance_em(char, hand) for char in text)


def write(
    paper: Paper,
    text: str,
    box: Box,
    hand: Hand,
    rng: np.random.Generator,
    align: Align = "left",
    drop_mm: float = 0,
) -> Box:
    """Writes the text into the box, smaller or on two lines when it is long; returns where the ink went.

    ``drop_mm`` lowers the line, down onto the ruling. NoGlyphError when the hand lacks a character.
    """
    if not text:
        return box
    lines = _broken(text, box, hand)
    height = box.height_mm / len(lines)
    areas = []
    for number, part in enumerate(lines):
        strip = Box(x_mm=box.x_mm, y_mm=box.y_mm + number * height, width_mm=box.width_mm, height_mm=height)
        areas.append(_write_line(paper, part, strip, hand, rng, align, drop_mm))
    return _around(areas)


def _broken(text: str, box: Box, hand: Hand) -> tuple[str, ...]:
    """One line, or two when one would be too small to read and the box is high enough."""
    fits_mm = (box.width_mm - 2) / natural_width_em(text, hand)
    if fits_mm > 3.0 or box.height_mm < 8 or len(text) < 8:
        return (text,)
    space = text.rfind(" ", 0, len(text) - 2)
    cut = space if space > len(text) * 0.4 else (len(text) + 1) // 2
    return text[:cut].rstrip(), text[cut:].lstrip()


def _write_line(
    paper: Paper, text: str, box: Box, hand: Hand, rng: np.random.Generator, align: Align, drop_mm: float
) -> Box:
    room_mm = max(box.width_mm - 1.2, 1.0)
    size_mm = min(hand.size_mm, box.height_mm * hand.fill)
    size_mm = max(min(size_mm, room_mm / natural_width_em(text, hand)), min(SMALLEST_MM, box.height_mm * 0.8))
    line = set_line(text, size_mm, hand, rng)
    x_mm = box.x_mm + _start_mm(box, line, align, rng)
    slack = box.height_mm - size_mm
    y_mm = box.y_mm + slack / 2 + float(rng.normal(0, 0.1)) * slack + drop_mm
    draw_line(paper, line, x_mm, y_mm, hand, rng)
    return Box(x_mm=x_mm, y_mm=y_mm, width_mm=max(line.width_mm, 1), height_mm=size_mm)


def _start_mm(box: Box, line: Line, align: Align, rng: np.random.Generator) -> float:
    slack = box.width_mm - line.width_mm
    if align == "centre":
        return slack * float(np.clip(rng.normal(0.5, 0.08), 0.2, 0.8))
    if align == "right":
        return max(slack - 0.6 - float(rng.uniform(0, 0.6)), slack / 2)
    return min(max(slack / 2, 0.1), 0.7 + float(rng.uniform(0, 1.8)))


def draw_line(
    paper: Paper, line: Line, x_mm: float, y_mm: float, hand: Hand, rng: np.random.Generator
) -> None:
    """Draws a set line with its em squares' top at ``y_mm``; the base line wanders and tilts."""
    drift = 0.0
    for char, dx_mm, size_mm in line.chars:
        drift = 0.7 * drift + float(rng.normal(0, hand.wander)) * size_mm
        fall = float(np.clip(hand.tilt * dx_mm, -0.8, 0.8))
        top_mm = y_mm + (line.size_mm - size_mm) / 2 + drift + fall
        write_char(paper, char, x_mm + dx_mm, top_mm, size_mm, hand, rng)


def write_char(
    paper: Paper, char: str, x_mm: float, y_mm: float, size_mm: float, hand: Hand, rng: np.random.Generator
) -> None:
    """Writes one character with its em square's top left at x, y."""
    em_px = size_mm * PX_PER_MM
    patch = hand.face(char).draw(char, em_px, _warp(char, hand, rng), hand.pen, rng)
    flow = hand.density * float(np.clip(rng.normal(1, 0.05), 0.8, 1.06))
    margin_px = MARGIN_EM * em_px
    paper.take_ink(
        patch * min(flow, 1.0), x_mm * PX_PER_MM - margin_px, y_mm * PX_PER_MM - margin_px, hand.ink
    )


def write_cell(paper: Paper, char: str, box: Box, hand: Hand, rng: np.random.Generator) -> None:
    """Writes one character into the middle of a comb cell or another small box."""
    width = hand.face(char).width_em(char) * hand.stretch
    size_mm = min(hand.size_mm * 1.05, box.height_mm * 0.92, box.width_mm * 1.12)
    size_mm *= 1 + float(rng.normal(0, hand.size_spread))
    x_mm = box.x_mm + (box.width_mm - width * size_mm) / 2 + float(rng.normal(0, 0.05)) * box.width_mm
    low = 0.08 if char.isascii() else 0.0
    y_mm = (
        box.y_mm + (box.height_mm - size_mm) / 2 - low * size_mm + float(rng.normal(0, 0.04)) * box.height_mm
    )
    write_char(paper, char, x_mm, y_mm, size_mm, hand, rng)


def _warp(char: str, hand: Hand, rng: np.random.Generator) -> Warp:
    """The hand's habit with this character plus what chance adds this time."""
    habit_rng = np.random.default_rng((hand.seed, ord(char)))
    bend = habit_rng.normal(0, hand.habit, (4, 4, 2)) + rng.normal(0, hand.shake, (4, 4, 2))
    turn = float(habit_rng.normal(0, hand.habit) + rng.normal(0, hand.shake))
    widen = hand.stretch * (1 + float(habit_rng.normal(0, hand.habit)))
    matrix = np.array([[widen, -hand.slant + turn], [-turn, 1 - 0.5 * abs(turn)]], np.float32)
    return Warp(matrix, bend.astype(np.float32), int(habit_rng.integers(1000)))


def _around(areas: Sequence[Box]) -> Box:
    left, top = min(a.x_mm for a in areas), min(a.y_mm for a in areas)
    right, bottom = max(a.right_mm for a in areas), max(a.bottom_mm for a in areas)
    return Box(x_mm=left, y_mm=top, width_mm=right - left, height_mm=bottom - top)
