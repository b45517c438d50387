"""How else a sheet under review can go: back to the resident, out, on by hand, to be read again."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from cases import access, roles
from cases.claims import FREED, REVIEWED, require_claim
from cases.errors import UnknownForm
from cases.library import forms_library
from cases.models import Case
from cases.moves import change
from cases.roles import Role
from cases.states import State


@transaction.atomic
def return_to_resident(case: Case, user: User, note: str) -> None:
    """The resident has to complete the sheet; ``note`` says what is missing and is shown in the desk only."""
    _require_free_hand(case, user)
    columns = {**FREED, "reason": "returned", "reason_detail": note}
    change(case, user.get_username(), "case.returned", to=State.RETURNED, columns=columns)


@transaction.atomic
def mark_unreadable(case: Case, user: User, note: str = "") -> None:
    """The picture does not allow to go on: the paper is scanned again or keyed in."""
    require_claim(case, user)
    columns = {**FREED, "reason": "marked_unreadable", "reason_detail": note}
    change(case, user.get_username(), "case.marked_unreadable", to=State.UNREADABLE, columns=columns)


@transaction.atomic
def mark_wrong_sheet(case: Case, user: User, note: str = "") -> None:
    """The paper belongs to another form or another counter, whatever the reader took it for."""
    require_claim(case, user)
    columns = {**FREED, "reason": "marked_wrong_sheet", "reason_detail": note}
    change(case, user.get_username(), "case.marked_wrong_sheet", to=State.UNREADABLE, columns=columns)


@transaction.atomic
def cancel(case: Case, user: User, note: str) -> None:
    """Take the case out for good, such as a sheet scanned twice. Nothing of it is deleted."""
    _require_free_hand(case, user)
    columns = {**FREED, "reason": "cancelled", "reason_detail": note}
    change(case, user.get_username(), "case.cancelled", to=State.CANCELLED, columns=columns)


@transaction.atomic
def reopen(case: Case, user: User) -> None:
    """Back to review: an approval taken back before the robot came, a refused or returned sheet put right."""
    _require_free_hand(case, user)
    change(case, user.get_username(), "case.reopened", to=State.NEEDS_REVIEW, columns=FREED)


@transaction.atomic
def key_in(case: Case, user: User, form: str) -> None:
    """Have an unreadable sheet keyed in by a person, as that form of its task in its newest version."""
    _require_free_hand(case, user)
    columns = {**FREED, "reason": "", "reason_detail": ""}
    if not case.readings.exists():
        if form not in case.task.forms or form not in forms_library().names():
            raise UnknownForm(f"the task of case {case.number} takes no such form")
        columns |= {"form": form, "form_version": forms_library().get(form).version}
    change(case, user.get_username(), "case.keyed_in", to=State.NEEDS_REVIEW, columns=columns)


@transaction.atomic
def read_again(case: Case, user: User) -> None:
    """Have an unreadable sheet read once more, after a new definition or a repair; the earlier reading
    stays.
    """
    _require_free_hand(case, user)
    change(case, user.get_username(), "case.read_again", to=State.RECEIVED, columns={**FREED, "reason": ""})


def _require_free_hand(case: Case, user: User) -> None:
    """A case under review is moved by who holds it; any other by an operator."""
    if case.state in REVIEWED:
        require_claim(case, user)
    else:
        roles.require(user, Role.OPERATOR)
        access.require(user, case.task_id)
