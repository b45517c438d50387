"""The year's hours for the board, as the savings room counts them, and how far they are from the plan."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from forms.errors import DefinitionError
from savings.collect import task_minutes
from savings.indicators import TaskMinutes
from savings.periods import FiscalYear
from savings.pilots import pilots
from savings.plan import Plan, plan_in
from savings.stoploss import StopLoss

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Saved:
    """The running fiscal year's minutes by task name."""

    year: FiscalYear
    tasks: Mapping[str, TaskMinutes]
    target_rate: float | None
    """The reduction rate that the plan wants this year; None: it wants none."""

    pilots: Mapping[str, StopLoss]
    """What the pilots have shown, by task name."""


def saved_by_task() -> Saved:
    """What the tasks have saved since April."""
    year = FiscalYear.of(timezone.localdate())
    tasks, plan = {minutes.name: minutes for minutes in task_minutes(year)}, _plan()
    if plan is None:
        return Saved(year, tasks, None, {})
    found = {one.pilot.name: one for one in pilots(plan, timezone.localdate())}
    return Saved(year, tasks, plan.targets(year).average_rate, found)


def _plan() -> Plan | None:
    try:
        return plan_in(settings.CONFIG_FOLDERS)
    except DefinitionError as error:
        # The operators' work does not wait until somebody has mended the plan.
        log.warning("the board shows no target: %s", error)
        return None
