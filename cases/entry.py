"""Entry into the target: ENTERING is committed before a robot gets the record, and no doubt is ever retried
(law 2).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import access, audit, files, roles
from cases.errors import CaseChanged, MoveRefused, NoReason, NotClaimed, NotProven
from cases.models import Case, Receipt
from cases.moves import change
from cases.roles import Role
from cases.states import State
from cases.values import contents, masked, seal_of
from forms.definition import Kind
from forms.facts import Approval as ApprovalFact
from forms.facts import Record

FREED: dict[str, object] = {"lease_owner": "", "lease_until": None}
VOUCHED = "vouched"
"""The outcome in a receipt that a person vouches for."""

TO_FULL_WIDTH = ord("０") - ord("0")


class Outcome(enum.StrEnum):
    """What the robot can say of one attempt."""

    ENTERED = "entered"
    """Entered, read back, and every field compared."""

    WRITTEN = "written"
    """Stands in a file for the target, read back and compared; the target has not said yet that it imported
    it.
    """

    ALREADY_THERE = "already_there"
    """The look-up found the record by its reception number."""

    REFUSED = "refused"
    """The target said no; ``message`` holds its words."""

    UNAVAILABLE = "unavailable"
    """The target could not be worked with, and the record is proven not to be in it."""

    UNKNOWN = "unknown"
    """It could not be proven whether the record arrived."""

    FAULT = "fault"
    """The robot or its definition failed, and nothing was registered: somebody mends it, then it is tried
    again.
    """


AFTER = {
    Outcome.REFUSED: State.REFUSED,
    Outcome.UNAVAILABLE: State.APPROVED,
    Outcome.FAULT: State.APPROVED,
    Outcome.UNKNOWN: State.OUTCOME_UNKNOWN,
}
"""Where a case goes that was not entered; only what is proven not to have arrived may be tried again."""


@dataclass(frozen=True)
class FieldCheck:
    """One field as the target shows it after entry, against the record."""

    field: str
    expected: str
    seen: str
    same: bool


@dataclass(frozen=True)
class Proof:
    """What a robot brought back from one attempt, in this room's words; ``steps`` are (name, seconds)."""

    target: str
    outcome: Outcome
    started_at: datetime
    finished_at: datetime
    code: str = ""
    """The robot's own stable word for why it is not simply entered; the case's reason becomes it."""

    receipt_number: str = ""
    read_back: tuple[FieldCheck, ...] = ()
    message: str = ""
    steps: tuple[tuple[str, float], ...] = ()
    picture: bytes | None = None


def begin_next(task: str, robot: str, *, my_number: bool = True) -> Record | None:
    """Take the oldest approved case; None when none waits. ENTERING is committed before its record is given.

    Cases that an earlier attempt left with a reason come last, so that one which fails each time never bars
    the others.

    ``my_number`` False leaves My Numbers out, for a target that has no place for them. A case whose values
    are no longer the approved ones goes back to review instead. Must not be called inside a transaction.
    """
    approved = Case.objects.filter(task=task, state=State.APPROVED)
    approved = approved.order_by("reason", "created_at", "number")
    while (case := approved.first()) is not None:
        try:
            if _begin(case, robot):
                return record_of(case, robot, my_number=my_number)
        except CaseChanged:
            continue  # Another robot took it.
    return None


def record_of(case: Case, robot: str, *, my_number: bool = True) -> Record:
    """The record of a case that this robot holds: the fields that have a name in targets, My Numbers
    unsealed.

    Raises NotClaimed when another robot, or none, holds it.
    """
    if case.state != State.ENTERING or case.lease_owner != robot:
        raise NotClaimed(f"case {case.number} is not being entered by {robot}")
    return record_held(case, robot, my_number=my_number)


