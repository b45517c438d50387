"""Review: a person answers what is open on a sheet and approves it. Every move is one transaction and one
audit line.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases import found, sampling
from cases.claims import FREED, prolonged, require_claim
from cases.errors import MoveRefused, NotAsked, NotAsShown, QuestionsOpen, UnknownField
from cases.library import form_of
from cases.models import Approval, Case, Confirmation, Entry, Reading
from cases.moves import change
from cases.proving import approve_correction
from cases.questions import (
    Question,
    Why,
    asked,
    findings,
    fingerprint,
    mark_of,
    open_questions,
)
from cases.second import awaiting_second, disputes
from cases.states import State
from cases.values import Contents, contents, entry_row, reading_value, readings, seal_of
from forms import kinds
from forms.definition import Field
from forms.facts import Finding, Route
from forms.typed import as_meant

__all__ = ["Given", "Question", "Why", "findings", "open_questions"]


@dataclass(frozen=True)
class Given:
    """What became of a value that a person gave.

    ``kept`` is False when the text means nothing in this field; ``findings`` then say why and nothing was
    stored. ``ask_again`` is True when a blind typing differs from the reading and has to be typed once more.
    """

    value: str
    findings: tuple[Finding, ...]
    kept: bool
    ask_again: bool = False


@transaction.atomic
def give_value(case: Case, user: User, field_id: str, text: str) -> Given:
    """Store what the person typed or confirmed as a new entry beside the reading.

    A My Number is sealed. Where two checkers differ only those fields can be given. Raises NotClaimed,
    CaseChanged, UnknownField, NotAsked.
    """
    require_claim(case, user)
    field = _given_field(case, field_id)
    if case.state == State.DISAGREED and field_id not in {one.field.id for one in disputes(contents(case))}:
        raise NotAsked(f"case {case.number}: both checkers agree on field {field_id}")
    parsed = kinds.parse(field, as_meant(field, text))
    if not parsed.value and text.strip():
        return Given("", parsed.findings, kept=False)
    _add_entry(case, user, field, parsed.value)
    sheet = contents(case)
    again = asked(sheet, field) is Why.BLIND_AGAIN
    return Given(parsed.value, parsed.findings, kept=True, ask_again=again)


@transaction.atomic
def mark_illegible(case: Case, user: User, field_id: str) -> None:
    """Say that nobody can read the field. It has no value then, and the sheet cannot be approved until
    somebody gives one. Raises NotClaimed, CaseChanged, UnknownField, and MoveRefused outside a first review.
    """
    require_claim(case, user)
    if case.state != State.NEEDS_REVIEW:
        raise MoveRefused(f"case {case.number} is {case.state}: return the sheet instead")
    field = _given_field(case, field_id)
    entry_row(case, field, "", Entry.How.ILLEGIBLE, user, timezone.now()).save()
    change(case, user.get_username(), "value.illegible", columns=prolonged(), field=field.id)


@transaction.atomic
def confirm_finding(case: Case, user: User, finding: Finding) -> None:
    """Note that the person has looked and the paper does say so; the finding no longer keeps the sheet."""
    require_claim(case, user)
    sheet, same = contents(case), (finding.field_id, finding.code)
    for own in [plain for plain in findings(case, sheet) if (plain.field_id, plain.code) == same]:
        _confirm(case, user, sheet, own)
    _tell_confirmed(case, user, finding)


def _confirm(case: Case, user: User, sheet: Contents, finding: Finding) -> None:
    mark = fingerprint(case, sheet, finding)
    facts = {"field_id": finding.field_id, "code": finding.code, "by": user, "at": timezone.now()}
    Confirmation.objects.get_or_create(case=case, fingerprint=mark, defaults=facts)


def _tell_confirmed(case: Case, user: User, finding: Finding) -> None:
    name, code = finding.field_id, finding.code
    change(case, user.get_username(), "finding.confirmed", columns=prolonged(), field=name, finding=code)


@transaction.atomic
def confirm_shown(case: Case, user: User, field_id: str, shown: str) -> None:
    """Confirm what is open on a field as its page showed it (``questions.mark_of``).

    Raises NotClaimed, and NotAsShown when another tab or a rule has changed meanwhile what is open there.
    """
    require_claim(case, user)
    sheet = contents(case)
    questions = open_questions(case, sheet)
    if mark_of(case, sheet, questions, field_id) != shown:
        raise NotAsShown(f"case {case.number}: what is open on field {field_id} was shown otherwise")
    for one in questions:
        if one.field_id == field_id and one.finding is not None:
            _confirm(case, user, sheet, one.finding)
            _tell_confirmed(case, user, one.finding)


@transaction.atomic
def approve(case: Case, user: User, revision: int | None = None) -> None:
    """Let the sheet through: to APPROVED, to SECOND_CHECK while another person has to look at some field, or
    to DISAGREED when two have given different values.

    ``revision`` is the one that the person saw; another one raises NotAsShown. Raises QuestionsOpen,
    NotClaimed.
    """
    require_claim(case, user)
    if revision is not None and revision != case.revision:
        raise NotAsShown(f"case {case.number} was changed since it was shown: look again")
    if questions := open_questions(case):
        raise QuestionsOpen(f"case {case.number} has {len(questions)} open questions")
    if case.state == State.ENTERED_WRONG:
        approve_correction(case, user)
        return
    sheet = contents(case)
    if case.state == State.NEEDS_REVIEW and awaiting_second(sheet):
        change(case, user.get_username(), "case.first_checked", to=State.SECOND_CHECK, columns=FREED)
        return
    if undecided := [one for one in disputes(sheet) if one.decided is None]:
        columns = {**FREED, "reason": "second_check.differs"}
        name, fields = user.get_username(), [one.field.id for one in undecided]
        change(case, name, "case.second_checked", to=State.DISAGREED, columns=columns, differing=fields)
        return
    let_through(case, Approval.ApproverKind.PERSON, user.get_username())


def let_through(case: Case, kind: Approval.ApproverKind, by: str) -> None:
    """Record the approval with the seal of what was approved, and move to APPROVED. Inside a transaction."""
    sampling.settle(case)
    Approval.objects.create(
        case=case,
        kind=kind,
        by=by,
        at=timezone.now(),
        revision=case.revision + 1,
        values_seal=seal_of(case),
    )
    change(
        case,
        by,
        "case.approved",
        to=State.APPROVED,
        columns={**FREED, "reason": "", "reason_detail": ""},
        kind=kind,
    )


def _given_field(case: Case, field_id: str) -> Field:
    try:
        return form_of(case).field(field_id)
    except KeyError as error:
        raise UnknownField(f"form {case.form} has no field {field_id}") from error


def _add_entry(case: Case, user: User, field: Field, value: str) -> None:
    how = _how(case, readings(case).get(field.id), value)
    entry_row(case, field, value, how, user, timezone.now()).save()
    if field.kind in found.NAME_KINDS:
        found.add(case.pk, [value])
    change(case, user.get_username(), "value.given", columns=prolonged(), field=field.id, how=how)


def _how(case: Case, reading: Reading | None, value: str) -> Entry.How:
    if case.state == State.SECOND_CHECK:
        return Entry.How.SECOND_CHECK
    if case.state == State.DISAGREED:
        return Entry.How.DECIDED
    if reading is None:
        return Entry.How.KEYED
    if reading.route == Route.BLIND.value:
        return Entry.How.TYPED_BLIND
    return Entry.How.CONFIRMED if reading_value(reading) == value else Entry.How.CORRECTED
