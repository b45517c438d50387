"""The third view of a second check as data: both values of each field, and never whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from cases.models import Case
from cases.questions import findings
from cases.second import Dispute, disputes
from cases.values import contents
from desk.screen import Choice, Note, choices_of, editable, note_of
from forms import kinds
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Finding


@dataclass(frozen=True)
class Part:
    """A stretch of a value; ``differs`` marks what the other value does not have at this place."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """One of the two values: what is posted, and how it is shown."""

    value: str
    parts: tuple[Part, ...]
    chosen: bool


@dataclass(frozen=True)
class Disputed:
    field: Field
    sides: tuple[Side, ...]
    """Empty for a My Number, which is typed again from the picture instead of being shown."""

    decided: bool
    other: str
    """What was decided when it is neither of the two, in the form in which it is typed."""

    choices: tuple[Choice, ...]
    notes: tuple[Note, ...]

    @property
    def secret(self) -> bool:
        return self.field.kind is Kind.MY_NUMBER

    @property
    def multiple(self) -> bool:
        return self.field.multiple or self.field.kind is Kind.STAMP


def disputed(case: Case) -> tuple[Disputed, ...]:
    """Every field on which two persons differ, in the form's order, decided ones included."""
    sheet, said = contents(case), findings(case)
    return tuple(_disputed(case, sheet.form, one, said) for one in disputes(sheet))


def _disputed(case: Case, form: FormDefinition, one: Dispute, said: Sequence[Finding]) -> Disputed:
    field, secret, values = one.field, one.field.kind is Kind.MY_NUMBER, one.sides(case)
    parts = _both(*(kinds.show(field, value) for value in values))
    sides = tuple(Side(value, part, one.decided == value) for value, part in zip(values, parts, strict=True))
    other = "" if one.decided in {None, *values} or secret else str(one.decided)
    decided = one.decided is not None
    return Disputed(
        field=field,
        sides=() if secret else sides,
        decided=decided,
        other=editable(field, other),
        choices=choices_of(field, other),
        notes=tuple(note_of(each, form) for each in said if decided and each.field_id == field.id),
    )


def _both(one: str, other: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both texts, cut where they differ."""
    left: list[Part] = []
    right: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        left.append(Part(one[a:b], kind != "equal"))
        right.append(Part(other[c:d], kind != "equal"))
    return tuple(part for part in left if part.text), tuple(part for part in right if part.text)
