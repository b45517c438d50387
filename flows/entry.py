"""Entry: approved cases are typed into their target, each result committed before the next case begins.

``cases.entry`` commits ENTERING before the robot sees a record; what is in doubt is looked up in the target,
never retried blindly (design, law 2). Before the queue opens the screens are compared with the definition's.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prefect import flow, get_run_logger

from flows import savings_log, wiring
from flows.guard import sealed
from flows.settling import count_time, proof_of, robot_name

if TYPE_CHECKING:
    from cases.states import State
    from robots.client import RobotProcess

logger = logging.getLogger("tenki.entry")

SIGN_IN_WAIT_S = 600.0
"""How long another robot of the same account is waited for."""

POLL_S = 1.0


@flow(name="enter", persist_result=False)
def enter(task: str, look_ups_only: bool = False) -> dict[str, int]:
    """Enter every approved case of a task, or only look up what waits for proof; how many went to which
    state.
    """
    log = get_run_logger()
    states = Counter[str]()
    with sealed():
        wiring.start_django()
        for case_id, state in enter_all(task, look_ups_only=look_ups_only):
            states[state] += 1
            log.info("case %s: %s", case_id, state)
        savings_log.publish(task, log)
    log.info("task %s: %s", task, dict(states))
    return dict(states)


def enter_all(
    task: str, sign_in_wait_s: float = SIGN_IN_WAIT_S, *, look_ups_only: bool = False
) -> Iterator[tuple[str, State]]:
    """Case id and new state of each case: first those of a robot that died, then those that wait for proof,
    then, unless only look-ups are wanted, the approved ones.

    Ends early when the target's gate closes: stopped by a person or for a fault, shut by the breaker, or
    outside its hours.
    """
    from cases import gates
    from cases.models import Task
    from cases.task_versions import limits_of
    from flows.work_queue import Queue

    row = Task.objects.get(pk=task)
    queue = Queue(row.name, wiring.target(row.target), robot_name(), limits_of(row))
    if not row.enabled or not queue.anything() or not queue.may_begin():
        return
    if not _signed_in(row.target, queue.robot, sign_in_wait_s):
        logger.warning("target %s: another robot is signed in", row.target)
        return
    try:
        with wiring.robot(row.target, queue.keep) as robot:
            if not queue.screens_fit(robot):
                return
            for record in queue.left_behind():
                yield record.case_id, queue.settle(record, robot.resolve(record))
            yield from proofs(task, queue.robot, robot)
            if look_ups_only:
                return
            for record, receipt in robot.enter_many(queue.following):
                yield record.case_id, queue.settle(record, receipt)
    finally:
        gates.sign_out(row.target, queue.robot)


def proofs(task: str, name: str, robot: RobotProcess) -> Iterator[tuple[str, State]]:
    """Look up what a person wants proof of; nothing is typed."""
    from cases import proving
    from cases.errors import CaseError

    for case in proving.asked(task):
        try:
            record = proving.begin(case, name)
        except CaseError:
            continue  # Another robot looks already, or the values were changed since.
        receipt = robot.resolve(record)
        state = proving.finish(record.case_id, name, proof_of(receipt))
        count_time(case, receipt.seconds)
        yield record.case_id, state


def _signed_in(target: str, robot: str, wait_s: float) -> bool:
    """The account is ours, at once or when the robot that has it is done."""
    from cases import gates

    ends_s = time.monotonic() + wait_s
    while not gates.sign_in(target, robot):
        if time.monotonic() > ends_s:
            return False
        time.sleep(POLL_S)
    return True
