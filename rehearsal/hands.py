"""Hands: how one person writes, and whose hands there are to build with and to test on.

Everything about a hand follows from its seed; two pieces by the same hand look alike and never the same.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np

from rehearsal.exemplars import MnistFace
from rehearsal.faces import Face, Pen, font_faces
from rehearsal.paper import PX_PER_MM, Colour
from rehearsal.sources import TEST_FONTS, WritersMissing, mnist_digits, web_fonts
from rehearsal.strokes import letter_face, stroke_faces

INKS: Final[tuple[Colour, ...]] = ((28, 28, 34), (34, 36, 46), (24, 30, 74), (36, 44, 98), (20, 22, 26))
"""Ballpoint black, worn black, blue-black, blue and gel black, as they look after scanning."""


class Writers(enum.StrEnum):
    """Whose hands write. No face is of two of the last two groups, so that a test tells of strangers."""

    ANY = "any"
    """Pen strokes, installed fonts, our own letters: for the demo and for tests that ask nothing of hands."""

    BUILDING = "building"
    """For training, fitting and trying out: tomoe, MNIST's training digits, all fonts but those below."""

    TEST = "test"
    """For measuring only: kanjicanvas, MNIST's test digits, six fonts."""


TEST_STROKES: Final = "kanjicanvas"
STROKE_SHARE: Final = 0.5
"""How many hands of a group are on pen strokes, which are harder to read than fonts; each font has a share
in the rest."""

SAME_FONT: Final = frozenset({"klee-one", "klee-semibold"})
"""Klee One is a test font once: as Debian's ``klee``, else as ``klee-one``. Its bolder cut is in no group."""

NOT_HANDS: Final = frozenset(
    {"cherry-bomb-one", "mochiy-pop-one", "potta-one", "reggae-one", "rocknroll-one", "shippori-antique"}
    | {"hina-mincho", "kaisei-decol", "kaisei-opti", "zen-antique-soft"}
)
"""Print and poster faces: a recogniser may learn from them, no hand is on them."""


class NoGlyphError(LookupError):
    """No face of a hand has a shape for a character."""

    def __init__(self, char: str, hand: str) -> None:
        super().__init__(
            f"hand {hand} cannot write U+{ord(char):04X}: "
            "install fonts-klee, or name a folder of stroke collections in TENKI_STROKES"
        )


class NoFaceError(LookupError):
    """This machine has no face of the wanted name, or none at all."""

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        super().__init__(
            f"no face {wanted!r} to write with; there are: {', '.join(known) or 'none'}. Install fonts-klee, "
            "fonts-kiloji and fonts-yusei-magic, or name a folder of stroke collections in TENKI_STROKES"
        )


@dataclass(frozen=True)
class Hand:
    """One person's way of writing. Lengths are in mm, the rest are shares of the character's size."""

    name: str
    seed: int
    faces: tuple[Face, ...]
    """Where shapes come from, the first that has the character wins."""

    ink: Colour = INKS[0]
    density: float = 0.92
    pen_mm: float = 0.38
    pressure: float = 0.3
    joining: float = 0.0
    size_mm: float = 5.2
    """The size of kanji where the box leaves the choice."""

    fill: float = 0.72
    """The largest share of the box's height that a character takes."""

    size_spread: float = 0.05
    slant: float = 0.0
    """Shear: positive leans to the right."""

    stretch: float = 1.0
    """Width over height."""

    spacing: float = 0.04
    wander: float = 0.03
    tilt: float = 0.0
    """Rise of the base line over its length, as a share of it; positive falls to the right."""

    habit: float = 0.03
    """How far shapes differ from the face's, always in the same way for the same character."""

    shake: float = 0.012
    """How far they differ from one time to the next."""

    def face(self, char: str) -> Face:
        for face in self.faces:
            if face.covers(char):
                return face
        raise NoGlyphError(char, self.name)

    def covers(self, text: str) -> bool:
        """Whether the hand can write every character of the text."""
        return all(char.isspace() or any(face.covers(char) for face in self.faces) for char in text)

    @property
    def on(self) -> str:
        """The name of the face that the hand is on."""
        return self.name.rpartition("-")[0]

    @property
    def pen(self) -> Pen:
        return Pen(self.pen_mm * PX_PER_MM, self.pressure, self.joining)


# --- whose hand ---


def available_faces(strokes: Path | None = None) -> tuple[Face, ...]:
    """Every face on this machine: pen strokes of the folder, if one is given, then handwriting fonts."""
    return (*(stroke_faces(strokes) if strokes else ()), *font_faces())


