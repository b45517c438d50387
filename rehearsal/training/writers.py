"""The building group of writers: who writes the lines that the recogniser learns from.

Never among them: the test fonts, MNIST's test images, the strokes of kanjicanvas. ``VALIDATION_FONTS`` and
MNIST's last training images are kept aside to watch the training by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehearsal.exemplars import picture
from rehearsal.faces import MARGIN_EM, Floats, FontFace, Pen, Warp, font_faces, ink_lines, patch_px
from rehearsal.katakana import HALF_VOICED, KATAKANA, VOICED
from rehearsal.sources import TEST_FONTS, latin_fonts, mnist_digits, web_fonts
from rehearsal.strokes import (
    SMALL_KANA,
    Strokes,
    even,
    into_square,
    letters,
    path_strokes,
    rounded,
    stroke_faces,
)
from rehearsal.training.texts import CAPITALS, CHARACTERS, DIGITS

VALIDATION_FONTS: Final = frozenset({"kiloji", "kiloji-d", "gochi-hand"})
"""Kept out of training."""

VALIDATION_SHARE: Final = 1 / 6
"""Share of MNIST's training images, the last of each digit, kept out of training."""

BOLD_FONTS: Final = frozenset(
    {"cherry-bomb-one", "mochiy-pop-one", "reggae-one", "rocknroll-one", "potta-one"}
)
"""Wider than any pen; taken less often."""

MORE_DIGITS: Final[Mapping[str, str]] = {
    "0": "32,2 6,50 32,98 58,50 34,2 26,6",
    "1": "32,0 32,100 | 36,0 26,100 | 18,24 34,0 34,0 32,100 | 20,18 32,0 32,0 32,100; 14,100 50,100",
    "3": "8,4 52,4 52,4 28,38 28,38 54,66 30,98 6,90",
    "4": "30,0 6,60 6,60 62,58; 44,30 42,100",
    "5": "12,4 12,44 12,44 50,50 50,88 8,98; 12,4 56,4",
    "6": "44,2 14,44 6,76 30,98 54,76 34,56 10,70",
    "7": (
        "6,30 6,6 6,6 58,6 58,6 34,100 | 4,4 60,4 60,4 30,100 | 4,4 58,4 58,4 28,100; 18,50 54,50 | "
        "8,2 6,26; 6,6 58,6 58,6 46,40 40,100"
    ),
    "9": "54,20 34,0 8,22 30,48 54,22; 54,10 52,100 | 52,22 30,2 8,26 26,50 52,26 52,26 44,74 22,98",
}
"""Further habits, on the scale of ``letters.DIGITS``, that are common in Japan and rare in MNIST."""

RARE_HIRAGANA: Final[Mapping[str, str]] = {
    "ゐ": "24,18 58,16 58,16 22,70 30,88 44,60 70,46 86,64 74,86 56,84 62,72 78,88",
    "ゑ": "28,16 62,14 62,14 28,48 60,36 70,52 30,84 30,84 44,74 50,86 62,74 68,86 84,80",
}
"""Those that tomoe lacks, on the scale of ``katakana``."""

KANJI_ALIKE: Final = dict(zip("ロエカタニハトチオヒ", "口工力夕二八卜千才匕", strict=True))
"""Kanji of the same shape, by hands that wrote few katakana."""

_CAPITAL, _CAPITAL_TOP = 0.0068, 0.24
_VOICED_BASE: Final = {
    chr(c + 1): chr(c) for c in (*range(ord("カ"), ord("ヂ"), 2), *map(ord, "ツテトハヒフヘホ"))
}
_HALF_BASE: Final = {chr(ord(c) + 2): c for c in "ハヒフヘホ"}

Split = Literal["train", "validation"]
Random = np.random.Generator


def _marked(base: Strokes, marks: str) -> Strokes:
    made_room = [(stroke * np.float32(0.9) + np.array([0, 0.1], np.float32)) for stroke in base]
    return (*made_room, *path_strokes(marks, 0.01, 0, 0))


def _to_hiragana(kana: str) -> str:
    return chr(ord(kana) - 0x60)


def _with_marks_and_small(plain: Mapping[str, tuple[Strokes, ...]]) -> dict[str, tuple[Strokes, ...]]:
    """Kana with those made of them: voiced, half-voiced and small."""
    made = dict(plain)
    for bases, marks in ((_VOICED_BASE | {"ヴ": "ウ"}, VOICED), (_HALF_BASE, HALF_VOICED)):
        pairs = [*bases.items(), *((_to_hiragana(k), _to_hiragana(v)) for k, v in bases.items() if k < "ヴ")]
        for char, base in pairs:
            if base in plain:
                made[char] = tuple(_marked(habit, marks) for habit in plain[base])
    for small, base in SMALL_KANA.items():
        if base in plain:
            made[small] = tuple(tuple(into_square(habit, 0.5, dy=0.14)) for habit in plain[base])
    return made


@lru_cache(maxsize=1)
def pen_shapes(strokes: Path | None) -> Mapping[str, tuple[Strokes, ...]]:
    """Every way of forming a character as strokes: our own, and those of tomoe where the folder is given."""
    plain = {
        char: tuple(_written(p, 0.01, 0) for p in paths.split("|"))
        for char, paths in {**KATAKANA, **RARE_HIRAGANA}.items()
    }
    known = [face for face in stroke_faces(strokes) if face.name == "tomoe"] if strokes else []
    for face in known:
        for char in CHARACTERS:
            if char not in letters() and char not in SMALL_KANA and face.covers(char):
                plain[char] = (*plain.get(char, ()), *face.variants[char])
        for kana, kanji in KANJI_ALIKE.items():
            if face.covers(kanji):
                plain[kana] = (*plain[kana], *face.variants[kanji])
    digits = {
        char: (*letters()[char], *(_written(p, _CAPITAL, _CAPITAL_TOP) for p in paths.split("|")))
        for char, paths in MORE_DIGITS.items()
    }
    return dict(letters()) | digits | _with_marks_and_small(plain)


