"""Taking back: the last answer on a sheet, and the sheet that was just let go. Nothing is forgotten by it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import access, claims, roles
from cases.claims import prolonged
from cases.errors import CaseChanged, NothingToUndo, NotTakenBack
from cases.models import AuditLine, Case, Confirmation, Entry
from cases.moves import change
from cases.roles import Role
from cases.states import State
from cases.values import Contents, contents, entry_row, entry_value, reading_value

TAKEN_BACK_FROM = frozenset({State.APPROVED, State.SECOND_CHECK, State.RETURNED, State.UNREADABLE})
"""Where a first review ends and nobody has gone on yet."""

BEGINNING = datetime.min.replace(tzinfo=UTC)


@transaction.atomic
def undo(case: Case, user: User, field_id: str = "") -> str:
    """Take back the newest thing that this person said (in that field, or anywhere) and that counts: a value,
    or that a finding is right as it stands; the field's id.

    The earlier value counts again by a new entry; no entry is removed. A confirmation goes, its audit line
    stays. What the robot entered is not undone: of a sheet found wrong only what was said since then. Raises
    NothingToUndo, NotClaimed.
    """
    claims.require_claim(case, user)
    sheet, since = contents(case), _found_wrong_at(case)
    newest, confirmed = _newest_entry(sheet, field_id), _newest_confirmation(case, field_id)
    newest = newest if _moment(newest) > since else None
    confirmed = confirmed if confirmed is not None and confirmed.at > since else None
    if confirmed is not None and confirmed.by_id == user.pk and confirmed.at > _moment(newest):
        confirmed.delete()
        name, code = confirmed.field_id, confirmed.code
        change(
            case, user.get_username(), "finding.unconfirmed", columns=prolonged(), field=name, finding=code
        )
        return name
    if newest is None or newest.by_id != user.pk:
        raise NothingToUndo(f"case {case.number}: the last value is not yours, or there is none")
    field = sheet.form.field(newest.field_id)
    entry_row(case, field, _value_before(sheet, field.id), Entry.How.UNDONE, user, timezone.now()).save()
    change(case, user.get_username(), "value.undone", columns=prolonged(), field=field.id)
    return field.id


def take_back(case_id: UUID | str, user: User, revision: int) -> Case:
    """Bring back under review, and claim, the sheet that this person let go as the last one.

    ``revision`` is the one with which it left the person's hands: nobody has touched it since. Raises
    NotTakenBack when somebody has, a robot included.
    """
    case = Case.objects.get(pk=case_id)
    roles.require(user, Role.OPERATOR)
    access.require(user, case.task_id)
    if case.revision != revision or case.state not in TAKEN_BACK_FROM or case.lease_owner:
        raise NotTakenBack(f"case {case.number} is {case.state}: somebody has gone on with it")
    columns = {**claims.held_by(user), "reason": "", "reason_detail": ""}
    try:
        change(case, user.get_username(), "case.taken_back", to=State.NEEDS_REVIEW, columns=columns)
    except CaseChanged as error:
        raise NotTakenBack(f"case {case.number}: somebody has gone on with it") from error
    return case


def _found_wrong_at(case: Case) -> datetime:
    """When the entry was found wrong; the beginning of time for a sheet that was not."""
    if case.state != State.ENTERED_WRONG:
        return BEGINNING
    lines = AuditLine.objects.filter(case_id=case.pk, detail__after=State.ENTERED_WRONG.value)
    return lines.order_by("-pk").values_list("at", flat=True).first() or BEGINNING


def _newest_entry(sheet: Contents, field_id: str) -> Entry | None:
    counting = [entry for name, stack in sheet.entries.items() for entry in stack if field_id in {"", name}]
    return max(counting, key=lambda entry: entry.pk, default=None)


def _newest_confirmation(case: Case, field_id: str) -> Confirmation | None:
    found = case.confirmations.filter(field_id=field_id) if field_id else case.confirmations.all()
    return found.order_by("pk").last()


def _moment(entry: Entry | None) -> datetime:
    return entry.at if entry else BEGINNING


def _value_before(sheet: Contents, field_id: str) -> str:
    stack, reading = sheet.given(field_id), sheet.readings.get(field_id)
    if len(stack) > 1:
        return entry_value(stack[-2])
    return reading_value(reading) if reading else ""
