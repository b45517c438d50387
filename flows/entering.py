"""Approved cases into their target, one run of one task; Prefect's flow around it is ``flows.entry``.

``cases.entry`` commits ENTERING before the robot sees a record; what is in doubt is looked up in the target,
never retried blindly (design, law 2). Before the queue opens the screens are compared with the definition's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from flows import wiring
from flows.settling import robot_name

if TYPE_CHECKING:
    from cases.models import Task
    from cases.states import State
    from robots.client import RobotProcess
    from robots.file_target import FileTarget

logger = logging.getLogger("tenki.entry")

SIGN_IN_WAIT_S = 600.0
"""How long another robot of the same account is waited for."""

POLL_S = 0.5

Robots = Callable[[str, Callable[[], None]], AbstractContextManager["RobotProcess"]]
"""A robot at a target, given what has to be called all the while."""


def enter_all(
    task: str,
    sign_in_wait_s: float = SIGN_IN_WAIT_S,
    robots: Robots = wiring.robot,
    *,
    look_ups_only: bool = False,
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
    if (files := wiring.file_target(row.target)) is not None:
        yield from _into_files(row, files, look_ups_only=look_ups_only)
        return
    queue = Queue(row.name, wiring.target(row.target), robot_name(), limits_of(row))
    if not row.enabled or not queue.anything() or not queue.may_begin():
        return
    if not _signed_in(row.target, queue.robot, sign_in_wait_s):
        logger.warning("target %s: another robot is signed in", row.target)
        return
    try:
        with robots(row.target, queue.keep) as robot:
            if not queue.screens_fit(robot):
                return
            for record in queue.left_behind():
                yield record.case_id, queue.settle(record, robot.resolve(record))
            yield from queue.proofs(robot)
            if look_ups_only:
                return
            for record, receipt in robot.enter_many(queue.following):
                yield record.case_id, queue.settle(record, receipt)
    finally:
        gates.sign_out(row.target, queue.robot)


def where_to_go(task: str) -> str:
    """The target at which a robot has something to do for the task now; "" where there is nothing."""
    from cases.models import Task
    from cases.task_versions import limits_of
    from flows.work_queue import Queue

    row = Task.objects.get(pk=task)
    if not row.enabled:
        return ""
    if wiring.file_target(row.target) is not None:
        return row.target
    queue = Queue(row.name, wiring.target(row.target), robot_name(), limits_of(row))
    return row.target if queue.anything() and queue.may_begin() else ""


def _into_files(row: Task, target: FileTarget, *, look_ups_only: bool) -> Iterator[tuple[str, State]]:
    """The same for a target that imports files: one robot at a time writes them."""
    from cases import gates
    from cases.task_versions import limits_of
    from flows.file_entry import FileQueue

    name = robot_name()
    if not row.enabled or not gates.sign_in(row.target, name):
        return
    try:
        yield from FileQueue(row.name, target, name, limits_of(row)).run(look_ups_only=look_ups_only)
    finally:
        gates.sign_out(row.target, name)


def _signed_in(target: str, robot: str, wait_s: float) -> bool:
    """The account is ours, at once or when the robot that has it is done."""
    from cases import gates

    ends_s = time.monotonic() + wait_s
    while not gates.sign_in(target, robot):
        if time.monotonic() > ends_s:
            return False
        time.sleep(POLL_S)
    return True
