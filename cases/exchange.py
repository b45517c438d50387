"""Uncertain fields that leave as rows and come back corrected, each checked before anything is stored.

A workbook is out for hours, so nothing is claimed meanwhile. Instead each row carries a keyed token of what
it is about and of how the field stood; when it comes back, whatever has changed since is a conflict.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases import access, audit, claims, review, roles, vault
from cases.errors import CaseChanged, CaseError
from cases.models import Case
from cases.questions import Question, Why, confirmed_of, findings, fingerprint, open_questions
from cases.roles import Role
from cases.rows import Answer, Checked, Conflict, Problem, Row, Step, Verdict
from cases.states import State
from cases.values import Contents, contents_of, entry_value, fact_of
from forms import kinds
from forms.definition import Field, Kind
from forms.facts import Finding

ASKED = frozenset({Why.CHECK, Why.BLIND, Why.FINDING})
"""What a workbook can answer. A second typing and second checks belong to the desk."""

MOST_ROWS = 500
AT_ONCE = 50
"""Cases that are loaded together."""
DIGITS = 16


def rows(user: User, task: str, most: int = MOST_ROWS) -> tuple[Row, ...]:
    """The open fields of the sheets that have waited longest and that nobody else holds; logged.

    Raises NotAllowed.
    """
    roles.require(user, Role.OPERATOR)
    access.require(user, task)
    free = (
        Q(lease_until__isnull=True) | Q(lease_until__lte=timezone.now()) | Q(lease_owner=user.get_username())
    )
    waiting = Case.objects.filter(free, task=task, state=State.NEEDS_REVIEW).select_related("task", "page")
    found: list[Row] = []
    for sheet in _in_batches(list(waiting.order_by("created_at", "number")[:most])):
        own = _rows_of(sheet)
        if found and len(found) + len(own) > most:
            break
        found.extend(own)
    cases = len({row.case.pk for row in found})
    audit.write(user.get_username(), "workbook.exported", task=task, cases=cases, rows=len(found))
    return tuple(found)


def check(user: User, task: str, answers: Sequence[Answer]) -> Checked:
    """Hold every row against what is true now, without changing anything. Raises NotAllowed."""
    roles.require(user, Role.OPERATOR)
    access.require(user, task)
    often = Counter((answer.number, answer.field_id) for answer in answers)
    cases = {
        case.number: case
        for case in Case.objects.filter(number__in={answer.number for answer in answers}).select_related(
            "task"
        )
    }
    sheets = {sheet.case.number: sheet for sheet in _in_batches([one for one in cases.values() if one.form])}
    steps: list[Step] = []
    problems: list[Problem] = []
    for answer in answers:
        if answer.verdict is Verdict.NOTHING and not answer.text and answer.is_text:
            continue
        found = _checked(user, task, answer, sheets.get(answer.number), often)
        if isinstance(found, Step):
            steps.append(found)
        else:
            problems.append(found)
    return Checked(tuple(steps), tuple(problems), len(answers) - len(steps) - len(problems))


def take_in(user: User, task: str, answers: Sequence[Answer], *, skip_problems: bool = False) -> Checked:
    """Store the answers as this person's, all of them or none; with ``skip_problems`` all but those with a
    problem, which are named. What came in between is a problem like any other.
    """
    checked = check(user, task, answers)
    if checked.problems and not skip_problems:
        return Checked((), checked.problems, checked.untouched)
    stored: list[Step] = []
    late: list[Problem] = []
    with transaction.atomic():
        for number in dict.fromkeys(step.answer.number for step in checked.steps):
            own = [step for step in checked.steps if step.answer.number == number]
            try:
                _store(user, own)
            except CaseError:
                late += [Problem(step.answer.line, number, Conflict.REFUSED) for step in own]
            else:
                stored += own
        if late and not skip_problems:
            transaction.set_rollback(True)
            stored = []
        else:
            left_out = len(late) + len(checked.problems)
            name = user.get_username()
            audit.write(name, "workbook.taken_in", task=task, rows=len(stored), left_out=left_out)
    problems = sorted([*checked.problems, *late], key=lambda problem: problem.line)
    return Checked(tuple(stored), tuple(problems), checked.untouched)


class _Sheet:
    """A case with what it says and asks, loaded once for all its rows."""

    def __init__(self, case: Case, sheet: Contents, confirmed: Collection[str]) -> None:
        self.case = case
        self.contents = sheet
        self.said = findings(case, sheet)
        is_open = case.state == State.NEEDS_REVIEW
        asked = open_questions(case, sheet, self.said, confirmed) if is_open else ()
        self.questions = {question.field_id: question for question in reversed(asked)}
        self.open = tuple(question.finding for question in asked if question.finding is not None)

    def open_findings(self, field_id: str) -> dict[str, Finding]:
        """What a rule asks of the field, each by its fingerprint."""
        own = [finding for finding in self.open if finding.field_id == field_id]
        return {fingerprint(self.case, self.contents, finding): finding for finding in own}


def _in_batches(cases: Sequence[Case]) -> Iterator[_Sheet]:
    """The sheets of many cases, a few queries for each batch."""
    for begin in range(0, len(cases), AT_ONCE):
        some = cases[begin : begin + AT_ONCE]
        said, confirmed = contents_of(some), confirmed_of(some)
        yield from (_Sheet(case, said[case.pk], confirmed[case.pk]) for case in some)


def _sheet(case: Case) -> _Sheet:
    return next(_in_batches([case]))


def _rows_of(sheet: _Sheet) -> list[Row]:
    found = (sheet.questions.get(field.id) for field in sheet.contents.form.fields)
    return [_row(sheet, question) for question in found if question and _may_leave(sheet, question)]


def _may_leave(sheet: _Sheet, question: Question) -> bool:
    """A My Number never goes into a workbook."""
    kind = sheet.contents.form.field(question.field_id).kind
    return question.why in ASKED and kind is not Kind.MY_NUMBER


def _row(sheet: _Sheet, question: Question) -> Row:
    field, blind = sheet.contents.form.field(question.field_id), question.why is Why.BLIND
    reading = sheet.contents.readings.get(field.id)
    shown = reading is not None and not blind
    return Row(
        case=sheet.case,
        field=field,
        why=question.why,
        value="" if blind else sheet.contents.plain[field.id],
        raw=reading.raw if reading is not None and shown else "",
        alternatives=tuple(str(text) for text, _ in reading.alternatives) if reading and shown else (),
        findings=() if blind else tuple(one for one in sheet.said if one.field_id == field.id),
        box_px=fact_of(reading).box_px if reading is not None else (),
        token=_token(sheet, field.id, question.why),
    )


def _checked(
    user: User, task: str, answer: Answer, sheet: _Sheet | None, often: Counter[tuple[str, str]]
) -> Step | Problem:
    conflict = _identity(answer, sheet, task, often)
    if conflict is not None or sheet is None:
        return Problem(answer.line, answer.number, conflict or Conflict.UNKNOWN_ROW)
    case, field = sheet.case, sheet.contents.form.field(answer.field_id)
    question = sheet.questions.get(field.id)
    if case.state != State.NEEDS_REVIEW:
        return Problem(answer.line, answer.number, Conflict.STATE)
    if question is None or answer.token != _token(sheet, field.id, question.why):
        return Problem(answer.line, answer.number, Conflict.CHANGED)
    if _held_by_other(case, user):
        return Problem(answer.line, answer.number, Conflict.HELD, by=case.lease_owner)
    conflict = _contradiction(answer, question)
    if conflict is not None:
        return Problem(answer.line, answer.number, conflict)
    return _step(answer, sheet, field, question)


def _identity(
    answer: Answer, sheet: _Sheet | None, task: str, often: Counter[tuple[str, str]]
) -> Conflict | None:
    if not answer.token or not answer.field_id or not answer.number:
        return Conflict.UNKNOWN_ROW
    if sheet is None or answer.token[:DIGITS] != _digest(["row", str(sheet.case.pk), answer.field_id]):
        return Conflict.IDENTIFIERS
    if sheet.case.task_id != task:
        return Conflict.OTHER_TASK
    return Conflict.TWICE if often[answer.number, answer.field_id] > 1 else None


def _contradiction(answer: Answer, question: Question) -> Conflict | None:
    if not answer.is_text:
        return Conflict.NOT_TEXT
    if answer.verdict is Verdict.UNKNOWN:
        return Conflict.VERDICT
    wants_text = answer.verdict in {Verdict.CORRECTED, Verdict.NOTHING}
    if bool(answer.text) != wants_text:
        return Conflict.CONTRADICTION
    if answer.verdict is Verdict.AS_READ and question.why is Why.BLIND:
        return Conflict.UNSEEN
    return None


def _step(answer: Answer, sheet: _Sheet, field: Field, question: Question) -> Step | Problem:
    if answer.verdict is Verdict.AS_READ:
        value = sheet.contents.plain[field.id]
        reading = sheet.contents.readings.get(field.id)
        if question.why is Why.CHECK and not value and reading is not None and reading.raw:
            # What does not parse cannot be right as it was read.
            return Problem(
                answer.line, answer.number, Conflict.MALFORMED, kinds.parse(field, reading.raw).findings
            )
        return Step(answer, sheet.case, field, value, confirms=question.why is Why.FINDING)
    parsed = kinds.parse(field, answer.text)
    if answer.text and not parsed.value:
        return Problem(answer.line, answer.number, Conflict.MALFORMED, parsed.findings)
    return Step(answer, sheet.case, field, parsed.value, confirms=False)


@transaction.atomic
def _store(user: User, steps: Sequence[Step]) -> None:
    """All rows of one sheet: claimed, given, and put back. Inside its own savepoint."""
    case = claims.claim(steps[0].case.pk, user)
    sheet = _sheet(case)
    for step in steps:
        question = sheet.questions.get(step.field.id)
        if question is None or step.answer.token != _token(sheet, step.field.id, question.why):
            raise CaseChanged(f"case {case.number} was changed while the workbook was taken in")
    for step in steps:
        if step.confirms:
            _confirm(case, user, step.field.id, sheet.open_findings(step.field.id))
        else:
            review.give_value(case, user, step.field.id, step.value)
    claims.release(case, user)


def _confirm(case: Case, user: User, field_id: str, seen: Mapping[str, Finding]) -> None:
    """Confirm what the row showed. Another row of the workbook may have brought up what nobody has seen."""
    now = _sheet(case).open_findings(field_id)
    if now.keys() - seen.keys():
        raise CaseChanged(f"case {case.number}: field {field_id} has a finding that was not shown")
    for finding in now.values():
        review.confirm_finding(case, user, finding)


def _held_by_other(case: Case, user: User) -> bool:
    held = case.lease_until is not None and case.lease_until > timezone.now()
    return held and case.lease_owner != user.get_username()


def _token(sheet: _Sheet, field_id: str, why: Why) -> str:
    """What the row is about, and how the field and the findings on it stood: two keyed digests, none of which
    tells a value.
    """
    case, said = sheet.case, sheet.contents
    given, reading = said.given(field_id), said.readings.get(field_id)
    stood = [
        str(case.pk),
        field_id,
        why.value,
        said.plain.get(field_id, ""),
        [entry.pk for entry in given],
        [entry_value(entry) for entry in given],
        reading.attempt if reading else 0,
        sorted(sheet.open_findings(field_id)),
    ]
    return _digest(["row", str(case.pk), field_id]) + _digest(["stood", *stood])


def _digest(facts: Sequence[object]) -> str:
    return vault.digest(vault.Key.AUDIT, json.dumps(facts, ensure_ascii=False).encode())[:DIGITS]
