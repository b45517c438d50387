"""What goes wrong while a sheet is filled in: as a value, how often, and what it asks of reading."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np

from forms.definition import Box, Field, FormDefinition, Kind
from rehearsal.pens import Ring, Tick
from rehearsal.people import chance, pick
from rehearsal.stories import Story

STRIKABLE: Final = (Kind.NAME, Kind.KANA, Kind.ADDRESS, Kind.RELATION, Kind.TEXT)
ACCIDENT_SHARE: Final = 0.15
"""How many graded sheets have one of the ``ACCIDENTS``."""


class Stamping(enum.StrEnum):
    """What the office does with its stamp besides pressing it into the box."""

    ABSENT = "absent"
    PALE = "pale"
    OVERLAPPING = "overlapping"
    """Half out of its box, over the ruling."""


@dataclass(frozen=True)
class Incidents:
    """What happened while the sheet was filled, each by field id; empty: nothing."""

    struck: str = ""
    """First written wrong, struck through with two lines, and written again."""

    erased: str = ""
    """First written wrong and rubbed out, not quite, with an erasable pen; written again over it."""

    sealed: str = ""
    """A name seal was pressed over the end of the writing."""

    touching: tuple[str, ...] = ()
    """Written so low that it touches the ruling."""

    corrected: str = ""
    """Another box was ticked first, and struck out with two lines or blackened."""

    sloppy: tuple[str, ...] = ()
    """Ticked so carelessly that the tick half misses its box."""

    ticks: Tick | None = None
    """How all boxes are ticked; None: in the hand's own way."""

    rings: Ring | None = None
    """How all rings are drawn; None: around their words, more or less closed."""

    stamps: Stamping | None = None
    patched: str = ""
    """One character was wrong: struck out, and the right one written small above it."""

    strayed: str = ""
    """Written beside its box, moved by ``strayed_mm``."""

    strayed_mm: tuple[float, float] = (0, 0)
    two_lines: str = ""
    """Written on two lines where there is room for one."""

    squeezed: str = ""
    """Begun too large, and squeezed at the end."""

    reaching: str = ""
    """Written so large that it reaches into the boxes above and below."""

    vertical: str = ""
    """Written from top to bottom."""

    pale_print: float = 0
    """How much of the print's blackness is missing, 0–1: a worn-out photocopy of the blank."""

    pale_pen: float = 0
    """How much of the pen's ink is missing, 0–1."""

    def facts(self) -> dict[str, Any]:
        """What happened, as plain values for a truth file."""
        happened = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default}
        return {name: _plain(value) for name, value in happened.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


# --- how often ---


def ordinary_incidents(form: FormDefinition, told: Story, rng: np.random.Generator) -> Incidents:
    """What happens at a counter on any day."""
    filled = [f for f in form.fields if told.values[f.id] and not f.office]
    words = [f.id for f in filled if f.kind in STRIKABLE]
    people = [f.id for f in filled if f.kind is Kind.NAME]
    low = rng.choice(words, min(3, len(words)), replace=False) if words and chance(rng, 0.2) else ()
    return Incidents(
        struck=pick(rng, words) if words and chance(rng, 0.15) else "",
        erased=pick(rng, words) if words and chance(rng, 0.08) else "",
        sealed=pick(rng, people) if people and chance(rng, 0.15) else "",
        touching=tuple(str(field_id) for field_id in low),
    )


def graded_incidents(form: FormDefinition, told: Story, rng: np.random.Generator) -> Incidents:
    """What happens at a counter, and on one sheet in seven an accident that is seen less often."""
    usual = ordinary_incidents(form, told, rng)
    if not chance(rng, ACCIDENT_SHARE):
        return usual
    names = list(ACCIDENTS)
    shares = np.array([share for share, _ in ACCIDENTS.values()])
    _, happen = ACCIDENTS[names[int(rng.choice(len(names), p=shares / shares.sum()))]]
    return happen(usual, _Filled(form, told), rng)


@dataclass(frozen=True)
class _Filled:
    """A form with what is to be written on it."""

    form: FormDefinition
    told: Story

    def ids(self, kinds: Sequence[Kind], shortest: int = 1) -> list[str]:
        """Fields of residents of these kinds, without combs, with so many characters or more."""
        return [
            f.id
            for f in self.form.fields
            if f.kind in kinds and not f.office and not f.comb and len(self.told.values[f.id]) >= shortest
        ]

    def one(self, rng: np.random.Generator, kinds: Sequence[Kind], shortest: int = 1) -> str:
        found = self.ids(kinds, shortest)
        return pick(rng, found) if found else ""


Accident = Callable[[Incidents, _Filled, np.random.Generator], Incidents]


def _corrected(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    single = [i for i in sheet.ids((Kind.TICKS,)) if _others(sheet.form.field(i), sheet.told.values[i])]
    return replace(usual, corrected=pick(rng, single)) if single else usual


def _others(field: Field, value: str) -> list[str]:
    """Options of a single choice that are not the one meant."""
    return [] if field.multiple else [option.value for option in field.options if option.value != value]


def _sloppy(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return replace(usual, sloppy=tuple(sheet.ids((Kind.TICKS,))))


def _rings(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return replace(usual, rings=pick(rng, list(Ring)))


def _stamps(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return replace(usual, stamps=pick(rng, list(Stamping)))


def _patched(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return _only(usual, patched=sheet.one(rng, (Kind.NAME, Kind.KANA, Kind.ADDRESS), 3))


def _two_lines(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return _only(usual, two_lines=sheet.one(rng, (Kind.ADDRESS,), 12))


def _squeezed(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return _only(usual, squeezed=sheet.one(rng, (Kind.ADDRESS, Kind.TEXT, Kind.KANA), 7))


def _reaching(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return _only(usual, reaching=sheet.one(rng, (Kind.NAME, Kind.TEXT)))


def _strayed(usual: Incidents, sheet: _Filled, rng: np.random.Generator) -> Incidents:
    return _only(usual, **strayed(sheet.form, sheet.told, rng))


def _only(usual: Incidents, **happened: Any) -> Incidents:
    """The accident, and nothing else to the same entry."""
    entry = {value for value in happened.values() if isinstance(value, str)}
    return replace(
        usual,
        struck="" if usual.struck in entry else usual.struck,
        erased="" if usual.erased in entry else usual.erased,
        touching=tuple(field_id for field_id in usual.touching if field_id not in entry),
        **happened,
    )


ACCIDENTS: Final[Mapping[str, tuple[float, Accident]]] = {
    "corrected": (0.15, _corrected),
    "sloppy": (0.15, _sloppy),
    "rings": (0.2, _rings),
    "stamps": (0.15, _stamps),
    "patched": (0.1, _patched),
    "strayed": (0.07, _strayed),
    "two_lines": (0.06, _two_lines),
    "squeezed": (0.06, _squeezed),
    "reaching": (0.06, _reaching),
}
"""Accidents by name with their shares among each other."""


# --- beside the box ---


def strayed(form: FormDefinition, told: Story, rng: np.random.Generator) -> dict[str, Any]:
    """An entry that is written above, below or to the right of its box by up to 4 mm, where there is room.

    As the fields of ``Incidents``; empty when no entry has room around it.
    """
    written = [f for f in form.fields if f.kind in STRIKABLE and told.values[f.id] and not f.office]
    for number in rng.permutation(len(written)):
        field, off_mm = written[int(number)], float(rng.uniform(1.5, 4))
        moves = ((0.0, -off_mm), (0.0, off_mm), (off_mm * 2, 0.0))
        for move in (moves[int(which)] for which in rng.permutation(len(moves))):
            if not _hits(form, told, field, move):
                return {"strayed": field.id, "strayed_mm": (round(move[0], 2), round(move[1], 2))}
    return {}


def _hits(form: FormDefinition, told: Story, field: Field, move_mm: tuple[float, float]) -> bool:
    """Whether the moved entry would lie on another."""
    moved = field.box.moved(*move_mm)
    return any(told.values[other.id] and other.id != field.id and _hit(moved, other) for other in form.fields)


def _overlap_mm2(one: Box, other: Box) -> float:
    width = min(one.right_mm, other.right_mm) - max(one.x_mm, other.x_mm)
    height = min(one.bottom_mm, other.bottom_mm) - max(one.y_mm, other.y_mm)
    return max(width, 0) * max(height, 0)


def asks(form: FormDefinition, told: Story, incidents: Incidents) -> tuple[str, ...]:
    """Ids of the fields about which reading ought to ask a person rather than decide.

    An entry of which half or more lies outside its box, one that runs downwards, and the boxes that these
    run into.
    """
    areas: list[tuple[str, Box]] = []
    if incidents.strayed:
        box = form.field(incidents.strayed).box
        if abs(incidents.strayed_mm[1]) >= box.height_mm / 2:
            areas.append((incidents.strayed, box.moved(*incidents.strayed_mm)))
    if incidents.vertical:
        box, signs = form.field(incidents.vertical).box, len(told.values[incidents.vertical])
        column = Box(x_mm=box.x_mm, y_mm=box.y_mm, width_mm=8, height_mm=max(box.height_mm, 4.5 * signs))
        areas.append((incidents.vertical, column))
    return tuple(f.id for own, area in areas for f in form.fields if f.id == own or _hit(area, f))


def _hit(area: Box, field: Field) -> bool:
    return _overlap_mm2(area, field.box) > 0
