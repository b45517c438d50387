"""Proof by a look-up that a person asks for: of what could not be told after an entry, and of what was found
wrong, once a person has corrected the values here and the target by hand. Nobody's word alone makes ENTERED
of ENTERED_WRONG.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import access, roles, sampling
from cases.entry import (
    FREED,
    Outcome,
    Proof,
    is_held,
    lease_end,
    record_held,
    store_receipt,
    store_word,
    without_my_number,
)
from cases.errors import MoveRefused, NoReason, NotApproved, NotClaimed, NotProven, SameChecker
from cases.models import Approval, Case, Entry
from cases.moves import change
from cases.roles import Role
from cases.second import agreeing
from cases.states import State
from cases.values import contents, seal_of
from forms.facts import Record

PROVEN = frozenset({State.OUTCOME_UNKNOWN, State.ENTERED_WRONG})
"""What a look-up can end."""

ASKED = "proof.asked"
UNPROVEN = "look_up.unproven"
"""The target has no place for the reception number, so that no look-up can tell whose registration it is."""

NO_LOOK_UP = "file.no_look_up"
"""The target imports files and cannot be looked into: a person says what stands there."""

NOT_THERE = "proof.not_there"
DIFFERS = "entry.differs"
CHANGED = "proof.values_changed"
"""Values were changed after the look-up was asked for: a person approves them and asks again."""


@transaction.atomic
def approve_correction(case: Case, user: User) -> None:
    """Seal the corrected values; the case stays ENTERED_WRONG until a look-up finds them in the target.

    The caller has seen to claim and open questions (``review.approve``). Raises SameChecker when the person
    alone has corrected a field under second check.
    """
    sheet = contents(case)
    for field in sheet.form.fields:
        given = sheet.given(field.id)
        alone = (
            bool(given) and agreeing(given) == {user.get_username()} and given[-1].how != Entry.How.DECIDED
        )
        if field.id in sheet.twice and alone:
            raise SameChecker(f"case {case.number} waits for another person than {user.get_username()}")
    sampling.settle(case)
    Approval.objects.create(
        case=case,
        kind=Approval.ApproverKind.PERSON,
        by=user.get_username(),
        at=timezone.now(),
        revision=case.revision + 1,
        values_seal=seal_of(case),
    )
    columns = {**FREED, "reason": "correction.approved", "reason_detail": ""}
    change(case, user.get_username(), "correction.approved", columns=columns)


@transaction.atomic
def ask(case: Case, user: User) -> None:
    """Ask for a look-up: the target was corrected, or can be reached again. Raises NotAllowed, MoveRefused,
    NotClaimed while somebody corrects it or a robot looks already, NotApproved.
    """
    roles.require(user, Role.OPERATOR)
    access.require(user, case.task_id)
    if case.state not in PROVEN:
        raise MoveRefused(f"case {case.number} is {case.state}: there is nothing to prove")
    _require_settled(case, user)
    columns = {**FREED, "reason": ASKED, "reason_detail": ""}
    change(case, user.get_username(), "proof.asked", columns=columns)


def asked(task: str) -> tuple[Case, ...]:
    """The cases that wait for a look-up, oldest first; one whose robot died is among them again."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=timezone.now())
    found = Case.objects.filter(free, task=task, state__in=PROVEN, reason=ASKED)
    return tuple(found.select_related("task").order_by("updated_at", "number"))


@transaction.atomic
def begin(case: Case, robot: str, *, my_number: bool = True) -> Record | None:
    """Hold the case for a look-up; the record is there to be compared, never to be typed.

    None when the values are not the approved ones: the case then says so instead of waiting for ever. Raises
    CaseChanged when another robot was faster.
    """
    if case.state not in PROVEN or case.reason != ASKED or is_held(case):
        raise MoveRefused(f"case {case.number} does not wait for a look-up")
    if not _is_approved(case):
        change(case, robot, "proof.refused", columns={**FREED, "reason": CHANGED, "reason_detail": ""})
        return None
    change(case, robot, "proof.begun", columns={"lease_owner": robot, "lease_until": lease_end()})
    return record_held(case, robot, my_number=my_number)


def renew(case_id: UUID | str, robot: str) -> bool:
    """Prolong the robot's hold on a case that it looks up; False when somebody else has it by now.

    A lease that ran out while nobody took the case is taken up again: looking harms nothing.
    """
    held = Case.objects.filter(pk=case_id, state__in=PROVEN, reason=ASKED, lease_owner=robot)
    return bool(held.update(lease_until=lease_end()))


