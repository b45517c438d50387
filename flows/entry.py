"""Entry: approved cases are typed into their target, each result committed before the next case begins.

``cases.entry`` commits ENTERING before the robot sees a record; what is in doubt is looked up in the target,
never retried blindly (design, law 2).
"""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefect import flow, get_run_logger

from flows import savings_log, wiring
from flows.guard import sealed

if TYPE_CHECKING:
    from cases.entry import Proof
    from cases.models import Case, Task
    from cases.states import State
    from forms.facts import Record
    from robots.client import RobotProcess
    from robots.receipt import Receipt

STOPS = frozenset({"unavailable", "fault"})
"""Outcomes that say something about the target rather than about the record."""


@flow(name="enter", persist_result=False)
def enter(task: str) -> dict[str, int]:
    """Enter every approved case of a task; how many went to which state."""
    log = get_run_logger()
    states = Counter[str]()
    with sealed():
        wiring.start_django()
        for case_id, state in enter_all(task):
            states[state] += 1
            log.info("case %s: %s", case_id, state)
        savings_log.publish(task, log)
    log.info("task %s: %s", task, dict(states))
    return dict(states)


def enter_all(task: str) -> Iterator[tuple[str, State]]:
    """Case id and new state of each case: first those of a robot that died, then those that were corrected
    and wait for proof, then the approved ones.

    Ends early when the target cannot be worked with: the case that showed it is approved again, and beginning
    it once more at once would go on for ever.
    """
    from cases import entry, proving
    from cases.errors import CaseChanged
    from cases.models import Task

    row = Task.objects.get(pk=task)
    stale = [case for case in entry.stale() if case.task_id == task]
    if not row.enabled or not (stale or proving.asked(task) or _approved(row)):
        return
    name = robot_name()
    with wiring.robot(row.target) as robot:
        for case in stale:
            try:
                left = entry.take_over(case, name)
            except CaseChanged:
                continue  # Another robot looks into it already.
            yield left.case_id, settle(left, name, robot.resolve(left))
        yield from proofs(task, name, robot)
        while (record := entry.begin_next(task, name)) is not None:
            receipt = robot.enter(record)
            yield record.case_id, settle(record, name, receipt)
            if receipt.outcome.value in STOPS:
                return


def proofs(task: str, name: str, robot: RobotProcess) -> Iterator[tuple[str, State]]:
    """Look up what was found wrong and corrected since; nothing is typed."""
    from cases import proving
    from cases.errors import CaseError

    for case in proving.asked(task):
        try:
            record = proving.begin(case, name)
        except CaseError:
            continue  # Another robot looks already, or the values were changed since.
        receipt = robot.resolve(record)
        state = proving.finish(record.case_id, name, proof_of(receipt))
        _count(case, receipt.seconds)
        yield record.case_id, state


def settle(record: Record, robot: str, receipt: Receipt) -> State:
    """Commit what a robot brought back, and the time that it took."""
    from cases import entry
    from cases.models import Case

    state = entry.finish(record.case_id, robot, proof_of(receipt))
    _count(Case.objects.get(pk=record.case_id), receipt.seconds)
    return state


def _count(case: Case, seconds: float) -> None:
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


def _approved(task: Task) -> bool:
    from cases.models import Case
    from cases.states import State

    return Case.objects.filter(task=task, state=State.APPROVED).exists()
