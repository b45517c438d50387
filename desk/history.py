"""Everything that happened to a case, for its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Sum

from cases.library import form_of
from cases.models import AuditLine, Case, Entry, Receipt
from cases.questions import Why, asked
from cases.second import disputes
from cases.states import State
from cases.values import FieldState, contents, field_states
from desk import words
from desk.naming import label_of
from forms import kinds
from forms.definition import Field, FormDefinition, Kind

SHORTEST_SHOWN_S = 0.05
"""A shorter step, such as a sign-in that still held, would show as 0.0 seconds."""

BEFORE_APPROVAL = frozenset(
    {State.NEEDS_REVIEW, State.UNREADABLE, State.RETURNED, State.SECOND_CHECK, State.DISAGREED}
)
"""Under review, or on the way back there."""

TYPED_UNSEEN = frozenset({Why.BLIND, Why.BLIND_AGAIN})


@dataclass(frozen=True)
class Line:
    """One line of the history; ``fields`` are labels of the fields it is about, never values."""

    line: AuditLine
    before: str
    after: str
    field: str
    times: int
    """How many like it follow one another: forty confirmed fields are one line."""


@dataclass(frozen=True)
class Compared:
    """What was read and what counts now; ``changed`` marks a correction."""

    label: str
    read: str
    value: str
    how: str
    by: str
    changed: bool
    hidden: bool = False
    """Somebody is still to give it unseen: nothing of the field is shown before that."""


@dataclass(frozen=True)
class Check:
    """One field of a read-back: what was approved, what the target shows."""

    label: str
    expected: str
    seen: str
    same: bool

    @property
    def blank(self) -> bool:
        return self.same and not (self.expected or self.seen)


@dataclass(frozen=True)
class Step:
    """What a robot did; ``times`` like it followed one another, one for each page of an entry."""

    title: str
    seconds: float
    times: int


@dataclass(frozen=True)
class Attempt:
    """One receipt with its read-back, in the form's words."""

    receipt: Receipt
    checks: tuple[Check, ...]
    """What somebody wrote, or what differs."""

    blanks: tuple[str, ...]
    """Labels of the fields that are blank on both sides."""

    steps: tuple[Step, ...]

    @property
    def all_same(self) -> bool:
        return bool(self.checks) and all(check.same for check in self.checks)


def history(case: Case) -> tuple[Line, ...]:
    """The audit lines of the case, oldest first; runs of the same act by the same person are one line."""
    labels = {field.id: label_of(field) for field in form_of(case).fields} if case.form else {}
    lines: list[Line] = []
    for audited in AuditLine.objects.filter(case_id=case.pk).order_by("pk"):
        line = _line(audited, labels)
        if lines and _alike(lines[-1], line):
            last = lines.pop()
            line = Line(last.line, last.before, line.after, "", last.times + 1)
        lines.append(line)
    return tuple(lines)


def _line(audited: AuditLine, labels: Mapping[str, str]) -> Line:
    detail = audited.detail
    return Line(
        line=audited,
        before=_state(detail.get("before")),
        after=_state(detail.get("after")),
        field=labels.get(str(detail.get("field", "")), ""),
        times=1,
    )


def _state(code: object) -> str:
    return str(State(code).label) if isinstance(code, str) and code in State.values else ""


def _alike(one: Line, other: Line) -> bool:
    return (one.line.what, one.line.who) == (other.line.what, other.line.who) and not one.after


def compared(case: Case) -> tuple[Compared, ...]:
    """Reading against value for every field that says something; My Numbers masked."""
    if not case.form:
        return ()
    hidden = _hidden(case)
    states = [
        state
        for state in field_states(case)
        if state.value or state.raw or state.how or state.field.id in hidden
    ]
    return tuple(
        Compared(label_of(state.field), "", "", "", "", changed=False, hidden=True)
        if state.field.id in hidden
        else _compared(state)
        for state in states
    )


def _hidden(case: Case) -> frozenset[str]:
    """Fields that somebody is still to give without having seen what others gave."""
    if case.state not in BEFORE_APPROVAL:
        return frozenset()
    sheet = contents(case)
    typed = {field.id for field in sheet.form.fields if asked(sheet, field) in TYPED_UNSEEN}
    return sheet.twice | {one.field.id for one in disputes(sheet)} | typed


def _compared(state: FieldState) -> Compared:
    field = state.field
    read = kinds.parse(field, state.raw).value if state.raw and field.kind is not Kind.MY_NUMBER else ""
    return Compared(
        label=label_of(field),
        read=state.raw,
        value=shown(field, state.value),
        how=str(Entry.How(state.how).label) if state.how else "",
        by=state.by,
        changed=state.how == Entry.How.CORRECTED
        or (bool(state.how) and read != state.value and field.kind is not Kind.MY_NUMBER),
    )


def shown(field: Field, value: str) -> str:
    """The value for reading; a My Number comes masked and stays so."""
    return value if field.kind is Kind.MY_NUMBER else kinds.show(field, value)


def attempts(case: Case) -> tuple[Attempt, ...]:
    """The receipts, newest first: those of robots, and what a person vouched for."""
    form = form_of(case) if case.form else None
    return tuple(
        _attempt(receipt, form) for receipt in case.receipts.select_related("vouched_by").order_by("-pk")
    )


def _attempt(receipt: Receipt, form: FormDefinition | None) -> Attempt:
    fields = {field.id: field for field in form.fields} if form else {}
    checks = [_check(row, fields.get(str(row["field"]))) for row in receipt.read_back]
    return Attempt(
        receipt=receipt,
        checks=tuple(check for check in checks if not check.blank),
        blanks=tuple(check.label for check in checks if check.blank),
        steps=_steps(receipt.steps),
    )


def _check(row: Mapping[str, object], field: Field | None) -> Check:
    expected, seen, same = str(row["expected"]), str(row["seen"]), bool(row["same"])
    if field is None:
        return Check(words.entry_field(str(row["field"])), expected, seen, same)
    return Check(label_of(field), shown(field, expected), _seen(field, seen), same)


def _seen(field: Field, text: str) -> str:
    """What the target shows, in the form's own words where it is canonical, else letter by letter."""
    return shown(field, text) if kinds.parse(field, text).value == text else text


def _steps(steps: Iterable[Mapping[str, object]]) -> tuple[Step, ...]:
    """The steps in words; pages that were typed one after the other are one line, trifles are left out."""
    titled = [(words.robot_step(str(step["step"])), float(str(step["seconds"]))) for step in steps]
    grouped = [(title, [seconds for _, seconds in run]) for title, run in groupby(titled, lambda one: one[0])]
    found = (Step(title, sum(seconds), len(seconds)) for title, seconds in grouped)
    return tuple(step for step in found if step.seconds >= SHORTEST_SHOWN_S)


def times(case: Case) -> Sequence[Mapping[str, object]]:
    """Seconds by step and source."""
    return list(case.times.values("step", "source").annotate(seconds=Sum("seconds")).order_by("step"))
