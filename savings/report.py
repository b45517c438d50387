"""The year's report: all tasks, the indicators over them, and how they stand against the plan (○ △ ×)."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from savings import words
from savings.forecast import Forecast, Method, total
from savings.indicators import Indicators, TaskMinutes, indicators, introduced_in
from savings.intervals import average_interval
from savings.periods import FiscalYear
from savings.plan import Plan, YearTargets
from savings.sampling import Interval


class Mark(enum.StrEnum):
    """How a result stands against its target."""

    MET = "○"
    CLOSE = "△"
    """At least the plan's ``close_from`` share of the target, or met while a task is missing from it."""

    MISSED = "×"
    OPEN = "—"
    """Not judged: no target, no figure, or a sum that is still growing because the year is not over."""


@dataclass(frozen=True)
class Result:
    """One result indicator (成果指標). ``unit``: ``%`` (target and seen are shares), ``時間`` or ``業務``."""

    key: str
    label: str
    unit: str
    target: float | None
    seen: float | None
    mark: Mark
    sentence: str
    sample: bool = False
    interval: Interval | None = None
    """95 % interval of an average."""


@dataclass(frozen=True)
class Judgement:
    """One signed step of judging a task's period: report, approval, instruction or improvement."""

    task: str
    period: str
    round: int
    kind: str
    mark: str
    sentence: str
    signed_by: str
    signed_on: date


@dataclass(frozen=True)
class SignedChange:
    """A signed correction of a closed half-year, in words."""

    task: str
    month: date
    what: str
    amount: float
    unit: str
    reason: str
    signed_by: str
    signed_on: date


@dataclass(frozen=True)
class Report:
    """What a fiscal year's board, workbook and summary are made of. ``made_at`` is aware."""

    year: FiscalYear
    made_at: datetime
    plan: Plan
    tasks: tuple[TaskMinutes, ...]
    earlier: Mapping[FiscalYear, tuple[TaskMinutes, ...]] = field(default_factory=dict)
    """The tasks of earlier years in which cases were entered, for the trend."""

    forged: tuple[str, ...] = ()
    """Tasks with a signed figure that was changed behind the desk's back; they are named in red."""

    forecasts: Mapping[str, Forecast] = field(default_factory=dict)
    """What each task will have saved by March, by its name."""

    judgements: tuple[Judgement, ...] = ()
    changes: tuple[SignedChange, ...] = ()

    @property
    def today(self) -> date:
        return self.made_at.date()

    @property
    def targets(self) -> YearTargets:
        return self.plan.targets(self.year)

    @property
    def is_over(self) -> bool:
        return self.today > self.year.last_day

    @cached_property
    def all(self) -> Indicators:
        """Over every task that ran in the year: the hours."""
        return indicators(self.tasks)

    @cached_property
    def introduced(self) -> Indicators:
        """Over the tasks introduced in the year: the average that the plan judges."""
        return indicators(filter(introduced_in(self.year), self.tasks))

    @property
    def rests_on_samples(self) -> bool:
        return self.all.rests_on_samples

    @cached_property
    def forecast(self) -> Forecast | None:
        """The sum of the tasks' forecasts; its method is the one that carries most of the minutes."""
        minutes = total(tuple(self.forecasts.values()))
        known = [one for one in self.forecasts.values() if one.minutes is not None]
        if minutes is None:
            return None
        return Forecast(minutes, max(known, key=lambda one: abs(one.minutes or 0.0)).method)

    @property
    def forecast_methods(self) -> tuple[str, ...]:
        """How the tasks' forecasts were made, in words."""
        used = {one.method for one in self.forecasts.values() if one.minutes is not None}
        return tuple(_(words.FORECASTS[method]) for method in Method if method in used)

    def title_of(self, name: str) -> str:
        return next((task.title for task in self.tasks if task.name == name), name)

    @cached_property
    def results(self) -> tuple[Result, ...]:
        return (_tasks_introduced(self), _average_rate(self), _staff_hours(self), _citizen_hours(self))


def _tasks_introduced(report: Report) -> Result:
    introduced = (*report.introduced.counted, *report.introduced.omitted)
    running = [task for task in introduced if task.running]
    mark, sentence = _judged_sum(report, report.targets.tasks_introduced, len(running), "業務")
    stopped = words.listed(task.title for task in introduced if not task.running)
    if stopped:
        sentence += _("停止した業務（%(stopped)s）は数えていません。") % {"stopped": stopped}
    return Result(
        "tasks", _("導入業務数"), "業務", report.targets.tasks_introduced, len(running), mark, sentence
    )


