"""The indicators, as pure functions of minutes (design, law 6; the domain page, "The indicators").

Reduction rate of a task = (T_before − T_after) / T_before in staff minutes. It can be negative. Robot
minutes are carried along and never counted. "Average" has two readings, and both are given: the mean of
the tasks' rates, and the pooled rate over all minutes.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from savings.errors import BadFigure
from savings.periods import FiscalYear, Half
from savings.sampling import Baseline, Interval, Source


class Step(enum.StrEnum):
    """Where staff minutes go after the change. The values are those of ``cases.models.TimeEvent.Step``."""

    PREPARE = "prepare"
    SCAN = "scan"
    FIRST_CORRECTION = "first_correction"
    SECOND_CHECK = "second_check"
    COMPARE = "compare"
    EXCEPTIONS = "exceptions"
    RERUN = "rerun"
    FINAL_CHECK = "final_check"
    UPKEEP = "upkeep"
    ROBOT = "robot"
    """Robot running time: shown, never staff time."""


STAFF_STEPS = tuple(step for step in Step if step is not Step.ROBOT)


class Average(enum.StrEnum):
    """Which average a plan judges by."""

    MEAN_OF_RATES = "mean_of_rates"
    """The tasks' rates, each weighing the same."""

    POOLED = "pooled"
    """All minutes saved over all minutes before: each task weighs by its hours."""


class Gap(enum.StrEnum):
    """Why a task shows no rate."""

    NO_BASELINE = "no_baseline"
    """Nobody timed the old way."""

    NOTHING_ENTERED = "nothing_entered"
    """No case reached the register in the period."""

    NO_MINUTES = "no_minutes"
    """Cases were entered, but no staff minute was recorded: a rate of 100 % would be a fault, no saving."""


@dataclass(frozen=True)
class StepMinutes:
    """Minutes of one step in one month from one source; ``n`` timings, or sheets with ``per_sheet``."""

    month: date
    step: Step
    minutes: float
    n: int
    source: Source
    per_sheet: float | None = None
    """Where a timed sample stands in for a step nobody logged: ``minutes = per_sheet × n``."""

    def __post_init__(self) -> None:
        signed = self.source is Source.CORRECTION
        if not (math.isfinite(self.minutes) and (self.minutes >= 0 or signed)):
            raise BadFigure(
                f"minutes of {self.step}", self.minutes, "correct the time event; time is never negative"
            )


@dataclass(frozen=True)
class MonthVolume:
    """Sheets that came in, and cases that were entered and verified, in one month."""

    month: date
    received: int
    entered: int
    each_minutes: float | None = None
    """What a case cost the old way by the baseline that stood when the half-year was closed; None: open."""

    def __post_init__(self) -> None:
        if min(self.received, self.entered) < 0:
            raise BadFigure("a volume", min(self.received, self.entered), "count the cases again")


@dataclass(frozen=True)
class Owner:
    """From the first day of ``since`` on the task belongs to ``department``. Always whole months."""

    since: date
    department: str

    def __post_init__(self) -> None:
        if self.since.day != 1:
            raise BadFigure("the day of a move", self.since.day, "a task moves on the first day of a month")


