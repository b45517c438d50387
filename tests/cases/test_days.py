"""What one person can have done on one day."""

from __future__ import annotations

from datetime import date, time

import pytest

from cases.days import Work, problem
from cases.errors import BadMinutes, BadSheets, DayTooLong, FutureDay, MeasureRefused, Overlapping

DAY = date(2026, 11, 20)
TODAY = date(2026, 11, 24)


def work(
    minutes: float, starts: str = "", ends: str = "", *, person: str = "甲", day: date = DAY, sheets: int = 1
) -> Work:
    clock = [time.fromisoformat(text) if text else None for text in (starts, ends)]
    return Work(person, day, minutes, clock[0], clock[1], sheets)


@pytest.mark.parametrize(
    "fine",
    [
        work(0.1),
        work(1440),
        work(30, "09:00", "09:30"),
        work(30.5, "09:00", "09:30"),
        work(5, day=date(2028, 2, 29)),
        work(5, day=TODAY),
    ],
)
def test_what_can_have_been_worked_is_taken(fine: Work) -> None:
    today = max(TODAY, fine.day)
    assert problem(fine, [], today) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (work(-1), BadMinutes),
        (work(0), BadMinutes),
        (work(1441), BadMinutes),
        (work(float("nan")), BadMinutes),
        (work(40, "09:00", "09:30"), BadMinutes),
        (work(10, "09:30", "09:00"), BadMinutes),
        (work(10, "23:50", "00:10"), BadMinutes),
        (work(10, "09:00"), BadMinutes),
        (work(10, sheets=0), BadSheets),
        (work(10, day=date(2026, 11, 25)), FutureDay),
    ],
)
def test_what_cannot_have_been_worked_is_refused(wrong: Work, said: type[MeasureRefused]) -> None:
    assert isinstance(problem(wrong, [], TODAY), said)


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        ("09:00", "09:30", True),
        ("09:29", "09:40", True),
        ("08:00", "12:00", True),
        ("09:30", "10:00", False),
        ("08:30", "09:00", False),
    ],
)
def test_one_person_is_not_at_two_things_at_once(starts: str, ends: str, overlaps: bool) -> None:
    others = [work(30, "09:00", "09:30")]
    assert (problem(work(5, starts, ends), others, TODAY) is not None) is overlaps
    assert problem(work(5, starts, ends, person="乙"), others, TODAY) is None
    assert problem(work(5, starts, ends, day=date(2026, 11, 19)), others, TODAY) is None
    assert isinstance(problem(work(5, "09:10", "09:15"), others, TODAY), Overlapping)


def test_a_day_has_twenty_four_hours() -> None:
    others = [work(700), work(700), work(700, person="乙")]
    assert problem(work(40), others, TODAY) is None
    assert isinstance(problem(work(40.1), others, TODAY), DayTooLong)
