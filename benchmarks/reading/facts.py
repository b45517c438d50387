"""What is kept of a sheet that was read, by us and by the others, beside what is really on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from forms.definition import Kind

OURS: Final = "tenki"
MARKS: Final = frozenset({Kind.TICKS, Kind.CIRCLE})
"""Kinds that only we read: a text reader does not know which option a mark means."""

Quad = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Said:
    """What a reader said of a field. ``score``: its own confidence, 0..1; ``accepted``: nobody need look."""

    raw: str
    value: str
    score: float
    accepted: bool = False


@dataclass(frozen=True)
class FieldRead:
    """One field of one sheet; ``truth`` is "" where nothing was written.

    ``asks``: what stands there is doubtful, so that a person is to be asked whatever is read.
    """

    field_id: str
    kind: Kind
    truth: str
    asks: bool
    said: Mapping[str, Said]
    box_px: Quad = ()


@dataclass(frozen=True)
class SheetRead:
    """One sheet. ``problem``: why we did not read it; ``known``: form, version and turn were right."""

    form: str
    seed: int
    quality: str
    hand: str
    problem: str
    known: bool
    fields: tuple[FieldRead, ...]

    def plain(self) -> dict[str, Any]:
        """As plain values, for a line of JSON."""
        return asdict(self)


def sheet_of(plain: Mapping[str, Any]) -> SheetRead:
    """Back from plain values."""
    fields = tuple(_field_of(field) for field in plain["fields"])
    return SheetRead(**{**plain, "fields": fields})


def _field_of(plain: Mapping[str, Any]) -> FieldRead:
    said = {reader: Said(**words) for reader, words in plain["said"].items()}
    box = tuple((float(x), float(y)) for x, y in plain["box_px"])
    return FieldRead(plain["field_id"], Kind(plain["kind"]), plain["truth"], plain["asks"], said, box)
