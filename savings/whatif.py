"""What-if: which task to take next, and what a better form or policy brings. Estimates, never results."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from savings.errors import BadFigure
from savings.indicators import reduction_rate


@dataclass(frozen=True)
class Candidate:
    """A task that might be taken next. Minutes are staff minutes a sheet.

    ``straight_through`` is the share of sheets (0…1) that no person has to look at on the screen;
    ``asked_minutes`` what a person needs on the screen for one of the others; ``handling_minutes`` what
    every sheet costs away from the screen (preparing, scanning, final check, upkeep).
    """

    title: str
    department: str
    annual_volume: int
    minutes_each: float
    straight_through: float
    asked_minutes: float
    handling_minutes: float

    def __post_init__(self) -> None:
        for what, value in (
            ("the annual volume", float(self.annual_volume)),
            ("minutes a sheet", self.minutes_each),
            ("minutes on the screen", self.asked_minutes),
            ("minutes away from the screen", self.handling_minutes),
        ):
            if not (math.isfinite(value) and value >= 0):
                raise BadFigure(what, value, "give zero or more")
        if not 0 <= self.straight_through <= 1:
            raise BadFigure("the straight-through rate", self.straight_through, "give a share from 0 to 1")

    @property
    def before_minutes(self) -> float:
        """Minutes a year the old way."""
        return self.annual_volume * self.minutes_each

    @property
    def after_minutes(self) -> float:
        """Expected minutes a year the new way."""
        return self.annual_volume * (self.handling_minutes + (1 - self.straight_through) * self.asked_minutes)

    @property
    def saved_minutes(self) -> float:
        return self.before_minutes - self.after_minutes

    @property
    def rate(self) -> float | None:
        return reduction_rate(self.before_minutes, self.after_minutes) if self.before_minutes > 0 else None


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates, those first that save the most hours a year; by title where they save the same."""
    return tuple(sorted(candidates, key=lambda one: (-one.saved_minutes, one.title)))


def gain(
    candidate: Candidate, *, straight_through: float | None = None, asked_minutes: float | None = None
) -> float:
    """Minutes a year more that a better policy (straight-through rate) or form (minutes) would save."""
    better = replace(
        candidate,
        straight_through=candidate.straight_through if straight_through is None else straight_through,
        asked_minutes=candidate.asked_minutes if asked_minutes is None else asked_minutes,
    )
    return better.saved_minutes - candidate.saved_minutes
