"""What the rehearsal target's own database holds, beside what was approved: its word, not the robot's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows import wiring

if TYPE_CHECKING:
    from cases.models import Case
    from forms.facts import Record
    from rehearsal.target.store import Store
    from robots.definition import TargetDefinition


@dataclass(frozen=True)
class CaseProof:
    """One entered case against the target's database."""

    case_id: str
    number: str
    form: str
    registrations: int
    different: tuple[str, ...]
    """Ids of the fields that do not stand there as approved."""

    @property
    def proven(self) -> bool:
        return self.registrations == 1 and not self.different


@dataclass(frozen=True)
class Proof:
    """All entered cases, and the registrations that no entered case explains."""

    cases: Sequence[CaseProof]
    unexplained: int

    @property
    def complete(self) -> bool:
        return self.unexplained == 0 and all(case.proven for case in self.cases)


def compare_all(database: Path) -> Proof:
    """Every case that counts as entered: there exactly once, every field as it was approved."""
    from cases.models import Case
    from cases.states import State
    from rehearsal.target.store import Store

    store, definition = Store(database), wiring.target("rehearsal")
    try:
        entered = Case.objects.filter(state=State.ENTERED).order_by("number")
        cases = [_compared(case, store, definition) for case in entered]
        return Proof(cases, len(store.all()) - sum(case.registrations for case in cases))
    finally:
        store.close()


def _compared(case: Case, store: Store, definition: TargetDefinition) -> CaseProof:
    from cases.library import form_of
    from robots.comparing import canonical
    from robots.plan import plan

    held = store.by_reception_number(case.number)
    items = held[0].items if held else {}
    placed = plan(definition, form_of(case), _record(case)).placed
    different = tuple(
        one.field.id
        for one in placed
        if canonical(one.field, one.mapped, items.get(one.field.id, ""), definition.checks_separator)
        != one.value
    )
    return CaseProof(str(case.pk), case.number, case.form, len(held), different)


def _record(case: Case) -> Record:
    """What was approved, as a robot gets it."""
    from cases.library import form_of
    from cases.values import plain_values
    from forms.facts import Approval, Record

    values = plain_values(case)
    approval = case.approvals.latest("id")
    return Record(
        case_id=str(case.pk),
        reception_number=case.number,
        form=case.form,
        version=case.form_version or 0,
        values={field.id: values[field.id] for field in form_of(case).fields if field.target},
        approval=Approval(kind=approval.kind, by=approval.by, at=approval.at),
    )
