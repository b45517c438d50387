"""What a robot brought back becomes a fact of the case."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.entry import Proof
    from cases.models import Case
    from cases.states import State
    from forms.facts import Record
    from robots.receipt import Receipt


def settle(record: Record, robot: str, receipt: Receipt) -> State:
    """Commit what a robot brought back, and the time that it took."""
    from cases import entry
    from cases.models import Case

    state = entry.finish(record.case_id, robot, proof_of(receipt))
    count_time(Case.objects.get(pk=record.case_id), receipt.seconds)
    return state


def count_time(case: Case, seconds: float) -> None:
    """The robot's time; it is shown, and never counted as staff time."""
    from cases import minutes
    from cases.models import TimeEvent

    minutes.add(case.task, TimeEvent.Step.ROBOT, seconds, TimeEvent.Source.MEASURED, case=case)


def proof_of(receipt: Receipt) -> Proof:
    """The robot's receipt in the words of ``cases``, which knows no robots."""
    from cases.entry import FieldCheck, Outcome, Proof

    return Proof(
        target=receipt.target,
        outcome=Outcome(receipt.outcome.value),
        code=receipt.code,
        started_at=receipt.started_at,
        finished_at=receipt.finished_at,
        receipt_number=receipt.receipt_number,
        read_back=tuple(FieldCheck(c.field, c.expected, c.seen, c.same) for c in receipt.checks),
        message=receipt.message or receipt.detail,
        steps=tuple((step.step, step.seconds) for step in receipt.steps),
        picture=receipt.picture,
    )


def robot_name() -> str:
    """Who holds the cases that this process enters."""
    return f"robot-{socket.gethostname()}-{os.getpid()}"
