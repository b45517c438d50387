"""Stop-loss: in its pilot a task must not cost more time than the old way.

A pilot runs before ``introduced_on``. After the plan's number of sheets (``stop_loss_sheets``) the staff
minutes a sheet are compared with the baseline's mean. Kuji city's tax slips (1.6 → 16.2 h) went live first.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass

from savings.indicators import STAFF_STEPS, Step
from savings.sampling import Baseline

MANY_DIGITS = 0.4
"""From this share of asked fields on, digits are what the eye is needed for."""


class Verdict(enum.StrEnum):
    """What the first sample says."""

    WAIT = "wait"
    """The first sample is not complete."""

    NO_BASELINE = "no_baseline"
    """Nobody timed the old way: there is nothing to compare with, so the task must not go live."""

    STOP = "stop"
    """A sheet takes longer than before."""

    GO = "go"


class Mend(enum.StrEnum):
    """What makes the step shorter."""

    DIGIT_BOXES = "digit_boxes"
    FORM = "form"
    POLICY = "policy"
    HANDLING = "handling"
    TARGET = "target"


MENDS: Mapping[Step, tuple[Mend, ...]] = {
    Step.PREPARE: (Mend.HANDLING, Mend.FORM),
    Step.SCAN: (Mend.HANDLING,),
    Step.FIRST_CORRECTION: (Mend.FORM, Mend.POLICY),
    Step.SECOND_CHECK: (Mend.POLICY,),
    Step.COMPARE: (Mend.POLICY,),
    Step.EXCEPTIONS: (Mend.FORM, Mend.POLICY),
    Step.RERUN: (Mend.TARGET,),
    Step.FINAL_CHECK: (Mend.POLICY,),
    Step.UPKEEP: (Mend.TARGET,),
}


@dataclass(frozen=True)
class Pilot:
    """What a pilot has measured: staff minutes by step over ``sheets``, and which fields were asked."""

    name: str
    title: str
    baseline: Baseline | None
    sheets: int
    minutes: Mapping[Step, float]
    asked: Mapping[str, int]
    """How often each kind of field was asked, by the kind's name."""


@dataclass(frozen=True)
class StopLoss:
    """The verdict on a pilot. Minutes are a sheet's; ``worst`` is the step that eats the saving."""

    pilot: Pilot
    wanted_sheets: int
    verdict: Verdict
    new_minutes: float
    worst: Step | None = None
    mends: tuple[Mend, ...] = ()

    @property
    def old_minutes(self) -> float | None:
        return self.pilot.baseline.mean_minutes if self.pilot.baseline else None

    @property
    def worst_minutes(self) -> float:
        if self.worst is None or not self.pilot.sheets:
            return 0.0
        return self.pilot.minutes.get(self.worst, 0.0) / self.pilot.sheets

    @property
    def bearable_minutes(self) -> float | None:
        """How long the worst step may take at most for a sheet to be no slower than before; 0: not enough."""
        if self.worst is None or self.old_minutes is None:
            return None
        return max(0.0, self.worst_minutes - (self.new_minutes - self.old_minutes))


def judge(pilot: Pilot, wanted_sheets: int) -> StopLoss:
    """Compare the first sample with the baseline; flagged as soon as ``wanted_sheets`` have been worked."""
    total = math.fsum(pilot.minutes.get(step, 0.0) for step in STAFF_STEPS)
    each = total / pilot.sheets if pilot.sheets else 0.0
    if pilot.baseline is None:
        return StopLoss(pilot, wanted_sheets, Verdict.NO_BASELINE, each)
    if pilot.sheets < wanted_sheets or total == 0:
        return StopLoss(pilot, wanted_sheets, Verdict.WAIT, each)
    if each <= pilot.baseline.mean_minutes:
        return StopLoss(pilot, wanted_sheets, Verdict.GO, each)
    worst = max(STAFF_STEPS, key=lambda step: pilot.minutes.get(step, 0.0))
    return StopLoss(pilot, wanted_sheets, Verdict.STOP, each, worst, _mends(worst, pilot.asked))


def _mends(worst: Step, asked: Mapping[str, int]) -> tuple[Mend, ...]:
    digits = sum(asked.get(kind, 0) for kind in ("digits", "amount", "phone", "postal_code", "date"))
    looks = worst in {Step.FIRST_CORRECTION, Step.SECOND_CHECK}
    first = (Mend.DIGIT_BOXES,) if looks and digits > MANY_DIGITS * max(1, sum(asked.values())) else ()
    return (*first, *MENDS[worst])
