"""One written line as a scanner sees it and the reader cuts it out: grey, tight, with white around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rehearsal.faces import MARGIN_EM, Floats
from rehearsal.training.texts import CHARACTERS, GAP, Text, any_text
from rehearsal.training.writers import Split, Style, any_style, drawn

HEIGHT_PX: Final = 32
WIDENED: Final = 1.5
"""The height at which the recogniser sees a line, and how much wider: narrow digits want frames."""

INK_BELOW: Final = 160
PAD: Final = 0.18
GAP_IN_COMB: Final = 0.45
"""As in ``ocr.lines``: what is ink, the white around a line and between the characters of a comb."""

PAPER: Final = 255
FAX_INK: Final = 20
WIDEST_PX: Final = 800
NARROWEST_PX: Final = 24
_COLUMN: Final = {char: number for number, char in enumerate(CHARACTERS, start=1)}

Grey = NDArray[np.uint8]
Random = np.random.Generator


class NoInkError(ValueError):
    """Scanning left nothing of a line; the caller draws another."""


@dataclass(frozen=True)
class Sample:
    """A line (32×W, grey) and the columns of the characters that it says."""

    image: Grey
    columns: tuple[int, ...]


def any_sample(split: Split, strokes: Path | None, rng: Random) -> Sample:
    """A line that can be learnt from."""
    while True:
        text = any_text(rng)
        try:
            image = line_of(text, any_style(text.text, split, rng), split, strokes, rng)
        except NoInkError:
            continue
        if image.shape[1] <= WIDEST_PX:
            return Sample(image, tuple(_COLUMN[char] for char in text.read))


def line_of(text: Text, style: Style, split: Split, strokes: Path | None, rng: Random) -> Grey:
    """The text written, scanned and cut out, at ``HEIGHT_PX``. NoInkError."""
    patches = [None if char == GAP else drawn(char, style, split, strokes, rng) for char in text.text]
    scan = any_scan(rng)
    if text.comb:
        cut = strip([tight(scanned(patch[0], scan, style.em_px, rng)) for patch in patches if patch])
    else:
        line = scanned(_joined(patches, style, rng), scan, style.em_px, rng)
        cut = framed(clipped(tight(line), rng), style, rng)
    return at_height(cut, float(rng.uniform(0.85, 1.25)))


def _joined(patches: Sequence[tuple[Floats, float] | None], style: Style, rng: Random) -> Floats:
    """The characters one after the other, by their advance or by the white between their ink."""
    em, side = style.em_px, next(p[0].shape[0] for p in patches if p)
    by_ink, white = bool(rng.random() < 0.5), float(rng.uniform(-0.02, 0.3))
    spacing, wander = float(rng.normal(0.02, 0.08)), float(rng.uniform(0, 0.05))
    canvas = np.zeros((side, int(em * (1.5 * len(patches) * max(style.stretch, 1) + 8))), np.float32)
    x, at = 0.3 * em, 0
    for patch in patches:
        if patch is None:
            x += float(rng.uniform(0.35, 1.5)) * em
            continue
        ink, advance = patch
        columns = np.flatnonzero(ink.max(axis=0) > 0.3)
        if by_ink and len(columns):
            at = round(x + (white + float(rng.normal(0, 0.04))) * em - columns[0])
            x = at + columns[-1]
        else:
            at = round(x - MARGIN_EM * em + float(rng.normal(0, 0.03)) * em)
            x += (advance + spacing) * style.stretch * em
        _put(canvas, ink, at, round(float(rng.normal(0, wander)) * em))
    written = np.flatnonzero(canvas.any(axis=0))
    return canvas[:, : written[-1] + round(0.3 * em)] if len(written) else canvas


def _put(canvas: Floats, ink: Floats, x: int, y: int) -> None:
    """Lays ink on the canvas; what falls outside is lost."""
    height, width = canvas.shape
    left, right, top, bottom = (
        max(x, 0),
        min(x + ink.shape[1], width),
        max(y, 0),
        min(y + ink.shape[0], height),
    )
    if left < right and top < bottom:
        part = ink[top - y : bottom - y, left - x : right - x]
        np.maximum(canvas[top:bottom, left:right], part, out=canvas[top:bottom, left:right])


# --- what a scanner makes of it ---


@dataclass(frozen=True)
class Scan:
    """One line's scanning. ``blur``: of an em of 36 px; ``coarser``: shrunk by this on the way."""

    blur: float
    coarser: float
    paper: float
    density: float
    noise: float
    mode: Literal["grey", "fax", "dither"]
    threshold: float
    whitened: bool


def any_scan(rng: Random) -> Scan:
    """Mostly grey; one in seven by fax, one in sixteen dithered."""
    return Scan(
        blur=float(rng.uniform(0.3, 1.0)),
        coarser=float(rng.uniform(0.5, 0.9)) if rng.random() < 0.3 else 1.0,
        paper=float(rng.uniform(235, 255)),
        density=float(rng.uniform(0.6, 0.97)),
        noise=float(rng.uniform(0, 9)),
        mode=rng.choice(["grey", "fax", "dither"], p=[0.8, 0.14, 0.06]),
        threshold=float(rng.uniform(110, 200)),
        whitened=bool(rng.random() < 0.85),
    )


