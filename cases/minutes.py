"""Staff and robot seconds (law 6): measured by one rule, added as they happen, never guessed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.utils import timezone

from cases.models import Case, Task, TimeEvent


class TimeRefused(ValueError):
    """Seconds that cannot have been measured."""


def add(
    task: Task,
    step: TimeEvent.Step,
    seconds: float,
    source: TimeEvent.Source,
    case: Case | None = None,
    elapsed_s: float | None = None,
) -> TimeEvent:
    """Note seconds spent on a step; ``elapsed_s`` are the same with idle ones.

    Raises TimeRefused when the seconds are negative, not finite or longer than a day.
    """
    if not (math.isfinite(seconds) and 0 <= seconds <= 86_400):
        raise TimeRefused(f"{seconds} s cannot be the time of one step: give 0 to 86400 seconds")
    return TimeEvent.objects.create(
        task=task,
        case=case,
        step=TimeEvent.Step(step),
        seconds=seconds,
        source=TimeEvent.Source(source),
        elapsed_seconds=elapsed_s,
        at=timezone.now(),
    )


def share(
    cases: Sequence[Case],
    step: TimeEvent.Step,
    seconds: float,
    source: TimeEvent.Source,
    elapsed_s: float | None = None,
) -> None:
    """Note seconds that were spent on several cases at once: an equal part for each. Raises TimeRefused."""
    for case in cases:
        part = None if elapsed_s is None else elapsed_s / len(cases)
        add(case.task, step, seconds / len(cases), source, case, part)


def active_seconds(moments: Sequence[datetime], idle_seconds: float) -> float:
    """Working time between the first and the last key or click: a pause counts up to ``idle_seconds``, no
    further.
    """
    pauses_s = ((later - earlier).total_seconds() for earlier, later in pairwise(sorted(moments)))
    return sum(min(pause_s, idle_seconds) for pause_s in pauses_s)
