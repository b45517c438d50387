"""Review: a person claims a sheet, answers what is open, approves. Every move is one transaction and one
audit line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cases import access, audit, found, roles, sampling
from cases.errors import (
    CaseChanged,
    MoveRefused,
    NotAsked,
    NotAsShown,
    NotClaimed,
    QuestionsOpen,
    SameChecker,
    UnknownField,
    UnknownForm,
)
from cases.library import form_of, forms_library
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
from cases.roles import Role
from cases.second import awaiting_second, disputes, known_eyes, refuse_known_eyes
from cases.states import State
from cases.values import Contents, contents, entry_row, reading_value, readings, seal_of
from forms import kinds
from forms.definition import Field
from forms.facts import Finding, Route
from forms.typed import as_meant

__all__ = ["Given", "Question", "Why", "findings", "open_questions"]

REVIEWED = (State.NEEDS_REVIEW, State.SECOND_CHECK, State.DISAGREED)
CLAIMED = (*REVIEWED, State.ENTERED_WRONG)
"""What a person may hold. A sheet found wrong after entry is opened on purpose, never as the next one."""

ROLE_FOR = {
    State.ENTERED_WRONG: Role.OPERATOR,
    State.NEEDS_REVIEW: Role.OPERATOR,
    State.SECOND_CHECK: Role.SECOND_CHECKER,
    State.DISAGREED: Role.SECOND_CHECKER,
}
FREED: dict[str, object] = {"lease_owner": "", "lease_until": None}
AT_ONCE = timedelta(seconds=5)
AFTER_LEAVING = timedelta(seconds=60)
"""Long enough to load a page again, or to sign in once more."""

LOOKED_AT = 200
"""So many free cases of each state are tried at a time."""

NOTHING = Q(pk__in=[])


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


def next_case(user: User, task: str | None = None, state: State | None = None) -> Case | None:
    """Claim the oldest case that waits for this person, or return the one already open; None when nothing
    waits.

    ``state`` limits it to first reviews (NEEDS_REVIEW) or second ones (SECOND_CHECK).
    """
    may = [wanted for wanted in REVIEWED if ROLE_FOR[wanted] in roles.of(user) and state in {None, wanted}]
    mine = _of_task(access.cases_of(user).filter(state__in=may), task)
    while True:
        somebody_was_faster = False
        for case_id in _to_try(mine, may, user):
            try:
                return claim(case_id, user)
            except SameChecker:
                continue  # The sheet waits for another pair of eyes.
            except (CaseChanged, MoveRefused):
                somebody_was_faster = True
        if not somebody_was_faster:
            return None


def likely_next(user: User, task: str, besides: UUID) -> UUID | None:
    """Which sheet this person probably gets after the one at hand, for loading its picture ahead; nobody
    holds it by that.
    """
    may = [wanted for wanted in REVIEWED if ROLE_FOR[wanted] in roles.of(user)]
    mine = _of_task(access.cases_of(user).filter(state__in=may), task)
    return next((case_id for case_id in _to_try(mine, may, user) if case_id != besides), None)


def _to_try(mine: QuerySet[Case], states: Sequence[State], user: User) -> Iterator[UUID]:
    """What the person has open, then what is free, oldest first.

    What the person has worked on already comes last, and of it only what does not wait for other eyes,
    however long the pile is that does: it would else hide the sheet behind it.
    """
    now = timezone.now()
    held = mine.filter(lease_owner=user.get_username(), lease_until__gt=now)
    yield from list(held.values_list("pk", flat=True))
    free, known = mine.filter(_free(now)), _known_to(user)
    yield from _oldest([free.filter(~known.get(state, NOTHING), state=state) for state in states])
    for state in states:
        if state in known:
            yield from _permissible(free.filter(known[state], state=state), user)


def _permissible(pile: QuerySet[Case], user: User) -> Iterator[UUID]:
    """The sheets of a pile that this person may take although they have worked on them, oldest first."""
    every = list(pile.values_list("pk", flat=True))
    for begin in range(0, len(every), LOOKED_AT):
        some = every[begin : begin + LOOKED_AT]
        waiting = known_eyes(Case.objects.filter(pk__in=some).select_related("task"))
        yield from (pk for pk in some if user.get_username() not in waiting.get(pk, ()))


def _known_to(user: User) -> dict[State, Q]:
    """By state the sheets that the person has worked on; ``refuse_known_eyes`` judges each of them."""
    own = Entry.objects.filter(case=OuterRef("pk"), by=user)
    firsts = own.exclude(how__in=[Entry.How.SECOND_CHECK, Entry.How.DECIDED])
    return {State.SECOND_CHECK: Q(Exists(firsts)), State.DISAGREED: Q(Exists(own))}


def _oldest(piles: Iterable[QuerySet[Case]]) -> list[UUID]:
    """The first ``LOOKED_AT`` of each pile, the oldest of all first."""
    rows = [row for pile in piles for row in pile.values_list("created_at", "number", "pk")[:LOOKED_AT]]
    return [case_id for _, _, case_id in sorted(rows)]


def claim(case_id: UUID | str, user: User) -> Case:
    """Keep the case for this person for ``review_lease_minutes``: one conditional UPDATE, so that exactly one
    wins.

    Raises NotAllowed, SameChecker, MoveRefused (nothing to review), or CaseChanged (somebody else has it).
    """
    case = Case.objects.get(pk=case_id)
    state = State(case.state)
    if state not in CLAIMED:
        raise MoveRefused(f"case {case.number} is {case.state}: there is nothing to review")
    roles.require(user, ROLE_FOR[state])
    access.require(user, case.task_id)
    refuse_known_eyes(case, user.get_username())
    now = timezone.now()
    if case.lease_owner == user.get_username() and _just_claimed(case, now):
        return case
    if case.lease_owner != user.get_username() and case.lease_until and case.lease_until > now:
        # Told by reading: the UPDATE below, which decides, would make all others wait for nothing.
        raise CaseChanged(f"case {case.number} is open with somebody else")
    obtainable = Case.objects.filter(_free(now) | Q(lease_owner=user.get_username()), pk=case.pk, state=state)
    with transaction.atomic():
        found = obtainable.update(
            **held_by(user),
            revision=F("revision") + 1,
            updated_at=now,
        )
        if not found:
            raise CaseChanged(f"case {case.number} is open with somebody else")
        audit.write(user.get_username(), "case.claimed", case.pk)
    case.refresh_from_db()
    return case


def held_by(user: User) -> dict[str, object]:
    """The columns of a claim that begins now."""
    return {"lease_owner": user.get_username(), "lease_until": _lease_end(timezone.now())}


def prolonged() -> dict[str, object]:
    """The column of a claim on which somebody works. A page that was loaded again holds its sheet for a
    minute only; work on it holds it as long as ever.
    """
    return {"lease_until": _lease_end(timezone.now())}


def renew(case: Case, user: User) -> None:
    """Prolong the claim while the person works. Raises NotClaimed when it was lost."""
    _set_lease(case, user, _lease_end(timezone.now()))


def leave(case: Case, user: User) -> None:
    """The page was closed: the claim ends soon, unless the page is opened again. Raises NotClaimed."""
    _set_lease(case, user, timezone.now() + AFTER_LEAVING)


def _set_lease(case: Case, user: User, until: datetime) -> None:
    now = timezone.now()
    held = Case.objects.filter(
        pk=case.pk, state__in=CLAIMED, lease_owner=user.get_username(), lease_until__gt=now
    )
    if not held.update(lease_until=until):
        raise NotClaimed(f"case {case.number} is no longer open with you: open it again")
    case.lease_until = until


@transaction.atomic
def release(case: Case, user: User) -> None:
    """Give the case back to the queue; what was given so far stays."""
    require_claim(case, user)
    change(case, user.get_username(), "case.released", columns=FREED)


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


def _free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def _just_claimed(case: Case, now: datetime) -> bool:
    """The page that is opened after the claim asks for it again; that is one opening, not two."""
    return case.lease_until is not None and _lease_end(now) - case.lease_until < AT_ONCE


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.SITE.review_lease_minutes)


def _of_task(cases: QuerySet[Case], task: str | None) -> QuerySet[Case]:
    return (cases.filter(task=task) if task else cases).order_by("created_at", "number")


def holds(case: Case, user: User) -> bool:
    """Whether the case is open with this person now."""
    try:
        require_claim(case, user)
    except NotClaimed:
        return False
    return True


def require_claim(case: Case, user: User) -> None:
    """The person holds the case now; one who only loaded its page long ago does not."""
    if case.state not in CLAIMED or case.lease_owner != user.get_username():
        raise NotClaimed(f"case {case.number} is not open with you: open it first")
    if case.lease_until is None or case.lease_until <= timezone.now():
        raise NotClaimed(f"case {case.number} was open for too long without a key: open it again")


def _require_free_hand(case: Case, user: User) -> None:
    """A case under review is moved by who holds it; any other by an operator."""
    if case.state in REVIEWED:
        require_claim(case, user)
    else:
        roles.require(user, Role.OPERATOR)
        access.require(user, case.task_id)


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
