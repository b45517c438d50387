"""When rounds are made: never on a closed day, never while the target is closed, each later than the last."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from cases.office import Office
from cases.schedule import Days, Limits, Schedule, Weekday, WhenClosed, next_runs

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = Office(TOKYO, frozenset(("12-29", "12-30", "12-31", "01-01", "01-02", "01-03")))
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=TOKYO)
"""A Friday; Monday 23 November is a holiday (勤労感謝の日)."""


def always(at: datetime) -> bool:
    return True


def told(schedule: dict[str, Any], n: int = 3, after: datetime = FRIDAY, limits: Limits | None = None) -> str:
    """The next rounds, as ``11-24 09:00``."""
    found = next_runs(Schedule.model_validate(schedule), after, OFFICE, always, limits, n)
    return ", ".join(f"{at:%m-%d %H:%M}" for at in found)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"at": ["9:00"]}, "11-24 09:00, 11-25 09:00, 11-26 09:00"),
        ({"at": ["13:00", "09:00"]}, "11-20 13:00, 11-24 09:00, 11-24 13:00"),
        ({"at": ["12:00"]}, "11-24 12:00, 11-25 12:00, 11-26 12:00"),
        ({"at": ["09:00"], "days": "every"}, "11-21 09:00, 11-22 09:00, 11-23 09:00"),
        ({"every_minutes": 60, "from": "8:30", "until": "10:00"}, "11-24 08:30, 11-24 09:30, 11-25 08:30"),
        ({"every_minutes": 240}, "11-20 12:30, 11-20 16:30, 11-24 08:30"),
        ({"at": ["09:00"], "days": ["mon", "wed"]}, "11-25 09:00, 11-30 09:00, 12-02 09:00"),
        (
            {"at": ["09:00"], "days": ["mon"], "when_closed": "after"},
            "11-24 09:00, 11-30 09:00, 12-07 09:00",
        ),
        (
            {"at": ["13:00"], "days": ["mon"], "when_closed": "before"},
            "11-20 13:00, 11-30 13:00, 12-07 13:00",
        ),
        ({"at": ["16:00"], "days": "month_end"}, "11-30 16:00, 03-31 16:00, 04-30 16:00"),
        (
            {"at": ["16:00"], "days": "month_end", "when_closed": "before"},
            "11-30 16:00, 12-28 16:00, 01-29 16:00",
        ),
        (
            {"at": ["16:00"], "days": "month_end", "when_closed": "after"},
            "11-30 16:00, 01-04 16:00, 02-01 16:00",
        ),
        ({"at": ["16:00"], "days": "last_business_day"}, "11-30 16:00, 12-28 16:00, 01-29 16:00"),
        ({"cron": "0 9 * * 1-5"}, "11-24 09:00, 11-25 09:00, 11-26 09:00"),
        ({"cron": "0 9 23 * *"}, "12-23 09:00, 03-23 09:00, 04-23 09:00"),
        ({"cron": "0 9 23 * *", "when_closed": "after"}, "11-24 09:00, 12-23 09:00, 01-25 09:00"),
        ({"cron": "0 9 23 * *", "days": "every"}, "11-23 09:00, 12-23 09:00, 01-23 09:00"),
    ],
)
def test_the_next_rounds(schedule: dict[str, Any], expected: str) -> None:
    assert told(schedule) == expected


def test_an_emperors_birthday_is_left_out() -> None:
    assert told({"cron": "0 9 23 * *"}, 3, datetime(2027, 1, 1, tzinfo=TOKYO)) == (
        "03-23 09:00, 04-23 09:00, 06-23 09:00"
    )


def test_no_round_after_the_latest_minute() -> None:
    assert told({"at": ["09:00", "16:00"]}, 2, limits=Limits(latest=time(15, 59))) == (
        "11-24 09:00, 11-25 09:00"
    )


def test_a_schedule_that_comes_to_nothing_has_no_rounds() -> None:
    assert told({"cron": "0 9 29 2 *"}) == ""


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({}, "one of `at`"),
        ({"at": ["09:00"], "cron": "0 9 * * *"}, "one of `at`"),
        ({"at": [540]}, "written as 08:30"),
        ({"at": ["25:00"]}, "written as 08:30"),
        ({"every_minutes": 4}, "greater than or equal to 5"),
        ({"every_minutes": 10, "from": "17:00", "until": "9:00"}, "`from` comes before `until`"),
        ({"cron": "0 0 9 * * 1"}, "five fields"),
        ({"cron": "99 9 * * *"}, "cannot be read"),
        ({"cron": "0 9 * * *", "days": "month_end"}, "names its days itself"),
        ({"at": ["09:00"], "days": []}, "names no day"),
        ({"at": ["09:00"], "days": "sometimes"}, "business"),
        ({"at": ["09:00"], "hours": "9"}, "Extra inputs"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused(schedule: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Schedule.model_validate(schedule)


@pytest.mark.parametrize(
    "schedule",
    [
        {"at": ["09:00"]},
        {"every_minutes": 30, "until": "12:00"},
        {"cron": "0 9 1 * *", "when_closed": "after"},
    ],
)
def test_a_schedule_is_said_as_it_was_written(schedule: dict[str, Any]) -> None:
    assert Schedule.model_validate(schedule).said() == schedule


clocks = some.builds(time, some.integers(0, 23), some.integers(0, 59))
days = some.one_of(
    some.sampled_from(Days), some.sets(some.sampled_from(Weekday), min_size=1).map(lambda s: tuple(sorted(s)))
)
schedules = some.one_of(
    some.builds(
        Schedule,
        at=some.lists(clocks, min_size=1, max_size=4).map(tuple),
        days=days,
        when_closed=some.sampled_from(WhenClosed),
    ),
    some.builds(
        Schedule, every_minutes=some.integers(5, 600), days=days, when_closed=some.sampled_from(WhenClosed)
    ),
    some.builds(
        Schedule,
        cron=some.sampled_from(
            ["0 9 * * *", "*/20 8-18 * * 1-5", "30 23 L * *", "0 6 1,15 * *", "5 4 * * 0"]
        ),
        when_closed=some.sampled_from(WhenClosed),
    ),
)
moments = some.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=TOKYO))  # noqa: DTZ001  # made aware at once
hours = some.tuples(clocks, clocks).filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=60, deadline=None)
@given(schedules, moments, hours)
def test_never_closed_and_always_later(
    schedule: Schedule, after: datetime, open_hours: tuple[time, time]
) -> None:
    def is_open(at: datetime) -> bool:
        return open_hours[0] <= at.time() < open_hours[1]

    found = next_runs(schedule, after, OFFICE, is_open, n=12)
    assert all(earlier < later for earlier, later in zip((after, *found), found, strict=False))
    assert all(is_open(at) for at in found)
    assert all(at.utcoffset() == timedelta(hours=9) for at in found)
    if schedule.days is not Days.EVERY:
        assert not [at for at in found if OFFICE.closed(at.date())]


def test_the_office_knows_its_own_closing_days() -> None:
    assert OFFICE.closed(date(2026, 12, 29)) and not OFFICE.closed(date(2026, 12, 28))
    assert OFFICE.closed(date(2026, 11, 23)) and OFFICE.closed(date(2026, 11, 22))