def _written(path: str, scale: float, dy: float) -> Strokes:
    return path_strokes(path.strip(), scale, 0.05 if dy else 0, dy)


@lru_cache(maxsize=2)
def fonts(split: Split) -> tuple[FontFace, ...]:
    """The fonts of the building group, Debian's and the web's."""
    faces = [face for face in (*font_faces(), *web_fonts(), *latin_fonts()) if face.name not in TEST_FONTS]
    return tuple(face for face in faces if (face.name in VALIDATION_FONTS) == (split == "validation"))


@lru_cache(maxsize=2)
def digit_pictures(split: Split) -> Mapping[str, NDArray[np.uint8]]:
    """MNIST's training images of that part."""
    parts = {}
    for digit, images in mnist_digits("train").items():
        cut = round(len(images) * (1 - VALIDATION_SHARE))
        parts[digit] = images[:cut] if split == "train" else images[cut:]
    return parts


@dataclass(frozen=True)
class Style:
    """How one line is written. ``font``: where letters come from, None: pen strokes; ``digits``: likewise."""

    font: FontFace | None
    digits: Literal["pictures", "letters"]
    em_px: float
    pen: Pen
    slant: float
    stretch: float
    bend: float
    loose: float
    """How far each stroke strays on its own, in em."""

    corner: int
    """Over how many points corners are rounded."""

    edge: float


def any_style(text: str, split: Split, rng: Random) -> Style:
    """A hand that can write the text."""
    em_px = float(rng.uniform(22, 48))
    return Style(
        font=_font(text, split, rng),
        digits="pictures" if rng.random() < 0.55 else "letters",
        em_px=em_px,
        pen=Pen(
            em_px * float(rng.uniform(0.045, 0.13)),
            float(rng.uniform(0, 0.5)),
            float(rng.choice([0, 0, 0.1])),
        ),
        slant=float(rng.normal(0.03, 0.12)),
        stretch=float(np.clip(rng.normal(0.95, 0.15), 0.65, 1.35)),
        bend=float(rng.uniform(0.005, 0.04)),
        loose=float(rng.uniform(0.005, 0.045)),
        corner=int(rng.integers(0, 5)),
        edge=float(rng.uniform(0.3, 0.62)),
    )


def _font(text: str, split: Split, rng: Random) -> FontFace | None:
    if split == "train" and rng.random() < 0.55:
        return None
    able = [face for face in fonts(split) if all(char == " " or face.covers(char) for char in text)]
    if not able:
        return None
    weights = np.array([0.3 if face.name in BOLD_FONTS else 1.0 for face in able])
    return able[int(rng.choice(len(able), p=weights / weights.sum()))]


def drawn(char: str, style: Style, split: Split, strokes: Path | None, rng: Random) -> tuple[Floats, float]:
    """Ink 0..1 of one character as ``Face.draw`` gives it, and the advance in em."""
    warp = _warp(style, rng)
    if char in DIGITS and style.digits == "pictures":
        images = digit_pictures(split)[char]
        advance = 0.36 if char == "1" else 0.58
        return picture(
            images[int(rng.integers(len(images)))], advance, style.em_px, warp, style.edge
        ), advance
    if style.font is not None:
        return style.font.draw(char, style.em_px, warp, style.pen, rng), style.font.width_em(char)
    habits = pen_shapes(strokes)[char]
    habit = habits[int(rng.integers(len(habits)))]
    narrow = char in DIGITS or char in CAPITALS or char in "-."
    advance = float(max(stroke[:, 0].max() for stroke in habit)) + 0.12 if narrow else 1.0
    return _by_pen(habit, style, warp, rng), advance


def _warp(style: Style, rng: Random) -> Warp:
    bend = rng.normal(0, style.bend, (4, 4, 2)).astype(np.float32)
    turn = float(rng.normal(0, 0.05))
    widen = style.stretch * (1 + float(rng.normal(0, 0.06)))
    slant = style.slant + float(rng.normal(0, 0.04))
    return Warp(np.array([[widen, -slant + turn], [-turn, 1 + float(rng.normal(0, 0.06))]], np.float32), bend)


def _by_pen(habit: Sequence[Floats], style: Style, warp: Warp, rng: Random) -> Floats:
    side = patch_px(style.em_px)
    lines = [warp.apply(rounded(even(_strayed(stroke, style, rng)), style.corner)) for stroke in habit]
    return ink_lines([(line + MARGIN_EM) * style.em_px for line in lines], (side, side), style.pen, rng)


def _strayed(stroke: Floats, style: Style, rng: Random) -> Floats:
    """A stroke a little turned, moved, longer or shorter than the shape has it."""
    turn, longer = rng.normal(0, 2.2 * style.loose, 2)
    middle = stroke.mean(axis=0)
    matrix = np.array([[1 + longer, -turn], [turn, 1 + longer]], np.float32)
    moved = (stroke - middle) @ matrix.T + middle + rng.normal(0, 0.7 * style.loose, 2)
    return np.asarray(moved, np.float32)