def _average_rate(report: Report) -> Result:
    """Never met while a task introduced in the year is missing from it or was stopped."""
    figures, target = report.introduced, report.targets.average_rate
    seen = figures.average(report.plan.average)
    label = _("平均削減率（%(which)s）") % {"which": _(words.AVERAGES[report.plan.average])}
    missing = [task for task in (*figures.counted, *figures.omitted) if task.gap or not task.running]
    mark = _share_mark(report.plan, target, seen)
    if mark is Mark.MET and missing:
        mark = Mark.CLOSE
    sentence = _rate_sentence(target, seen, len(figures.counted)) + _missing_sentence(missing)
    interval = average_interval(figures, report.plan.average)
    return Result("average", label, "%", target, seen, mark, sentence, figures.rests_on_samples, interval)


def _staff_hours(report: Report) -> Result:
    target = report.targets.staff_hours
    seen = report.all.saved_minutes / 60 if report.all.counted else None
    mark, sentence = _judged_sum(report, target, seen, "時間")
    sentence += _forecast_sentence(report)
    return Result("hours", _("職員の削減時間"), "時間", target, seen, mark, sentence, report.rests_on_samples)


def _forecast_sentence(report: Report) -> str:
    found = report.forecast
    if found is None or found.minutes is None or found.method is Method.RESULT:
        return ""
    told = {"hours": words.hours(found.minutes), "methods": words.listed(report.forecast_methods)}
    return _("3月末の見込みは %(hours)sです（方法：%(methods)s）。") % told


def _citizen_hours(report: Report) -> Result:
    """Procedures × mean minutes, before − after, over the tasks in which both were timed."""
    timed = [task for task in report.tasks if task.citizen_minutes is not None]
    target = report.targets.citizen_hours
    if not timed:
        sentence = _("市民の手続の所要時間を計測していないため、数値はありません。")
        return Result("citizens", _("市民の削減時間"), "時間", target, None, Mark.OPEN, sentence)
    seen = math.fsum(task.citizen_minutes or 0.0 for task in timed) / 60
    mark, sentence = _judged_sum(report, target, seen, "時間")
    named = {"n": len(timed), "tasks": words.listed(task.title for task in timed)}
    sentence += _("所要時間を計った%(n)s業務（%(tasks)s）の合計です。") % named
    sample = any(
        part and part.is_sample for task in timed for part in (task.citizen_before, task.citizen_after)
    )
    return Result("citizens", _("市民の削減時間"), "時間", target, seen, mark, sentence, sample)


def _share_mark(plan: Plan, target: float | None, seen: float | None) -> Mark:
    if target is None or seen is None:
        return Mark.OPEN
    if _reaches(seen, target):
        return Mark.MET
    return Mark.CLOSE if _reaches(seen, target * plan.close_from) else Mark.MISSED


def _reaches(seen: float, wanted: float) -> bool:
    """Whether seen ≥ wanted, where the rounding of binary fractions decides nothing."""
    return seen >= wanted or math.isclose(seen, wanted, rel_tol=1e-9)


def _judged_sum(report: Report, target: float | None, seen: float | None, unit: str) -> tuple[Mark, str]:
    """Mark and sentence for a figure that grows all year: not judged before the end unless already met."""
    mark = _share_mark(report.plan, target, seen)
    if seen is None:
        return mark, _("数値の出せる業務がありません。")
    if target is None:
        return mark, _("今年度の目標値は計画にありません。")
    told = {"target": words.amount(unit, target), "share": words.percent(seen / target)}
    share = _("目標 %(target)sの %(share)sです。") % told
    if mark is Mark.MET or report.is_over:
        return mark, share
    running = _("年度途中（%(day)s現在）のため判定しません。") % {"day": words.era_day(report.today)}
    return Mark.OPEN, running + share


def _rate_sentence(target: float | None, seen: float | None, count: int) -> str:
    if seen is None:
        return _("今年度導入した業務に、削減率を出せるものがありません。")
    if target is None:
        return _("対象は%(n)s業務です。今年度の目標値は計画にありません。") % {"n": count}
    points = abs(seen - target) * 100
    if _reaches(seen, target):
        said = _("対象は%(n)s業務で、目標を%(points)sポイント上回りました。")
    else:
        said = _("対象は%(n)s業務で、目標を%(points)sポイント下回りました。")
    return said % {"n": count, "points": f"{points:,.1f}"}


def _missing_sentence(missing: list[TaskMinutes]) -> str:
    """Names every task that is missing from the average or was stopped, with the reason."""
    stopped = _("停止しました")
    why = _("%(task)s（%(why)s）")
    reasons = [
        why % {"task": task.title, "why": _(words.GAPS[task.gap]) if task.gap else stopped}
        for task in missing
    ]
    said = _("次の業務がそろうまで達成とはしません：%(tasks)s。")
    return said % {"tasks": words.listed(reasons)} if reasons else ""
