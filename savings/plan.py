"""The plan that the indicators are judged by, and the sample of correction times: files under ``config/``.

Wrong files raise ``forms.errors.DefinitionError`` with file, line and remedy.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Spec

from forms.library import load_definition
from savings.indicators import Average
from savings.periods import FiscalYear
from savings.sampling import Source


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class YearTargets(Strict):
    """What one fiscal year should reach. None: no target for it."""

    tasks_introduced: Annotated[int, Spec(ge=0)] | None = None
    average_rate: Annotated[float, Spec(gt=0, le=1)] | None = None
    staff_hours: Annotated[float, Spec(gt=0)] | None = None
    citizen_hours: Annotated[float, Spec(gt=0)] | None = None


class Policy(Strict):
    """A policy of the strategy (方針) and the tasks that serve it."""

    title: str
    tasks: tuple[str, ...] = ()


class Goal(Strict):
    """What a task sets out to do in one year (行動目標), and by what its result is told (成果指標)."""

    action: str
    result: str
    average_rate: Annotated[float, Spec(gt=0, le=1)] | None = None
    """The reduction rate that the task should reach itself; None: the year's."""


class Plan(Strict):
    """A city's targets by fiscal year, from ``config/plan/<name>.yaml``."""

    name: str
    title: str
    average: Average
    """Which of the two averages the plan judges by."""

    close_from: Annotated[float, Spec(gt=0, le=1)] = 0.8
    """From this share of a target on the mark is △ instead of ×."""

    years: Mapping[int, YearTargets] = {}
    otherwise: YearTargets = YearTargets()
    """Targets of the years that ``years`` does not list."""

    policies: Mapping[str, Policy] = {}
    goals: Mapping[str, Mapping[int, Goal]] = {}
    """Goals by task name and fiscal year."""

    stop_loss_sheets: Annotated[int, Spec(ge=5)] = 30
    """After so many sheets a pilot is compared with the old way."""

    def goal(self, task: str, year: FiscalYear) -> Goal | None:
        return self.goals.get(task, {}).get(year.year)

    def targets(self, year: FiscalYear) -> YearTargets:
        return self.years.get(year.year, self.otherwise)


class CorrectionTiming(Strict):
    """How long one person took for one sheet on which ``asked_fields`` fields were asked."""

    asked_fields: Annotated[int, Spec(ge=0)]
    seconds: Annotated[float, Spec(gt=0)]
    timed_on: date
    timed_by: str


class CorrectionSample(Strict):
    """A person's correction times, for demonstrations whose operator is a program.

    ``seconds`` follows the straight line of least squares through the timings, never below the fastest.
    """

    source: Source
    method: str
    timings: Annotated[tuple[CorrectionTiming, ...], Spec(min_length=2)]

    @model_validator(mode="after")
    def _spread(self) -> Self:
        if len({timing.asked_fields for timing in self.timings}) < 2:
            raise ValueError("the timings need at least two different numbers of asked fields")
        return self

    @cached_property
    def _line(self) -> tuple[float, float]:
        slope, intercept = statistics.linear_regression(
            [timing.asked_fields for timing in self.timings], [timing.seconds for timing in self.timings]
        )
        return slope, intercept

    def seconds(self, asked_fields: int) -> float:
        """Seconds that a person needs for a sheet with so many asked fields."""
        slope, intercept = self._line
        return max(slope * asked_fields + intercept, min(timing.seconds for timing in self.timings))


def load_plan(path: Path) -> Plan:
    """The plan of a file such as ``config/plan/sagamihara.yaml``."""
    return load_definition(path, Plan)


def plan_in(config_folders: Sequence[Path]) -> Plan:
    """The plan in force: the first file under ``plan/`` of the last folder that has one (the site's own)."""
    found = (sorted((folder / "plan").glob("*.yaml")) for folder in reversed(config_folders))
    path = next(files for files in found if files)[0]
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _loaded(path: Path, changed_ns: int) -> Plan:
    """Pages ask for the plan on every view; ``changed_ns`` tells a file that was written again."""
    return load_plan(path)


def load_corrections(path: Path) -> CorrectionSample:
    """The correction times of a file such as ``config/samples/correction_seconds.yaml``."""
    return load_definition(path, CorrectionSample)
