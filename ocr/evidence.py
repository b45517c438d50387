"""What was seen in one field, before it is parsed and before anybody says how sure it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from forms.facts import Alternative


class Remark(enum.Enum):
    """What a person has to know of the writing itself; the value is the code of the finding."""

    STRUCK = "reading.struck"
    """Something was struck through; it is not part of the reading."""

    OUTSIDE = "reading.outside"
    """Some of it stands outside of its box."""

    VERTICAL = "reading.vertical"
    """It is written from top to bottom, which nothing here reads."""


@dataclass(frozen=True)
class Signs:
    """How sure the parts of the reading were; all from 0 (bad) to 1 (good) unless named otherwise.

    ``probability``: share of the decoder's belief that the best text holds. ``weakest``: smallest probability
    of a character within the field's alphabet; ``weakest_free``: the same among all characters that the model
    knows. ``agreement``: whether a second model gave the same text, 0.5 where none was asked. ``spacing``:
    how clearly words are apart. ``kept``: share of the ink near the box that was read. ``covered``: whether
    all ink of the line stands near a character that was read. ``support``: what wording and other fields say,
    0 against, 0.5 nothing, 1 for it. ``length``: number of characters.
    """

    probability: float = 1.0
    weakest: float = 1.0
    weakest_free: float = 1.0
    agreement: float = 1.0
    spacing: float = 1.0
    kept: float = 1.0
    covered: float = 1.0
    support: float = 0.5
    length: int = 0
    remarks: frozenset[Remark] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """A field as seen. ``raw`` is "" when ``blank``. ``reader`` as in ``forms.facts.Reading``."""

    raw: str
    blank: bool
    reader: str
    signs: Signs
    alternatives: tuple[Alternative, ...] = ()
    unknown: tuple[int, ...] = ()
    """Where in ``raw`` (counted from 0) a character stands that looks like none that the model knows."""


def worst(signs: list[Signs]) -> Signs:
    """The signs of a reading made of several parts, of which each must be right."""
    probability = 1.0
    for part in signs:
        probability *= part.probability
    return Signs(
        probability=probability,
        weakest=min((part.weakest for part in signs), default=1.0),
        weakest_free=min((part.weakest_free for part in signs), default=1.0),
        agreement=min((part.agreement for part in signs), default=1.0),
        spacing=min((part.spacing for part in signs), default=1.0),
        kept=min((part.kept for part in signs), default=1.0),
        covered=min((part.covered for part in signs), default=1.0),
        support=min((part.support for part in signs), default=0.5),
        length=sum(part.length for part in signs),
        remarks=frozenset().union(*(part.remarks for part in signs)),
    )
