"""What a robot brings back: the outcome, the proof field by field, and how long each step took."""

from __future__ import annotations

import base64
import enum
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


class Outcome(enum.StrEnum):
    """How an entry ended, and what happens next."""

    ENTERED = "entered"
    """Typed, registered, read back, every field the same. The case is done."""

    ALREADY_THERE = "already_there"
    """The target already holds this record, every field the same. The case is done; nothing was typed."""

    REFUSED = "refused"
    """The target said no, and why (``message``). The case goes to a person."""

    UNAVAILABLE = "unavailable"
    """The target cannot be worked with, and this record is not in it. Later, after a new look-up."""

    UNKNOWN = "unknown"
    """It could not be proven whether or how the record arrived. It goes to a person, never to a retry."""

    FAULT = "fault"
    """Ours: a changed screen, a gap in the definition, a wrong password. Nothing was registered; the target
    is stopped until someone mends it, the case may be tried again then."""


@dataclass(frozen=True)
class FieldCheck:
    """One field compared: canonical text that was to be there, and what is there. My Number is masked."""

    field: str
    expected: str
    seen: str
    same: bool


@dataclass(frozen=True)
class StepTime:
    """How long a step took. Steps are named by the definition, never by what was typed."""

    step: str
    seconds: float


@dataclass(frozen=True)
class Receipt:
    """The end of one attempt to enter one record.

    ``code`` says in a stable word why it is not simply entered ("" when it is). ``message`` holds
    the target's own words. ``picture`` is a PNG of the target's screens with every value painted over: before
    the submit at the left, as registered at the right; one of them where the other was not seen.
    """

    case_id: str
    target: str
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    code: str = ""
    detail: str = ""
    """More about the code in the definition's words (screen, step); no values."""

    receipt_number: str = ""
    message: str = ""
    checks: tuple[FieldCheck, ...] = ()
    steps: tuple[StepTime, ...] = ()
    picture: bytes | None = None

    @property
    def seconds(self) -> float:
        return (self.finished_at - self.started_at).total_seconds()


def to_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as JSON values, for the way between two processes."""
    return {
        **asdict(receipt),
        "started_at": receipt.started_at.isoformat(),
        "finished_at": receipt.finished_at.isoformat(),
        "picture": base64.b64encode(receipt.picture).decode("ascii") if receipt.picture else None,
    }


def from_json(data: dict[str, Any]) -> Receipt:
    """The inverse of ``to_json``."""
    return Receipt(
        **{
            **data,
            "outcome": Outcome(data["outcome"]),
            "started_at": datetime.fromisoformat(data["started_at"]),
            "finished_at": datetime.fromisoformat(data["finished_at"]),
            "checks": tuple(FieldCheck(**check) for check in data["checks"]),
            "steps": tuple(StepTime(**step) for step in data["steps"]),
            "picture": base64.b64decode(data["picture"]) if data["picture"] else None,
        }
    )