@dataclass(frozen=True)
class TaskMinutes:
    """Everything that one task's indicators rest on, in one period."""

    name: str
    title: str
    department: str
    introduced_on: date
    baseline: Baseline | None
    volumes: tuple[MonthVolume, ...]
    steps: tuple[StepMinutes, ...]
    key_task: bool = False
    running: bool = True
    """False: the task was stopped."""

    owners: tuple[Owner, ...] = field(default=())
    """Who owned the task from when on, oldest first; empty: ``department`` all the time."""

    citizen_before: Baseline | None = None
    citizen_after: Baseline | None = None
    """What one procedure takes a resident, timed before and after."""

    closed: frozenset[Half] = frozenset()
    """Half-years whose figures were signed and do not move any more."""

    @property
    def received(self) -> int:
        return sum(volume.received for volume in self.volumes)

    @property
    def entered(self) -> int:
        return sum(volume.entered for volume in self.volumes)

    @property
    def before_minutes(self) -> float | None:
        """Σ cases entered × baseline mean, the one signed with a closed half-year; None without one."""
        each = self.baseline.mean_minutes if self.baseline else None
        parts = [
            (volume.entered, each if volume.each_minutes is None else volume.each_minutes)
            for volume in self.volumes
        ]
        if each is None and not any(mean for _, mean in parts):
            return None
        return math.fsum(entered * (mean or 0.0) for entered, mean in parts)

    @property
    def after_minutes(self) -> float:
        """Staff minutes over all steps, also those spent on sheets that were not entered."""
        return math.fsum(step.minutes for step in self.steps if step.step is not Step.ROBOT)

    @property
    def robot_minutes(self) -> float:
        return self.step_minutes(Step.ROBOT)

    def step_minutes(self, step: Step) -> float:
        return math.fsum(row.minutes for row in self.steps if row.step is step)

    @property
    def gap(self) -> Gap | None:
        """Why there is no rate; None when there is one."""
        if self.before_minutes is None:
            return Gap.NO_BASELINE
        if self.entered == 0 or self.before_minutes == 0:
            return Gap.NOTHING_ENTERED
        return None if self.after_minutes > 0 else Gap.NO_MINUTES

    @property
    def saved_minutes(self) -> float | None:
        """Negative when the new way costs more; None where there is no rate."""
        if self.gap or self.before_minutes is None:
            return None
        return self.before_minutes - self.after_minutes

    @property
    def rate(self) -> float | None:
        if self.gap or self.before_minutes is None:
            return None
        return reduction_rate(self.before_minutes, self.after_minutes)

    @property
    def before_error_minutes(self) -> float | None:
        """Standard error of ``before_minutes``; None for a single timing, which tells no spread."""
        if self.gap or self.baseline is None or self.baseline.error_minutes is None:
            return None
        return (self.before_minutes or 0.0) * self.baseline.error_minutes / self.baseline.mean_minutes

    @property
    def rate_interval(self) -> Interval | None:
        """95 % interval of the rate: the rate at both ends of the baseline's interval (Student's t).

        The time after is counted, not sampled. None without spread, or where the interval reaches zero.
        """
        interval = self.baseline.interval_minutes if self.baseline else None
        if self.gap or self.baseline is None or interval is None or interval.low <= 0:
            return None
        before = self.before_minutes or 0.0
        low, high = (
            reduction_rate(before * end / self.baseline.mean_minutes, self.after_minutes)
            for end in (interval.low, interval.high)
        )
        return Interval(low, high)

    @property
    def citizen_minutes(self) -> float | None:
        """Residents' minutes saved: (mean before − mean after) × cases entered; None unless timed."""
        if self.citizen_before is None or self.citizen_after is None or self.entered == 0:
            return None
        return (self.citizen_before.mean_minutes - self.citizen_after.mean_minutes) * self.entered

    @property
    def rests_on_samples(self) -> bool:
        """Whether any figure comes from a sample file: then every figure of the task is labelled 見本値."""
        return (self.baseline is not None and self.baseline.is_sample) or any(
            row.source is Source.SAMPLE for row in self.steps
        )

    def within(self, months: Iterable[date]) -> TaskMinutes:
        """The same task in fewer months (first days)."""
        wanted = frozenset(months)
        return replace(
            self,
            volumes=tuple(volume for volume in self.volumes if volume.month in wanted),
            steps=tuple(step for step in self.steps if step.month in wanted),
        )


def reduction_rate(before_minutes: float, after_minutes: float) -> float:
    """(before − after) / before; negative when the new way takes longer.

    BadFigure unless before > 0 and after ≥ 0.
    """
    if not before_minutes > 0:
        raise BadFigure(
            "the time before", before_minutes, "a rate needs a timed baseline and at least one case"
        )
    if not after_minutes >= 0:
        raise BadFigure("the time after", after_minutes, "time is never negative")
    return (before_minutes - after_minutes) / before_minutes


def mean_of_rates(rates: Sequence[float]) -> float | None:
    """Each task weighs the same. None without rates."""
    return math.fsum(rates) / len(rates) if rates else None


def pooled_rate(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Rate of the sums of ``(before, after)`` minutes: each task weighs by its time. None without pairs."""
    if not pairs:
        return None
    return reduction_rate(math.fsum(before for before, _ in pairs), math.fsum(after for _, after in pairs))


@dataclass(frozen=True)
class Indicators:
    """The figures over several tasks, and which tasks they leave out.

    Minutes before, after and saved are sums over the tasks that have a rate; robot minutes over all.
    """

    counted: tuple[TaskMinutes, ...]
    omitted: tuple[TaskMinutes, ...]
    before_minutes: float
    after_minutes: float
    robot_minutes: float
    mean_rate: float | None
    pooled: float | None

    @property
    def saved_minutes(self) -> float:
        return self.before_minutes - self.after_minutes

    @property
    def rests_on_samples(self) -> bool:
        return any(task.rests_on_samples for task in self.counted)

    def average(self, which: Average) -> float | None:
        return self.mean_rate if which is Average.MEAN_OF_RATES else self.pooled


def indicators(tasks: Iterable[TaskMinutes]) -> Indicators:
    """The figures over the tasks. A task without a rate is omitted by name, never counted as zero."""
    every = tuple(tasks)
    counted = tuple(task for task in every if task.rate is not None)
    pairs = [(task.before_minutes or 0.0, task.after_minutes) for task in counted]
    return Indicators(
        counted=counted,
        omitted=tuple(task for task in every if task.rate is None),
        before_minutes=math.fsum(before for before, _ in pairs),
        after_minutes=math.fsum(after for _, after in pairs),
        robot_minutes=math.fsum(task.robot_minutes for task in every),
        mean_rate=mean_of_rates([task.rate for task in counted if task.rate is not None]),
        pooled=pooled_rate(pairs),
    )


def introduced_in(year: FiscalYear) -> Callable[[TaskMinutes], bool]:
    """Whether a task counts towards the year's average: it went into use in that fiscal year."""
    return lambda task: task.introduced_on in year
