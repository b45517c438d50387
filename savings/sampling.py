"""A timed sample of the old way, and how sure its mean is (design, law 6)."""

from __future__ import annotations

import enum
import math
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

    CORRECTION = "correction"
    """A signed entry that puts a closed half-year right; the only minutes that may be negative."""


@dataclass(frozen=True)
class Timing:
    """One run of the stopwatch, from the first touch of the paper to the last look, in minutes.

    Usually one case; a bundle of ``sheets`` that was timed together is one run as well.
    """

    minutes: float
    timed_on: date
    timed_by: str
    method: str
    source: Source
    sheets: int = 1
    steps: tuple[tuple[str, float], ...] = ()
    """Minutes by step of the old way, where the stopwatch was pressed between steps."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.minutes) and self.minutes > 0):
            raise BadFigure("a timing in minutes", self.minutes, "time the case again, or leave it out")
        if self.sheets < 1:
            raise BadFigure("sheets of a timing", self.sheets, "a run times at least one sheet")


@dataclass(frozen=True)
class Interval:
    """Where the true mean lies with 95 % confidence."""

    low: float
    high: float


@dataclass(frozen=True)
class Baseline:
    """The runs that timed one way of working; at least one, all sample values or none.

    The mean is all minutes over all sheets. A run of ``k`` sheets weighs ``k`` times, so that its own
    mean is taken to vary 1/k as much: the weighted least squares of a mean. With one sheet to a run this
    is the ordinary mean with its ordinary deviation.
    """

    timings: tuple[Timing, ...]

    @property
    def runs(self) -> int:
        """How often the stopwatch was run."""
        return len(self.timings)

    @property
    def n(self) -> int:
        """How many sheets were timed."""
        return sum(timing.sheets for timing in self.timings)

    @property
    def mean_minutes(self) -> float:
        return math.fsum(timing.minutes for timing in self.timings) / self.n

    @property
    def deviation_minutes(self) -> float | None:
        """Sample standard deviation of one sheet; None for a single run."""
        if self.runs < 2:
            return None
        mean = self.mean_minutes
        squares = (timing.sheets * (timing.minutes / timing.sheets - mean) ** 2 for timing in self.timings)
        return math.sqrt(math.fsum(squares) / (self.runs - 1))

    @property
    def error_minutes(self) -> float | None:
        """Standard error of the mean; None for a single run."""
        deviation = self.deviation_minutes
        return None if deviation is None else deviation / math.sqrt(self.n)

    @property
    def interval_minutes(self) -> Interval | None:
        """95 % confidence interval of the mean by Student's t; None for a single run."""
        error = self.error_minutes
        if error is None:
            return None
        half = student_t(self.runs - 1) * error
        return Interval(self.mean_minutes - half, self.mean_minutes + half)

    @property
    def step_means(self) -> tuple[tuple[str, float], ...]:
        """Minutes a sheet by step, over the runs that were timed by step, in the order of the first."""
        by_step = [timing for timing in self.timings if timing.steps]
        sheets = sum(timing.sheets for timing in by_step)
        names = dict.fromkeys(name for timing in by_step for name, _ in timing.steps)
        return tuple(
            (name, math.fsum(dict(timing.steps).get(name, 0.0) for timing in by_step) / sheets)
            for name in names
        )

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
    """Two-sided 95 % quantile of Student's t with ``freedom`` ≥ 1 whole degrees, by bisection, to 1e-9."""
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
