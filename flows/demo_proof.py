"""What the rehearsal target's own database holds, beside what was approved: its word, not the robot's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cases.models import Case


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

    entered = Case.objects.filter(state=State.ENTERED).order_by("number")
    cases = [_compared(case, database) for case in entered]
    store = Store(database)
    try:
        return Proof(cases, len(store.all()) - sum(case.registrations for case in cases))
    finally:
        store.close()


def _compared(case: Case, database: Path) -> CaseProof:
    """The target's words are read without a robot's mapping, so that a mistake in it cannot hide here."""
    from cases.library import form_of
    from cases.values import plain_values
    from rehearsal.target.proof import registered

    form, values = form_of(case), plain_values(case)
    found = registered(database, case.number, {form.form: form})
    held = found[0] if found else {}
    entered = [field.id for field in form.fields if field.target and not field.office]
    different = tuple(name for name in entered if held.get(name, "") != values[name])
    return CaseProof(str(case.pk), case.number, case.form, len(found), different)
