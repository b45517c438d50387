"""The only place where a case changes: one conditional UPDATE, one audit line, one transaction."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cases import audit, deliveries
from cases.erased import Erased
from cases.errors import CaseChanged, CaseErased, MoveRefused
from cases.models import Case
from cases.states import ENDED, MOVES, State
from forms.retention import Kept


def change(
    case: Case,
    who: str,
    what: str,
    *,
    to: State | None = None,
    columns: dict[str, object] | None = None,
    **detail: object,
) -> None:
    """Change the case as it was loaded, count its revision up and write the audit line; call it last in a
    transaction.

    ``to`` None leaves the state. Raises MoveRefused for a move that ``MOVES`` does not hold, CaseErased when
    its values are gone, and CaseChanged when the case has moved since it was loaded; nothing is written then.
    The instance shows the new state afterwards.
    """
    new = {**(columns or {}), "revision": case.revision + 1, "updated_at": timezone.now()}
    if to is not None:
        _refuse_unknown_move(case, to)
        _refuse_erased(case)
        new["state"] = to
        detail = {"before": case.state, "after": to.value, **detail}
    with transaction.atomic():
        found = Case.objects.filter(pk=case.pk, state=case.state, revision=case.revision).update(**new)
        if not found:
            raise _changed(case)
        if to is not None:
            deliveries.announce(case, to, str(new.get("reason", case.reason)), case.revision + 1)
        audit.write(who, what, case.pk, **detail)
    for name, value in new.items():
        setattr(case, name, value)


def hold(case: Case) -> None:
    """Keep everybody else from changing the case until the transaction ends.

    For who writes rows of it before ``change``: two at once meet here. Raises CaseChanged when the case has
    moved since it was loaded.
    """
    held = Case.objects.select_for_update().get(pk=case.pk)
    if held.revision != case.revision:
        raise _changed(case)


def _changed(case: Case) -> CaseChanged:
    return CaseChanged(f"case {case.number} was changed by somebody else: open it again")


def _refuse_unknown_move(case: Case, to: State) -> None:
    if to not in MOVES[State(case.state)]:
        raise MoveRefused(f"case {case.number} cannot go from {case.state} to {to.value}")


def _refuse_erased(case: Case) -> None:
    """Without its My Number or its values a case says something else than what was approved."""
    gone = Erased.objects.filter(case=case, kind__in=(Kept.MY_NUMBER, Kept.VALUES))
    if case.state in ENDED and gone.exists():
        raise CaseErased(
            f"case {case.number} was emptied when its retention ended: correct the target itself"
        )
