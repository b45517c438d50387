"""Working time as the pages report it: active seconds, counted by one rule (law 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from cases import claims, minutes
from cases.models import Case, TimeEvent
from cases.states import State
from desk.roles import person

LONGEST_REPORT_S = 600.0
"""More active seconds than this in one report cannot be: reports come every twenty seconds of work."""

LONGEST_ELAPSED_S = 86_400.0
"""A page that lay open longer than a day was not worked on."""


def step_of(case: Case) -> TimeEvent.Step:
    """The step to which work on the case counts; deciding between two checkers is second check, too, and what
    was found wrong after entry is an exception.
    """
    if case.state == State.ENTERED_WRONG:
        return TimeEvent.Step.EXCEPTIONS
    second = case.state in {State.SECOND_CHECK, State.DISAGREED}
    return TimeEvent.Step.SECOND_CHECK if second else TimeEvent.Step.FIRST_CORRECTION


@dataclass(frozen=True)
class Worked:
    """Seconds between the first and the last action: ``active_s`` without the idle ones, ``elapsed_s`` with
    them."""

    active_s: float
    elapsed_s: float


def worked(request: HttpRequest) -> Worked:
    """The seconds as the page counted them. BadRequest when they cannot be."""
    active_s = _seconds(request, "active_seconds", LONGEST_REPORT_S)
    return Worked(active_s, max(active_s, _seconds(request, "elapsed_seconds", LONGEST_ELAPSED_S)))


@contextmanager
def counted(request: HttpRequest, case: Case) -> Iterator[None]:
    """Count the seconds that came with a request, whatever becomes of it, to who holds the case as it begins:
    a refused approval took its time, and nobody works on a sheet that others hold.
    """
    seconds, step, held = worked(request), step_of(case), claims.holds(case, person(request))
    try:
        yield
    finally:
        if held:
            count(case, step, seconds)


def count(case: Case, step: TimeEvent.Step, seconds: Worked) -> None:
    if seconds.active_s > 0:
        source = TimeEvent.Source.MEASURED
        minutes.add(case.task, step, seconds.active_s, source, case=case, elapsed_s=seconds.elapsed_s)


def _seconds(request: HttpRequest, name: str, most_s: float) -> float:
    try:
        seconds = float(request.POST.get(name, "0"))
    except ValueError as error:
        raise BadRequest(f"{name} is no number") from error
    if not 0 <= seconds <= most_s:
        raise BadRequest(f"{name} is not between 0 and {most_s:.0f}")
    return seconds
