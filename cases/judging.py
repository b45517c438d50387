"""Judging a task's period: report → approval → instruction → improvement, each dated and signed.

Key tasks are judged every half-year, the others once a year. The report of the department says ○, △ or ×,
with a sentence wherever it is not ○. Another person of a department approves it, the ICT policy section
enters the council's instruction, and the department reports what it improved. A report after that opens the
next round.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import audit, roles
from cases.errors import NoSentence, OutOfTurn, SameSigner
from cases.history import sign
from cases.models import Task
from cases.roles import Role
from cases.signed import PlanStep

Kind, Mark = PlanStep.Kind, PlanStep.Mark
ORDER = (Kind.REPORT, Kind.APPROVAL, Kind.INSTRUCTION, Kind.IMPROVEMENT)
SIGNERS = {
    Kind.REPORT: Role.DEPARTMENT,
    Kind.APPROVAL: Role.DEPARTMENT,
    Kind.INSTRUCTION: Role.ICT,
    Kind.IMPROVEMENT: Role.DEPARTMENT,
}


@dataclass(frozen=True)
class Judged:
    """A task's period of a fiscal year: ``half`` 1 or 2 for a key task, 0 for the whole year."""

    task: Task
    fiscal_year: int
    half: int

    def steps(self) -> tuple[PlanStep, ...]:
        """What was signed, oldest first."""
        rows = PlanStep.objects.filter(task=self.task, fiscal_year=self.fiscal_year, half=self.half)
        return tuple(rows.order_by("pk"))

    def next_kind(self) -> PlanStep.Kind:
        """The step that is due; after an improvement the report of the next round."""
        steps = self.steps()
        done = ORDER.index(Kind(steps[-1].kind)) + 1 if steps else 0
        return ORDER[done % len(ORDER)]


def periods(task: Task, fiscal_year: int) -> tuple[Judged, ...]:
    """When the task is judged in a year."""
    return tuple(Judged(task, fiscal_year, half) for half in ((1, 2) if task.key_task else (0,)))


@transaction.atomic
def sign_step(
    judged: Judged, kind: PlanStep.Kind, by: User, *, mark: str = "", sentence: str = ""
) -> PlanStep:
    """Sign the step that is due. Raises NotAllowed, OutOfTurn, SameSigner, NoSentence."""
    kind = Kind(kind)
    roles.require(by, SIGNERS[kind])
    # Two signers at once: the second waits here, and then finds the step signed.
    Task.objects.select_for_update().get(pk=judged.task.pk)
    if judged not in periods(judged.task, judged.fiscal_year) or kind is not judged.next_kind():
        raise OutOfTurn(f"{judged.next_kind()} comes first, not {kind}")
    steps, sentence = judged.steps(), sentence.strip()
    if kind is Kind.REPORT and mark not in Mark.values:
        raise NoSentence("a report says ○, △ or ×")
    if not sentence and kind is not Kind.APPROVAL and not (kind is Kind.REPORT and mark == Mark.MET):
        raise NoSentence("this step needs a sentence")
    if kind is Kind.APPROVAL and steps[-1].signed_by == by.get_username():
        raise SameSigner("who reported does not approve")
    row = PlanStep(
        task=judged.task,
        fiscal_year=judged.fiscal_year,
        half=judged.half,
        round=_round(steps, kind),
        kind=kind,
        mark=mark if kind is Kind.REPORT else "",
        sentence=sentence[:400],
        signed_by=by.get_username(),
        signed_at=timezone.now(),
    )
    sign(row)
    audit.write(row.signed_by, f"plan.{kind}", task=judged.task.name, year=judged.fiscal_year)
    return row


def _round(steps: tuple[PlanStep, ...], kind: PlanStep.Kind) -> int:
    if not steps:
        return 1
    return steps[-1].round + (1 if kind is Kind.REPORT else 0)
