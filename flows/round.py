"""A task's whole round: its inbox, its approved cases, its figures."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows import hands, wiring
from flows.entry import enter
from flows.guard import Fault, sealed
from flows.intake import intake
from flows.lookout import empty
from flows.prefect_api import ServerAway
from flows.report import report
from flows.round_report import leave


@flow(name="round", persist_result=False)
def work_round(task: str) -> dict[str, dict[str, int]]:
    """Take in what lies in the task's inbox, enter what is approved, write the workbook; counts by state."""
    with sealed():
        wiring.start_django()
        began_at = wiring.now()
        refused = [arrival for arrival in empty(task) if arrival.problem]
    for arrival in refused:
        # The name of a file may be a resident's, so only the code of the problem is logged.
        get_run_logger().warning("a file in the inbox of %s was refused: %s", task, arrival.problem)
    _call_workers(task)
    read, failed = _read(task)
    entered = enter(task)
    report()
    with sealed():
        leave(task, began_at, fault=(failed.code or failed.kind) if failed else "")
    if failed is not None:
        raise failed
    return {
        "refused": {a.problem: sum(b.problem == a.problem for b in refused) for a in refused},
        "read": read,
        "entered": entered,
    }


def _call_workers(task: str) -> None:
    """Workers on other machines may lend a hand; without them the round does it all."""
    try:
        hands.call(task)
    except ServerAway as away:
        get_run_logger().warning("no worker was called: %s", away)


def _read(task: str) -> tuple[dict[str, int], Fault | None]:
    """What the intake read, or its fault: what is approved is entered all the same."""
    try:
        return intake(task), None
    except Fault as fault:
        return {}, fault