def hand(seed: int, strokes: Path | None = None, face: str = "", writers: Writers = Writers.ANY) -> Hand:
    """The hand of that seed, on the face of that name, or on any of the group's.

    NoFaceError when there is none, WritersMissing when a group's handwriting is not installed.
    """
    rng = np.random.default_rng((seed, 0x7E2))
    if writers is not Writers.ANY:
        return _hand_of_group(seed, _group(writers, strokes), face, rng)
    faces = available_faces(strokes)
    named = [f for f in faces if face in ("", f.name)]
    if not named:
        raise NoFaceError(face, [f.name for f in faces])
    first = named[int(rng.integers(len(named)))]
    drawn = any(first.name == f.name for f in (stroke_faces(strokes) if strokes else ()))
    others = tuple(f for f in faces if f.name != first.name)
    own_digits = not drawn and bool(rng.random() < 0.5)
    order = (letter_face(), first) if own_digits else (first, letter_face())
    plain = _of_temper(f"{first.name}-{seed}", seed, (*order, *others), rng)
    return plain if drawn else replace(plain, habit=plain.habit * 0.8, joining=0.0)


def writers_available(writers: Writers, strokes: Path | None = None) -> tuple[str, ...]:
    """Names of the faces that hands of the group are on, and of its digits; empty when none is installed."""
    if writers is Writers.ANY:
        return tuple(face.name for face in available_faces(strokes))
    try:
        group = _group(writers, strokes)
    except WritersMissing:
        return ()
    return tuple(face.name for face in (*group.drawn, *group.fonts, group.digits))


@dataclass(frozen=True)
class _Group:
    """The faces of one group of writers."""

    writers: Writers
    drawn: tuple[Face, ...]
    fonts: tuple[Face, ...]
    spare: tuple[Face, ...]
    """Fonts that no hand is on, for characters that the others lack."""

    digits: Face


@lru_cache(maxsize=4)
def _group(writers: Writers, strokes: Path | None) -> _Group:
    test = writers is Writers.TEST
    split: Literal["train", "test"] = "test" if test else "train"
    drawn = [f for f in (stroke_faces(strokes) if strokes else ()) if (f.name == TEST_STROKES) is test]
    installed = font_faces()
    twice = SAME_FONT if any(f.name == "klee" for f in installed) else SAME_FONT - {"klee-one"}
    known = [f for f in (*installed, *web_fonts()) if f.name not in twice]
    fonts = [f for f in known if (f.name in TEST_FONTS) is test]
    hands, spare = ([f for f in fonts if (f.name in NOT_HANDS) is odd] for odd in (False, True))
    digits = MnistFace(f"mnist-{split}", mnist_digits(split))
    return _Group(writers, tuple(drawn), tuple(hands), tuple(spare), digits)


def _hand_of_group(seed: int, group: _Group, face: str, rng: np.random.Generator) -> Hand:
    drawn = [f for f in group.drawn if face in ("", f.name)]
    fonts = [f for f in group.fonts if face in ("", f.name)]
    if not drawn and not fonts:
        raise NoFaceError(face, [f.name for f in (*group.drawn, *group.fonts)])
    on_strokes = bool(drawn) and (not fonts or bool(rng.random() < STROKE_SHARE))
    first = drawn[0] if on_strokes else fonts[int(rng.integers(len(fonts)))]
    others = [f for f in (*group.drawn, *group.fonts, *group.spare) if f.name != first.name]
    digits = _digits_first(group, on_strokes, rng)
    plain = _of_temper(f"{first.name}-{seed}", seed, (*digits, first, letter_face(), *others), rng)
    return plain if on_strokes else replace(plain, habit=plain.habit * 0.8, joining=0.0)


def _digits_first(group: _Group, on_strokes: bool, rng: np.random.Generator) -> tuple[Face, ...]:
    """Whose digits the hand writes before its own: of real writers, ours, or nobody's."""
    part = float(rng.random())
    if group.writers is Writers.TEST:
        return (group.digits,) if on_strokes or part < 0.5 else ()
    if part < 0.5:
        return (group.digits,)
    return (letter_face(),) if part < 0.75 else ()


def _of_temper(name: str, seed: int, faces: tuple[Face, ...], rng: np.random.Generator) -> Hand:
    return Hand(
        name=name,
        seed=seed,
        faces=faces,
        ink=INKS[int(rng.integers(len(INKS)))],
        density=float(rng.uniform(0.82, 0.97)),
        pen_mm=float(rng.uniform(0.27, 0.44)),
        pressure=float(rng.uniform(0.15, 0.5)),
        joining=float(rng.choice([0, 0, 0.04, 0.12])),
        size_mm=float(rng.uniform(4.2, 6.2)),
        fill=float(rng.uniform(0.6, 0.84)),
        size_spread=float(rng.uniform(0.03, 0.08)),
        slant=float(rng.normal(0.02, 0.08)),
        stretch=float(np.clip(rng.normal(0.95, 0.08), 0.78, 1.12)),
        spacing=float(rng.uniform(-0.04, 0.14)),
        wander=float(rng.uniform(0.01, 0.04)),
        tilt=float(rng.normal(0, 0.006)),
        habit=float(rng.uniform(0.015, 0.045)),
        shake=float(rng.uniform(0.006, 0.02)),
    )