def scanned(ink: Floats, scan: Scan, em_px: float, rng: Random) -> Grey:
    """Grey on white, dark where there is ink, with what scanning and cleaning leave."""
    dark: Floats = cv2.GaussianBlur(
        _damaged(_tilted(ink, rng), em_px, rng), (0, 0), scan.blur * em_px / 36
    ).astype(np.float32)
    if scan.coarser < 1:
        dark = _coarser(dark, scan.coarser)
    noise = rng.normal(0, scan.noise, dark.shape)
    grey = np.clip(scan.paper * (1 - scan.density * dark) + noise, 0, PAPER).astype(np.uint8)
    if scan.mode == "fax":
        grey = np.where(grey < scan.threshold, FAX_INK, PAPER).astype(np.uint8)
    elif scan.mode == "dither":
        dots = np.where(grey < rng.uniform(40, 215, grey.shape), FAX_INK, PAPER).astype(np.uint8)
        grey = np.asarray(cv2.GaussianBlur(dots, (0, 0), 0.6), np.uint8)
    return _whitened(grey) if scan.whitened else grey


def _tilted(ink: Floats, rng: Random) -> Floats:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 0.7)), 1)
    return np.asarray(cv2.warpAffine(ink, matrix, (width, height)), np.float32)


def _coarser(dark: Floats, by: float) -> Floats:
    height, width = dark.shape
    small = cv2.resize(
        dark, (max(int(width * by), 1), max(int(height * by), 1)), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _whitened(grey: Grey) -> Grey:
    """As the reader cleans: paper is white, the grey rim of strokes stays."""
    near = cv2.dilate((grey < INK_BELOW).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(near > 0, grey, PAPER).astype(np.uint8)


def _damaged(ink: Floats, em_px: float, rng: Random) -> Floats:
    """Specks, remnants of rulings at the edges, and gaps where a ruling was taken away."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.4), np.flatnonzero(ink.max(axis=0) > 0.4)
    if not len(rows):
        raise NoInkError
    hurt = ink.copy()
    thin = max(1, round(float(rng.uniform(0.02, 0.06)) * em_px))
    if rng.random() < 0.06:
        y = int(rng.integers(rows[0], rows[-1] + 1))
        hurt[y : y + thin] *= float(rng.uniform(0, 0.5))
    if rng.random() < 0.1:
        _remnant(hurt, rows, columns, thin, rng)
    if rng.random() < 0.12:
        for _ in range(int(rng.integers(1, 4))):
            centre = int(rng.integers(columns[0], columns[-1] + 1)), int(rng.integers(rows[0], rows[-1] + 1))
            cv2.circle(hurt, centre, max(1, thin // 2), 1.0, -1)
    return hurt


def _remnant(ink: Floats, rows: NDArray[np.int_], columns: NDArray[np.int_], thin: int, rng: Random) -> None:
    """A piece of a lying ruling; an upright one cannot be told from a 1, and the reader drops it."""
    y = max(rows[0] - thin, 0) if rng.random() < 0.5 else rows[-1] + 1
    start = int(rng.integers(columns[0], columns[-1] + 1))
    ink[y : y + thin, start : start + int(rng.uniform(0.1, 0.6) * len(columns))] = 1


# --- how the reader cuts it out ---


def tight(grey: Grey) -> Grey:
    """Cut to its ink. NoInkError."""
    found = grey < INK_BELOW
    rows, columns = np.flatnonzero(found.any(axis=1)), np.flatnonzero(found.any(axis=0))
    if not len(rows):
        raise NoInkError
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def clipped(grey: Grey, rng: Random) -> Grey:
    """Now and then a little is cut off one side, as where writing left its box."""
    if rng.random() > 0.08:
        return grey
    cut = max(1, round(float(rng.uniform(0.02, 0.1)) * grey.shape[0]))
    sides = (slice(cut, None), slice(None)), (slice(None, -cut), slice(None))
    return grey[sides[int(rng.integers(2))]] if grey.shape[0] > 4 * cut else grey


def framed(grey: Grey, style: Style, rng: Random) -> Grey:
    """White around, and no less height than a share of the box."""
    missing = max(round(float(rng.uniform(0.4, 0.9)) * style.em_px) - grey.shape[0], 0)
    above = int(missing * np.clip(rng.normal(0.5, 0.15), 0, 1))
    pad = round(PAD * (grey.shape[0] + missing))
    around = ((pad // 2 + above, pad // 2 + missing - above), (pad, pad))
    return np.pad(grey, around, constant_values=PAPER)


def strip(cells: Sequence[Grey]) -> Grey:
    """Characters of a comb side by side at equal distances, on a common middle."""
    height = max(cell.shape[0] for cell in cells)
    gap = np.full((height, round(height * GAP_IN_COMB)), PAPER, np.uint8)
    pieces = [gap]
    for cell in cells:
        missing = height - cell.shape[0]
        padded = np.pad(cell, ((missing // 2, missing - missing // 2), (0, 0)), constant_values=PAPER)
        pieces += [padded, gap]
    pad = round(height * PAD / 2)
    return np.pad(np.hstack(pieces), ((pad, pad), (0, 0)), constant_values=PAPER)


def at_height(grey: Grey, stretch: float = 1.0) -> Grey:
    """Resized to ``HEIGHT_PX`` and ``WIDENED``, times ``stretch``."""
    height, width = grey.shape
    wide = max(round(width * stretch * WIDENED * HEIGHT_PX / height), NARROWEST_PX)
    way = cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (wide, HEIGHT_PX), interpolation=way), np.uint8)
