"""Characters as the ways of a pen: stroke collections in a folder, and our own digits and capitals."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from rehearsal.faces import MARGIN_EM, Floats, Pen, Warp, ink_lines, patch_px
from rehearsal.letters import CAPITALS, DIGITS, SIGNS, WIDE_SIGNS

STROKE_FILES: Final[Mapping[str, str]] = {
    "kanjicanvas": "kanjicanvas.jsonl.gz",
    "tomoe": "tomoe_data.all.tdic.gz",
}
SMALL_KANA: Final = dict(
    zip(
        "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ",
        "アイウエオツヤユヨワカケあいうえおつやゆよわ",
        strict=True,
    )
)
STEP_EM: Final = 0.025
CAPITAL_EM: Final = 0.68

Strokes = tuple[Floats, ...]
"""The pen's way over one character: per stroke an (n, 2) array of points in em, evenly spaced."""


@dataclass(frozen=True)
class StrokeFace:
    """Characters as the ways of a pen. ``variants`` holds one or more ways of writing each, as raw points."""

    name: str
    variants: Mapping[str, tuple[Strokes, ...]] = field(repr=False, hash=False, compare=False)

    def covers(self, char: str) -> bool:
        return char in self.variants

    def width_em(self, char: str) -> float:
        if char in DIGITS or char in CAPITALS or char in SIGNS:
            return float(max(stroke[:, 0].max() for stroke in self.variants[char][0])) + 0.12
        return 1.0

    def draw(self, char: str, em_px: float, warp: Warp, pen: Pen, rng: np.random.Generator) -> Floats:
        variants = self.variants[char]
        habit = variants[warp.variant % len(variants)]
        lines = [warp.apply(stroke) + rng.normal(0, 0.006, 2).astype(np.float32) for stroke in habit]
        side = patch_px(em_px)
        return ink_lines([(line + MARGIN_EM) * em_px for line in lines], (side, side), pen, rng)


def even(points: Floats, step: float = STEP_EM) -> Floats:
    """The same way with points at even distances ``step``, shape (n, 2)."""
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(2, int(lengths[-1] / step) + 1)
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], axis=1).astype(np.float32)


def rounded(points: Floats, reach: int = 2) -> Floats:
    """Corners and pixel steps smoothed over ``reach`` neighbours on either side; the ends stay."""
    if len(points) < 2 * reach + 1:
        return points
    kernel = np.concatenate([np.arange(1, reach + 2), np.arange(reach, 0, -1)]).astype(np.float64)
    padded = np.pad(points, ((reach, reach), (0, 0)), mode="edge")
    smooth = np.stack(
        [np.convolve(padded[:, axis], kernel / kernel.sum(), "valid") for axis in (0, 1)], axis=1
    )
    smooth[0], smooth[-1] = points[0], points[-1]
    return smooth.astype(np.float32)


def curved(points: Floats) -> Floats:
    """A smooth curve through the points (Catmull-Rom); a point given twice stays a corner."""
    corners = [i for i in range(1, len(points)) if np.array_equal(points[i], points[i - 1])]
    runs = np.split(points, corners)
    return np.concatenate([_spline(run) for run in runs if len(run)])


def _spline(points: Floats) -> Floats:
    if len(points) < 3:
        return points
    ends = np.concatenate([points[:1] * 2 - points[1:2], points, points[-1:] * 2 - points[-2:-1]])
    p0, p1, p2, p3 = (ends[i : len(points) - 1 + i, None, :] for i in range(4))
    t = np.linspace(0, 1, 10, dtype=np.float32)[None, :, None]
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.asarray(curve.reshape(-1, 2), np.float32)


def path_strokes(text: str, scale: float, dx: float, dy: float) -> Strokes:
    """The ways that a written path stands for, moved and scaled to em: see ``letters``."""
    strokes = []
    for part in text.split(";"):
        points = np.array([[float(n) for n in pair.split(",")] for pair in part.split()], np.float32)
        strokes.append(even(curved(points * scale + np.array([dx, dy], np.float32))))
    return tuple(strokes)


@lru_cache(maxsize=1)
def letters() -> Mapping[str, tuple[Strokes, ...]]:
    """Our own digits, capitals and signs, every habit of each."""
    narrow = CAPITAL_EM / 100
    shapes = {
        char: tuple(path_strokes(habit, narrow, 0.05, 0.92 - CAPITAL_EM) for habit in paths.split("|"))
        for group in (DIGITS, CAPITALS, SIGNS)
        for char, paths in group.items()
    }
    return shapes | {char: (path_strokes(path, 0.01, 0, 0),) for char, path in WIDE_SIGNS.items()}


class _Lazy(dict[str, tuple[Strokes, ...]]):
    """Raw strokes by character, made into even ways when a character is first written."""

    def __init__(self, raw: Mapping[str, list[Floats]], smooth_kana: bool) -> None:
        super().__init__(letters())
        self._raw = raw
        self._smooth_kana = smooth_kana

    def __contains__(self, char: object) -> bool:
        return super().__contains__(char) or char in self._raw or SMALL_KANA.get(str(char)) in self._raw

    def __missing__(self, char: str) -> tuple[Strokes, ...]:
        base = SMALL_KANA.get(char, char)
        kana = "ぁ" <= base <= "ヺ"
        size = 0.5 if char in SMALL_KANA else 0.76 if kana else 0.9
        strokes = into_square(self._raw[base], size, dy=0.14 if char in SMALL_KANA else 0)
        if kana and self._smooth_kana:
            strokes = [curved(stroke) for stroke in strokes]
        self[char] = (tuple(rounded(even(stroke)) for stroke in strokes),)
        return self[char]


def into_square(strokes: Sequence[Floats], size: float, dy: float) -> list[Floats]:
    """The strokes scaled so that their longer side is ``size`` em, in the middle or ``dy`` em below it."""
    points = np.concatenate(list(strokes))
    low, high = points.min(axis=0), points.max(axis=0)
    scale = size / max(float((high - low).max()), 1.0)
    middle = (low + high) / 2
    centre = np.array([0.5, 0.5 + dy], np.float32)
    return [((stroke - middle) * scale + centre).astype(np.float32) for stroke in strokes]


def _kanjicanvas(path: Path) -> dict[str, list[Floats]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    return {e["char"]: [np.array(stroke, np.float32) for stroke in e["strokes"]] for e in entries}


def _tomoe(path: Path) -> dict[str, list[Floats]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        blocks = lines.read().split("\n\n")
    glyphs: dict[str, list[Floats]] = {}
    for block in blocks:
        char, _, *strokes = block.strip().split("\n") if block.count("\n") > 1 else ("", "")
        if len(char) == 1 and strokes:
            glyphs[char] = [_tomoe_stroke(stroke) for stroke in strokes]
    return glyphs


def _tomoe_stroke(text: str) -> Floats:
    numbers = [float(n) for n in text.replace("(", " ").replace(")", " ").split()[1:]]
    return np.array(numbers, np.float32).reshape(-1, 2)


@lru_cache(maxsize=4)
def stroke_faces(folder: Path) -> tuple[StrokeFace, ...]:
    """The faces of the stroke collections that lie in the folder; empty when there are none."""
    readers = {"kanjicanvas": _kanjicanvas, "tomoe": _tomoe}
    return tuple(
        StrokeFace(name, _Lazy(readers[name](folder / file), smooth_kana=name == "tomoe"))
        for name, file in STROKE_FILES.items()
        if (folder / file).is_file()
    )


def letter_face() -> StrokeFace:
    """Our own digits and capitals alone."""
    return StrokeFace("letters", letters())
