"""What happens after each kind of failure: the kind decides, by a policy that is a value."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from robots.definition import Day, Hours, Retry
from robots.receipt import Outcome


class Next(enum.Enum):
    """What the queue does next."""

    GO_ON = "go_on"
    WAIT = "wait"
    """Wait ``wait_s``, then go on; the record comes again after the others, after a new look-up."""

    SHUT = "shut"
    """The breaker: leave the target alone for ``wait_s``."""

    STOP = "stop"
    """A fault of ours: nothing more until a person has seen to it."""


@dataclass(frozen=True)
class Decision:
    next: Next
    wait_s: float = 0.0


KINDS = {
    Outcome.ENTERED: Next.GO_ON,
    Outcome.ALREADY_THERE: Next.GO_ON,
    Outcome.REFUSED: Next.GO_ON,
    Outcome.UNKNOWN: Next.GO_ON,
    Outcome.UNAVAILABLE: Next.WAIT,
    Outcome.FAULT: Next.STOP,
}
"""Refused and unknown are about the record, which goes to a person; the queue goes on."""


def decide(outcome: Outcome, failures: int, retry: Retry) -> Decision:
    """What follows an outcome; ``failures`` counts records in a row that found the target unavailable."""
    kind = KINDS[outcome]
    if kind is not Next.WAIT:
        return Decision(kind)
    if failures >= retry.breaker:
        return Decision(Next.SHUT, retry.shut_s)
    if not retry.waits_s:
        return Decision(Next.WAIT)
    return Decision(Next.WAIT, retry.waits_s[min(failures, len(retry.waits_s)) - 1])


def within_hours(hours: Hours | None, now: datetime, holiday: bool) -> bool:
    """Whether the target may be worked at, by the clock of the city hall."""
    if hours is None:
        return True
    if holiday and not hours.on_holidays:
        return False
    return tuple(Day)[now.weekday()] in hours.days and hours.opens <= now.time() < hours.closes
