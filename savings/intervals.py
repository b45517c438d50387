"""How sure the averages are: 95 % intervals from the spread of the baselines' timings.

Only the time before is a sample; the time after is counted, so it has no spread of its own.

- pooled rate: Σ before has the standard error √Σ SE². The rate is read off at both ends of its interval.
- mean of rates: the delta method, ∂rate/∂before = after ÷ before².
- degrees of freedom: Welch and Satterthwaite (Biometrics Bulletin 2, 1946), rounded down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from savings.indicators import Average, Indicators, TaskMinutes, reduction_rate
from savings.sampling import Interval, student_t

MOST_FREEDOM = 10_000
"""Beyond it Student's t is the normal distribution to four digits."""


def average_interval(figures: Indicators, which: Average) -> Interval | None:
    """Interval of an average; None when a task rests on a single timing, or without tasks."""
    if not figures.counted or any(task.before_error_minutes is None for task in figures.counted):
        return None
    return _of_mean(figures) if which is Average.MEAN_OF_RATES else _of_pooled(figures)


def _of_mean(figures: Indicators) -> Interval | None:
    errors = [_rate_error(task) / len(figures.counted) for task in figures.counted]
    half = _half_width(errors, figures.counted)
    mean = figures.mean_rate
    return None if mean is None else Interval(mean - half, mean + half)


def _of_pooled(figures: Indicators) -> Interval | None:
    errors = [task.before_error_minutes or 0.0 for task in figures.counted]
    half = _half_width(errors, figures.counted)
    low, high = figures.before_minutes - half, figures.before_minutes + half
    if low <= 0:
        return None
    return Interval(reduction_rate(low, figures.after_minutes), reduction_rate(high, figures.after_minutes))


def _rate_error(task: TaskMinutes) -> float:
    """Standard error of one task's rate by the delta method."""
    before = task.before_minutes or 0.0
    return task.after_minutes / before**2 * (task.before_error_minutes or 0.0)


def _half_width(errors: Sequence[float], tasks: Sequence[TaskMinutes]) -> float:
    variances = [error**2 for error in errors]
    total = math.fsum(variances)
    if total == 0:
        return 0.0
    runs = [task.baseline.runs if task.baseline else 2 for task in tasks]
    weight = math.fsum(variance**2 / (run - 1) for variance, run in zip(variances, runs, strict=True))
    freedom = total**2 / weight if weight else MOST_FREEDOM
    return student_t(max(1, int(min(freedom, MOST_FREEDOM)))) * math.sqrt(total)
