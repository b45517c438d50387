"""The queue of one task at one target: what may be begun, and what each outcome means for the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from flows import wiring
from flows.settling import count_time, proof_of, settle

if TYPE_CHECKING:
    from cases.schedule import Limits
    from cases.states import State
    from forms.facts import Record
    from robots.client import RobotProcess
    from robots.definition import Hours, TargetDefinition
    from robots.receipt import Outcome, Receipt

logger = logging.getLogger("tenki.entry")

BEAT_SHARE = 4
"""Leases are prolonged when a quarter of them has passed."""


class LooksUp(Protocol):
    """What finds out whether a record stands in the target (``robots.client.RobotProcess``)."""

    def resolve(self, record: Record) -> Receipt: ...


@dataclass
class Queue:
    """The approved cases of a task, for one robot. ``held`` are the cases that it is entering now, ``proven``
    those whose correction it is looking up.
    """

    task: str
    target: TargetDefinition
    robot: str
    limits: Limits
    held: set[str] = field(default_factory=set)
    proven: set[str] = field(default_factory=set)
    begun: int = 0
    """Approved records that this run has begun."""

    _beat_s: float = 0.0

    def anything(self) -> bool:
        """Whether there is something to enter, or something that a dead robot left behind."""
        from cases import entry, proving
        from cases.models import Case
        from cases.states import State

        stale = any(case.task_id == self.task for case in entry.stale())
        return (
            stale
            or bool(proving.asked(self.task))
            or Case.objects.filter(task=self.task, state=State.APPROVED).exists()
        )

    def may_begin(self) -> bool:
        """Whether the target's gate is open and its hours have come."""
        return may_begin(self.target.target, self.target.hours)

    def screens_fit(self, robot: RobotProcess) -> bool:
        """Compare the screens with the definition before anything is typed; a change stops the target."""
        from cases import gates
        from flows import targets
        from robots.errors import FaultError, UnavailableError
        from robots.receipt import Outcome

        name = self.target.target
        try:
            seen = robot.examine()
        except UnavailableError as error:
            self._after(Outcome.UNAVAILABLE, error.code)
            return False
        except FaultError as error:
            gates.stop(name, self.robot, error.code, error.words or error.detail)
            return False
        targets.note(self.target, seen)
        if seen.misfits:
            gates.stop(name, self.robot, "screen.changed", "\n".join(targets.misfits_seen(name)))
        return not seen.misfits

    def left_behind(self) -> Iterator[Record]:
        """What a robot that died was entering, one by one, held for a look-up."""
        from cases import entry
        from cases.errors import CaseChanged

        for case in entry.stale():
            if case.task_id != self.task:
                continue
            try:
                record = entry.take_over(case, self.robot)
            except CaseChanged:
                continue  # Another robot looks into it already.
            self.held.add(record.case_id)
            yield record

    def proofs(self, robot: LooksUp) -> Iterator[tuple[str, State]]:
        """Look up what was found wrong and corrected since, and say what came of it; nothing is typed.

        What somebody else took meanwhile is theirs: it is passed over, and the run goes on.
        """
        from cases import proving
        from cases.errors import CaseError

        for case in proving.asked(self.task):
            try:
                record = proving.begin(case, self.robot)
            except CaseError:
                continue  # Another robot looks already.
            if record is None:
                continue
            self.proven.add(record.case_id)
            receipt = robot.resolve(record)
            self.proven.discard(record.case_id)
            count_time(case, receipt.seconds)
            try:
                yield record.case_id, proving.finish(record.case_id, self.robot, proof_of(receipt))
            except CaseError as error:
                logger.warning("case %s: its look-up no longer counts, %s", case.pk, type(error).__name__)

    def following(self) -> Record | None:
        """The next approved case; None: none is left, the gate is closed or the run has done its share."""
        from cases import entry

        wanted = still_wanted(self.task, self.target.target)
        if not wanted or self.share_done() or not self.may_begin():
            return None
        record = entry.begin_next(self.task, self.robot)
        if record is not None:
            self.begun += 1
            self.held.add(record.case_id)
        return record

    def share_done(self) -> bool:
        """Whether the task's limits leave nothing more for this run."""
        return share_done(self.task, self.limits, self.begun)

    def settle(self, record: Record, receipt: Receipt) -> State:
        """Commit what came back, then do what its kind asks for: go on, wait, shut or stop."""
        state = settle(record, self.robot, receipt)
        self.held.discard(record.case_id)
        self._after(receipt.outcome, receipt.code, receipt.detail)
        return state

    def keep(self) -> None:
        """Prolong the leases in good time; called all the while. NotClaimed: the robot must end."""
        from django.conf import settings

        from cases import entry, gates, proving

        if time.monotonic() < self._beat_s:
            return
        self._beat_s = time.monotonic() + settings.SITE.entry_lease_seconds / BEAT_SHARE
        gates.keep_session(self.target.target, self.robot)
        for case_id in self.held:
            entry.renew(case_id, self.robot)
        for case_id in self.proven:
            proving.renew(case_id, self.robot)

    def _after(self, how: Outcome, code: str, detail: str = "") -> None:
        from cases import gates
        from robots.policy import Next, decide
        from robots.receipt import Outcome

        name = self.target.target
        failures = gates.failed(name) if how is Outcome.UNAVAILABLE else 0
        if not failures:
            gates.worked(name)
        decision = decide(how, failures, self.target.retry)
        if decision.next is Next.STOP:
            gates.stop(name, self.robot, code or "entry.fault", detail)
        elif decision.next is Next.SHUT:
            gates.shut(name, self.robot, code or "target.unavailable", decision.wait_s)
        elif decision.next is Next.WAIT:
            self._wait(decision.wait_s)

    def _wait(self, wait_s: float) -> None:
        ends_s = time.monotonic() + wait_s
        while (left_s := ends_s - time.monotonic()) > 0:
            self.keep()
            time.sleep(min(left_s, 1.0))


def still_wanted(task: str, target: str) -> bool:
    """Whether the task is on, and at that target: its department may change either while a run goes on."""
    from cases.models import Task

    if Task.objects.filter(pk=task, enabled=True, target=target).exists():
        return True
    logger.info("task %s: switched off, or at another target by now", task)
    return False


def may_begin(target: str, hours: Hours | None) -> bool:
    """Whether a target's gate is open and its hours have come."""
    from cases.gates import Position, gate
    from robots.policy import within_hours

    position = gate(target).position
    if position is not Position.OPEN:
        logger.info("target %s: %s", target, position.value)
        return False
    if not within_hours(hours, wiring.now(), wiring.closed_today()):
        logger.info("target %s: outside its hours", target)
        return False
    return True


def share_done(task: str, limits: Limits, begun: int) -> bool:
    """Whether a task's limits leave nothing more for a run that has begun so many records."""
    most, latest = limits.sheets_per_run, limits.latest
    if most is not None and begun >= most:
        logger.info("task %s: the %d sheets of a run are done", task, most)
        return True
    if latest is not None and wiring.now().time().replace(second=0, microsecond=0) > latest:
        logger.info("task %s: it is later than %s", task, f"{latest:%H:%M}")
        return True
    return False
