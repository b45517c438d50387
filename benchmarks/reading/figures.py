"""Rates from what was read: how they are counted, and how sure they are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.reading.facts import OURS, FieldRead, Said
from forms.definition import Field, Kind
from forms.kinds import show
from forms.writing import one_width

RESIDUAL: Final = 0.001
"""Share of wrong ones among what is accepted without a look that is asked for."""

_Z: Final = 1.96
_CANONICAL_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval in percent; fields of one sheet are taken for independent."""
        if not self.of:
            return (math.nan, math.nan)
        share, n = self.hits / self.of, self.of
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
        return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.percent:.2f} % ({low:.2f}–{high:.2f})" if self.of else "–"


def rate(outcomes: Iterable[bool]) -> Rate:
    counted = list(outcomes)
    return Rate(sum(counted), len(counted))


def right(read: FieldRead, reader: str) -> bool:
    """Ours must be the value to the letter; to the others a space between names is given."""
    value = read.said[reader].value
    return value == read.truth or (reader != OURS and _joined(value) == _joined(read.truth))


def edits(field: Field, read: FieldRead, reader: str) -> tuple[int, int]:
    """Characters to be mended and characters written; spaces and hyphens are not counted."""
    said, written = _letters(field, read.said[reader]), _letters(field, Said("", read.truth, 1.0))
    return min(distance(said, written), len(written)), len(written)


def _letters(field: Field, said: Said) -> str:
    if field.kind is Kind.DATE and _CANONICAL_DATE.fullmatch(said.value):
        return _joined(show(field, said.value))
    return _joined(said.value or said.raw)


def _joined(text: str) -> str:
    return re.sub(r"[\s-]", "", one_width(text))


def distance(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


@dataclass(frozen=True)
class Accepted:
    """What a threshold lets through: its place, how much of all, how many of these wrong."""

    threshold: float
    coverage: Rate
    wrong: Rate


def risk_curve(outcomes: Sequence[tuple[float, bool]]) -> list[Accepted]:
    """For every threshold that makes a difference, the most confident first; ``outcomes``: score, right."""
    ordered = sorted(outcomes, key=lambda pair: -pair[0])
    curve, wrong = [], 0
    for count, (score, is_right) in enumerate(ordered, start=1):
        wrong += not is_right
        if count == len(ordered) or ordered[count][0] < score:
            curve.append(Accepted(score, Rate(count, len(ordered)), Rate(wrong, count)))
    return curve


def best_threshold(outcomes: Sequence[tuple[float, bool]]) -> Accepted:
    """The threshold that lets most through with no more than ``RESIDUAL`` wrong; found on these very fields.

    That flatters whoever is measured so, the others as much as us.
    """
    nothing = Accepted(1.0, Rate(0, len(outcomes)), Rate(0, 0))
    fit = [step for step in risk_curve(outcomes) if step.wrong.hits <= RESIDUAL * step.wrong.of]
    return fit[-1] if fit else nothing
