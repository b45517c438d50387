"""A timed sample of the old way, and how sure its mean is (design, law 6)."""

from __future__ import annotations

import enum
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from savings.errors import BadFigure


class Source(enum.StrEnum):
    """How minutes were obtained. The values are those of ``cases.models.TimeEvent.Source``."""

    MEASURED = "measured"
    """By the desk's clock, or with a stopwatch."""

    LOGGED = "logged"
    """Noted by the person who did the work."""

    SAMPLE = "sample"
    """From a sample file: invented for showing, and labelled 見本値 wherever it is shown."""


@dataclass(frozen=True)
class Timing:
    """One case done the old way, from the first touch of the paper to the last look, in staff minutes."""

    minutes: float
    timed_on: date
    timed_by: str
    method: str
    source: Source

    def __post_init__(self) -> None:
        if not (math.isfinite(self.minutes) and self.minutes > 0):
            raise BadFigure("a timing in minutes", self.minutes, "time the case again, or leave it out")


@dataclass(frozen=True)
class Interval:
    """Where the true mean lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True)
class Baseline:
    """The timings of one task's old way; at least one, all sample values or none."""

    timings: tuple[Timing, ...]

    @property
    def n(self) -> int:
        return len(self.timings)

    @property
    def mean_minutes(self) -> float:
        return math.fsum(timing.minutes for timing in self.timings) / self.n

    @property
    def deviation_minutes(self) -> float | None:
        """Sample standard deviation; None for a single timing."""
        return statistics.stdev(timing.minutes for timing in self.timings) if self.n > 1 else None

    @property
    def interval_minutes(self) -> Interval | None:
        """95 % confidence interval of the mean by Student's t; None for a single timing."""
        if self.deviation_minutes is None:
            return None
        half = student_t(self.n - 1) * self.deviation_minutes / math.sqrt(self.n)
        return Interval(self.mean_minutes - half, self.mean_minutes + half)

    @property
    def first_day(self) -> date:
        return min(timing.timed_on for timing in self.timings)

    @property
    def last_day(self) -> date:
        return max(timing.timed_on for timing in self.timings)

    @property
    def persons(self) -> tuple[str, ...]:
        return tuple(sorted({timing.timed_by for timing in self.timings}))

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(sorted({timing.method for timing in self.timings}))

    @property
    def is_sample(self) -> bool:
        return any(timing.source is Source.SAMPLE for timing in self.timings)


def baseline_of(timings: Iterable[Timing]) -> Baseline | None:
    """The baseline of one task: its own timings; sample values only as long as there are no others."""
    ordered = sorted(timings, key=lambda timing: (timing.timed_on, timing.timed_by, timing.minutes))
    own = [timing for timing in ordered if timing.source is not Source.SAMPLE]
    chosen = tuple(own or ordered)
    return Baseline(chosen) if chosen else None


def student_t(freedom: int) -> float:
    """Two-sided 95 % quantile of Student's t with ``freedom`` ≥ 1 degrees, by bisection, good to 1e-9."""
    low, high = 1.9, 13.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < 0.95 else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Probability that |T| ≤ t, as a finite sum (Abramowitz and Stegun 26.7.3 for odd, 26.7.4 for even)."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2 == 1
    term = cosine if odd else 1.0
    total = 0.0
    for k in range(2 if odd else 1, freedom, 2):
        total += term
        term *= cosine * cosine * k / (k + 1)
    return (2 / math.pi) * (angle + sine * total) if odd else sine * total
