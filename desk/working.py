"""Working time as the pages report it: active seconds, counted by one rule (law 6)."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from cases import minutes
from cases.models import Case, TimeEvent
from cases.states import State

LONGEST_REPORT_S = 600.0
"""More active seconds than this in one report cannot be: reports come every twenty seconds of work."""


def step_of(case: Case) -> TimeEvent.Step:
    """The step to which work on the case counts; deciding between two checkers is second check, too, and what
    was found wrong after entry is an exception.
    """
    if case.state == State.ENTERED_WRONG:
        return TimeEvent.Step.EXCEPTIONS
    second = case.state in {State.SECOND_CHECK, State.DISAGREED}
    return TimeEvent.Step.SECOND_CHECK if second else TimeEvent.Step.FIRST_CORRECTION


def seconds_of(request: HttpRequest) -> float:
    """Active seconds as the page counted them. BadRequest when they cannot be."""
    try:
        seconds = float(request.POST.get("active_seconds", "0"))
    except ValueError as error:
        raise BadRequest("active_seconds is no number") from error
    if not 0 <= seconds <= LONGEST_REPORT_S:
        raise BadRequest(f"active_seconds is not between 0 and {LONGEST_REPORT_S:.0f}")
    return seconds


def count(case: Case, step: TimeEvent.Step, seconds: float) -> None:
    if seconds > 0:
        minutes.add(case.task, step, seconds, TimeEvent.Source.MEASURED, case=case)