def record_held(case: Case, robot: str, *, my_number: bool = True) -> Record:
    """The same for a case that the caller has seen to be held by this robot."""
    sheet, approval = contents(case), case.approvals.latest("id")
    fields = [field for field in sheet.form.fields if field.target and not field.office]
    wanted = [field for field in fields if my_number or field.kind is not Kind.MY_NUMBER]
    shown = [field.id for field in wanted if field.kind is Kind.MY_NUMBER and sheet.plain[field.id]]
    if shown:
        audit.write(robot, "my_number.given_to_robot", case.pk, fields=shown)
    return Record(
        case_id=str(case.pk),
        reception_number=case.number,
        form=case.form,
        version=case.form_version or 0,
        values={field.id: sheet.plain[field.id] for field in wanted},
        approval=ApprovalFact(kind=approval.kind, by=approval.by, at=approval.at),
    )


@transaction.atomic
def finish(case_id: UUID | str, robot: str, proof: Proof) -> State:
    """Store the receipt and move the case accordingly; the state afterwards.

    The same proof a second time changes nothing. Raises NotClaimed when another robot has taken the case over
    meanwhile: what it finds in the target counts. A record that is there but differs from the approved one is
    ENTERED_WRONG's business and goes to a person as OUTCOME_UNKNOWN with the reason ``entry.differs``.
    """
    case = Case.objects.get(pk=case_id)
    if case.receipts.filter(started_at=proof.started_at).exists():
        return State(case.state)
    if case.state != State.ENTERING:
        raise MoveRefused(f"case {case.number} is {case.state}: nobody is entering it")
    if case.lease_owner != robot:
        raise NotClaimed(f"case {case.number} is no longer held by {robot}")
    proof = without_my_number(case, proof)
    receipt = store_receipt(case, proof)
    to, reason = _consequence(proof)
    columns = {**FREED, "reason": reason, "reason_detail": proof.message}
    change(
        case,
        robot,
        "entry.finished",
        to=to,
        columns=columns,
        outcome=proof.outcome,
        receipt=receipt.pk,
    )
    return to


def stale() -> tuple[Case, ...]:
    """Cases whose robot has not reported in time: the target has to be asked about each before anything
    else.
    """
    late = Case.objects.filter(state=State.ENTERING, lease_until__lte=timezone.now())
    return tuple(late.order_by("created_at", "number"))


def take_over(case: Case, robot: str, *, my_number: bool = True) -> Record:
    """Hold a stale case for a look-up by this robot; the record is there to be compared, not to be typed
    again.

    Raises CaseChanged when another one was faster, MoveRefused when the case is not stale.
    """
    if case.state != State.ENTERING or case.lease_until is None or case.lease_until > timezone.now():
        raise MoveRefused(f"case {case.number} is not stale")
    change(case, robot, "entry.taken_over", columns={"lease_owner": robot, "lease_until": lease_end()})
    return record_of(case, robot, my_number=my_number)


@transaction.atomic
def not_arrived(case: Case, robot: str) -> None:
    """The look-up proved that nothing arrived: approved again, free for a new attempt."""
    if case.lease_owner != robot:
        raise NotClaimed(f"case {case.number} is not held by {robot}")
    change(case, robot, "entry.not_arrived", to=State.APPROVED, columns=FREED)


def renew(case_id: UUID | str, robot: str) -> None:
    """Prolong the robot's lease. Raises NotClaimed when it was lost: the robot must stop and look up."""
    now = timezone.now()
    held = Case.objects.filter(pk=case_id, state=State.ENTERING, lease_owner=robot, lease_until__gt=now)
    if not held.update(lease_until=lease_end()):
        raise NotClaimed(f"case {case_id} is no longer held by {robot}")


@transaction.atomic
def resolve(case: Case, user: User, to: State, note: str) -> None:
    """A person has looked into the target and says what is true of an unknown entry, or that one is wrong.

    That it arrived is that person's word and is kept as such: in a receipt that proves nothing, with the
    name. ``cases.proving`` has a robot look instead. Raises NoReason without a note, NotClaimed while a robot
    looks, NotProven for an entry that was found wrong, which ends by a look-up only.
    """
    roles.require(user, Role.OPERATOR)
    access.require(user, case.task_id)
    if is_held(case) and case.lease_owner != user.get_username():
        raise NotClaimed(f"case {case.number} is being looked up: what is found in the target counts")
    if case.state == State.ENTERED_WRONG:
        raise NotProven(f"case {case.number}: ask for a look-up; a person's word is no proof here")
    if case.state not in {State.OUTCOME_UNKNOWN, State.ENTERED}:
        raise MoveRefused(f"case {case.number} is {case.state}: there is nothing to resolve")
    if not note.strip():
        raise NoReason(f"case {case.number}: say what was seen in the target")
    columns = {**FREED, "reason": "resolved", "reason_detail": note}
    if to is State.ENTERED:
        receipt = store_word(case, user, note)
        change(case, user.get_username(), "entry.vouched", to=to, columns=columns, receipt=receipt.pk)
    else:
        change(case, user.get_username(), "entry.resolved", to=to, columns=columns)