@transaction.atomic
def finish(case_id: UUID | str, robot: str, proof: Proof) -> State:
    """Store what the look-up brought: ENTERED when it found the record once and every field alike, else the
    case stays and says why. An entry of which it is proven that it never arrived is approved again, free for
    a new attempt. Raises NotClaimed.
    """
    case = Case.objects.select_related("task").get(pk=case_id)
    if case.receipts.filter(started_at=proof.started_at).exists():
        return State(case.state)
    if case.state not in PROVEN or case.lease_owner != robot:
        raise NotClaimed(f"case {case.number} is no longer held by {robot}")
    proof = without_my_number(case, proof)
    receipt = store_receipt(case, _as_look_up(proof))
    proven = _proves(proof)
    reason = "" if proven else _reason(proof)
    columns = {**FREED, "reason": reason, "reason_detail": "" if proven else proof.message}
    to = State.ENTERED if proven else None
    if case.state == State.OUTCOME_UNKNOWN and proof.outcome is Outcome.UNAVAILABLE:
        to, columns["reason"] = State.APPROVED, proof.code or NOT_THERE
    change(case, robot, "proof.finished", to=to, columns=columns, outcome=proof.outcome, receipt=receipt.pk)
    return State(case.state)


def may_vouch(case: Case, user: User) -> bool:
    """Whether the person may say that the registration that was found is this case's: only where the target
    cannot tell, only when a look-up found every field alike, and only while the values are the approved ones.
    """
    free = not is_held(case) or case.lease_owner == user.get_username()
    return _was_found(case) and free and _is_approved(case)


@transaction.atomic
def vouch(case: Case, user: User, note: str) -> None:
    """A person's word where the target cannot tell whose registration it is. Raises NotProven, NotClaimed
    while somebody else corrects it, NotApproved when a value was given after the look-up, NoReason.
    """
    roles.require(user, Role.OPERATOR)
    access.require(user, case.task_id)
    if not _was_found(case):
        raise NotProven(f"case {case.number}: ask for a look-up; a person's word is no proof here")
    _require_settled(case, user)
    if not note.strip():
        raise NoReason(f"case {case.number}: say what was seen in the target")
    columns = {**FREED, "reason": "", "reason_detail": note}
    receipt = store_word(case, user, note)
    change(case, user.get_username(), "proof.vouched", to=State.ENTERED, columns=columns, receipt=receipt.pk)


def _proves(proof: Proof) -> bool:
    found = proof.outcome in {Outcome.ENTERED, Outcome.ALREADY_THERE}
    return found and bool(proof.read_back) and all(check.same for check in proof.read_back)


def _reason(proof: Proof) -> str:
    if proof.outcome is Outcome.UNAVAILABLE:
        return NOT_THERE
    if any(not check.same for check in proof.read_back):
        return DIFFERS
    return proof.code or "entry.not_read_back"


def _as_look_up(proof: Proof) -> Proof:
    """The receipt of a look-up never says that it entered something."""
    entered = proof.outcome is Outcome.ENTERED
    return replace(proof, outcome=Outcome.ALREADY_THERE) if entered else proof


def _was_found(case: Case) -> bool:
    """Whether the last look-up found every field alike, and only could not tell whose registration it is; or
    whether there is nothing to be looked into.
    """
    if case.state == State.ENTERED_WRONG and case.reason == NO_LOOK_UP:
        return True
    if case.state != State.ENTERED_WRONG or case.reason != UNPROVEN:
        return False
    receipt = case.receipts.order_by("pk").last()
    return receipt is not None and bool(receipt.read_back) and all(row["same"] for row in receipt.read_back)


def _require_settled(case: Case, user: User) -> None:
    """Nobody else has the sheet open, and its values are the approved ones."""
    if is_held(case) and case.lease_owner != user.get_username():
        raise NotClaimed(f"case {case.number} is open with somebody else")
    _require_approval(case)


def _is_approved(case: Case) -> bool:
    approval = case.approvals.order_by("id").last()
    return approval is not None and approval.values_seal == seal_of(case)


def _require_approval(case: Case) -> None:
    if not _is_approved(case):
        raise NotApproved(f"case {case.number}: the corrected values are not approved yet")
