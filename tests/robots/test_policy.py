"""The kind of failure decides what happens next, by a policy that is a value; and the hours of a target."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from robots.definition import Hours, Retry
from robots.policy import KINDS, Decision, Next, decide, within_hours
from robots.receipt import Outcome

RETRY = Retry(waits_s=(5, 30), breaker=3, shut_s=600)


@pytest.mark.parametrize(
    ("outcome", "failures", "decision"),
    [
        (Outcome.ENTERED, 0, Decision(Next.GO_ON)),
        (Outcome.ALREADY_THERE, 0, Decision(Next.GO_ON)),
        (Outcome.REFUSED, 0, Decision(Next.GO_ON)),
        (Outcome.UNKNOWN, 0, Decision(Next.GO_ON)),
        (Outcome.FAULT, 0, Decision(Next.STOP)),
        (Outcome.UNAVAILABLE, 1, Decision(Next.WAIT, 5)),
        (Outcome.UNAVAILABLE, 2, Decision(Next.WAIT, 30)),
        (Outcome.UNAVAILABLE, 3, Decision(Next.SHUT, 600)),
        (Outcome.UNAVAILABLE, 9, Decision(Next.SHUT, 600)),
    ],
)
def test_what_follows(outcome: Outcome, failures: int, decision: Decision) -> None:
    assert decide(outcome, failures, RETRY) == decision


@pytest.mark.parametrize(
    ("retry", "failures", "decision"),
    [
        (Retry(waits_s=(5,), breaker=9), 4, Decision(Next.WAIT, 5)),
        (Retry(waits_s=(), breaker=9), 1, Decision(Next.WAIT)),
        (Retry(breaker=1, shut_s=60), 1, Decision(Next.SHUT, 60)),
    ],
)
def test_other_policies(retry: Retry, failures: int, decision: Decision) -> None:
    assert decide(Outcome.UNAVAILABLE, failures, retry) == decision


def test_every_outcome_has_a_kind() -> None:
    assert set(KINDS) == set(Outcome)


HOURS = Hours.model_validate({"opens": "08:30", "closes": "17:15"})


@pytest.mark.parametrize(
    ("day", "clock", "holiday", "open_"),
    [
        (24, "08:30", False, True),
        (24, "08:29", False, False),
        (24, "17:15", False, False),
        (24, "12:00", True, False),
        (28, "12:00", False, False),
    ],
)
def test_hours(day: int, clock: str, holiday: bool, open_: bool) -> None:
    """24 November 2026 is a Tuesday, the 28th a Saturday."""
    hour, minute = map(int, clock.split(":"))
    now = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert within_hours(HOURS, now, holiday) is open_
    assert within_hours(None, now, holiday)


def test_hours_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="comes before"):
        Hours.model_validate({"opens": "17:00", "closes": "08:00"})