def _begin(case: Case, robot: str) -> bool:
    """Commit ENTERING; False when the values are not those that were approved and the case went back to
    review.
    """
    # durable: an outer transaction could still take ENTERING back after the first keystroke.
    with transaction.atomic(durable=True):
        approval = case.approvals.order_by("id").last()
        if approval is None or approval.values_seal != seal_of(case):
            change(
                case, robot, "approval.broken", to=State.NEEDS_REVIEW, columns={"reason": "approval.broken"}
            )
            return False
        columns: dict[str, object] = {"lease_owner": robot, "lease_until": lease_end()}
        change(case, robot, "entry.begun", to=State.ENTERING, columns=columns)
    return True


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.SITE.entry_lease_seconds)


def store_receipt(case: Case, proof: Proof) -> Receipt:
    receipt = Receipt.objects.create(
        case=case,
        target=proof.target,
        outcome=proof.outcome,
        receipt_number=proof.receipt_number,
        read_back=[asdict(check) for check in proof.read_back],
        message=proof.message,
        steps=[{"step": step, "seconds": seconds} for step, seconds in proof.steps],
        started_at=proof.started_at,
        finished_at=proof.finished_at,
        has_picture=proof.picture is not None,
    )
    if proof.picture is not None:
        files.write(files.FileKind.PICTURE, receipt.pk, [proof.picture])
    return receipt


def store_word(case: Case, user: User, note: str) -> Receipt:
    """A person's word that the record stands in the target; what was seen there is its message."""
    now = timezone.now()
    return Receipt.objects.create(
        case=case,
        target=case.task.target,
        outcome=VOUCHED,
        message=note,
        vouched_by=user,
        started_at=now,
        finished_at=now,
    )


def is_held(case: Case) -> bool:
    return case.lease_until is not None and case.lease_until > timezone.now()


def without_my_number(case: Case, proof: Proof) -> Proof:
    """The proof with every My Number of the sheet masked, wherever the target repeats it (law 5)."""
    sheet = contents(case)
    secret = {field.id for field in sheet.form.fields if field.kind is Kind.MY_NUMBER}
    numbers = [sheet.plain[name] for name in secret if sheet.plain[name]]

    def hidden(check: FieldCheck) -> FieldCheck:
        cover = masked if check.field in secret else partial(_covered, numbers)
        return replace(check, expected=cover(check.expected), seen=cover(check.seen))

    checks = tuple(hidden(check) for check in proof.read_back)
    return replace(proof, read_back=checks, message=_covered(numbers, proof.message))


def _covered(numbers: Sequence[str], text: str) -> str:
    """The text with these numbers masked, also when they are written in groups or full-width digits."""
    for number in numbers:
        written = (f"[{digit}{chr(ord(digit) + TO_FULL_WIDTH)}]" for digit in number)
        text = re.sub(r"[\s\-－]?".join(written), masked(number), text)
    return text


def _consequence(proof: Proof) -> tuple[State, str]:
    """Where the case goes, and the code of why it waits."""
    if proof.outcome in {Outcome.ENTERED, Outcome.ALREADY_THERE}:
        if proof.read_back and all(check.same for check in proof.read_back):
            return State.ENTERED, ""
        return State.OUTCOME_UNKNOWN, "entry.differs" if proof.read_back else "entry.not_read_back"
    return AFTER[proof.outcome], proof.code or f"entry.{proof.outcome.value}"
