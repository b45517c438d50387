"""Seconds: what cannot have been measured is refused, pauses count up to the limit of the clock rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cases import minutes
from cases.minutes import TimeRefused
from cases.models import Task, TimeEvent
from tests.cases.conftest import NewCase


def test_seconds_are_noted_with_their_source(task: Task, new_case: NewCase) -> None:
    case = new_case()
    minutes.add(task, TimeEvent.Step.FIRST_CORRECTION, 41.5, TimeEvent.Source.MEASURED, case)
    event = TimeEvent.objects.get()
    assert (event.task, event.case, event.step, event.seconds, event.source) == (
        task,
        case,
        "first_correction",
        41.5,
        "measured",
    )


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf"), 86_401])
def test_impossible_seconds_are_refused(task: Task, seconds: float) -> None:
    with pytest.raises(TimeRefused):
        minutes.add(task, TimeEvent.Step.SCAN, seconds, TimeEvent.Source.LOGGED)


@pytest.mark.parametrize(
    ("at_s", "active_s"),
    [
        ([], 0),
        ([5], 0),
        ([0, 10, 20], 20),
        ([0, 10, 200], 70),
        ([0, 60, 120], 120),
        ([20, 0, 10], 20),
        ([0, 999], 60),
    ],
)
def test_pauses_count_up_to_the_limit(at_s: list[int], active_s: float) -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert minutes.active_seconds([start + timedelta(seconds=s) for s in at_s], 60) == active_s
