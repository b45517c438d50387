"""The flow ``enter``: approved cases are typed into their target (``flows.entering``), and counted."""

from __future__ import annotations

from collections import Counter

from prefect import flow, get_run_logger

from flows import accounts, follow_up, savings_log, wiring
from flows.entering import SIGN_IN_WAIT_S, enter_all, where_to_go
from flows.guard import sealed


@flow(name="enter", persist_result=False)
def enter(task: str, look_ups_only: bool = False) -> dict[str, int]:
    """Enter every approved case of a task, or only look up what waits for proof; how many went to which
    state.
    """
    log = get_run_logger()
    states = Counter[str]()
    with sealed():
        wiring.start_django()
        if target := where_to_go(task):
            with accounts.place(target, SIGN_IN_WAIT_S) as ours:
                for case_id, state in enter_all(task, look_ups_only=look_ups_only) if ours else ():
                    states[state] += 1
                    log.info("case %s: %s", case_id, state)
        savings_log.publish(task, log)
        again = None if look_ups_only else follow_up.see_to(task)
    if again is not None:
        log.info("task %s: the rest is tried again at %s", task, again.isoformat(timespec="minutes"))
    log.info("task %s: %s", task, dict(states))
    return dict(states)
