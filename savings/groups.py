"""The same minutes by department, by policy of the plan and by half-year.

A task that moves to another department takes effect on the first day of a month: the months before stay
with the department that did the work, so that no hour counts twice and none gets lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from savings.indicators import Indicators, TaskMinutes, indicators
from savings.periods import FiscalYear, Half
from savings.plan import Plan


@dataclass(frozen=True)
class Group:
    """Some tasks, or the months of them that belong to one department."""

    key: str
    title: str
    tasks: tuple[TaskMinutes, ...]

    @property
    def figures(self) -> Indicators:
        return indicators(self.tasks)


def by_department(tasks: Iterable[TaskMinutes], year: FiscalYear) -> tuple[Group, ...]:
    """One group for each department that owned a task in the year, in the order of their names."""
    found: dict[str, list[TaskMinutes]] = {}
    for task in tasks:
        for department, months in _owned(task, year).items():
            part = replace(task.within(months), department=department)
            found.setdefault(department, []).append(part)
    return tuple(Group(name, name, tuple(found[name])) for name in sorted(found))


def owner_in(task: TaskMinutes, month: date) -> str:
    """The department to which a month of the task belongs."""
    spells = [owner for owner in task.owners if owner.since <= month]
    return spells[-1].department if spells else (task.owners[0] if task.owners else task).department


def _owned(task: TaskMinutes, year: FiscalYear) -> Mapping[str, list[date]]:
    months: dict[str, list[date]] = {}
    for month in year.months():
        months.setdefault(owner_in(task, month), []).append(month)
    return months


def by_policy(tasks: Iterable[TaskMinutes], plan: Plan) -> tuple[Group, ...]:
    """One group for each policy of the plan, and one for the tasks that none names."""
    every = tuple(tasks)
    named = {name for policy in plan.policies.values() for name in policy.tasks}
    groups = [
        Group(key, policy.title, tuple(task for task in every if task.name in policy.tasks))
        for key, policy in plan.policies.items()
    ]
    rest = tuple(task for task in every if task.name not in named)
    return tuple([*groups, Group("", _("方針に位置づけのない業務"), rest)] if rest else groups)


def added_minutes(tasks: Iterable[TaskMinutes], half: Half) -> float:
    """What one half-year adds to the minutes saved, over the tasks that have a rate in the year."""
    parts = [task.within(half.months) for task in tasks if task.gap is None]
    return math.fsum((part.before_minutes or 0.0) - part.after_minutes for part in parts)
