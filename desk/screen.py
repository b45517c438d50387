"""The correction screen as data: sections, fields, what is asked of each and what is said about it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _

from cases.library import form_of
from cases.models import Case
from cases.questions import Question, Why, findings, mark_of, open_questions
from cases.states import State
from cases.values import FieldState, contents, field_states
from desk.alternatives import Alternative, alternative, doubtful
from desk.geometry import Share, share_of
from desk.naming import is_english, label_of, remark_of, section_of, title_of
from desk.suggestions import addresses
from forms import kinds
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Finding, Route
from forms.variants import picker_groups

HIDDEN = frozenset({Why.BLIND, Why.BLIND_AGAIN, Why.SECOND_CHECK})
"""While one of these is asked, neither the reading nor an earlier typing is shown."""

CHOSEN = frozenset({Kind.TICKS, Kind.CIRCLE, Kind.STAMP})
"""Kinds that are chosen from options instead of typed."""

MOST_ALTERNATIVES = 9
DIGITS_ONLY = frozenset({Kind.DIGITS, Kind.AMOUNT, Kind.PHONE, Kind.MY_NUMBER, Kind.MUNICIPALITY_CODE})


class Standing(enum.StrEnum):
    """Where a field stands."""

    OPEN = "open"
    """A person must do something."""

    ILLEGIBLE = "illegible"
    """A person could not read it; the sheet is returned, or somebody gives the value after all."""

    DONE = "done"
    """A person has given or confirmed the value."""

    ACCEPTED = "accepted"
    """The reading counts and nothing is asked."""


@dataclass(frozen=True)
class Note:
    """One remark beside a field; ``tone`` is ``error``, ``warning`` or ``notice``."""

    code: str
    tone: str
    sentence: str


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One field on the screen. ``text`` is what stands in the input, ``echo`` what it means."""

    field: Field
    label: str
    state: Standing
    why: Why | None
    route: str
    text: str
    echo: str
    placeholder: str
    blank: bool
    notes: tuple[Note, ...]
    alternatives: tuple[Alternative, ...]
    choices: tuple[Choice, ...]
    place: Share | None
    fills: tuple[Alternative, ...] = ()
    """Addresses that the postal code names."""

    mark: str = ""
    """Of the findings that are open here, so that a confirmation holds for these."""

    kept: bool = True
    """False: what was typed means nothing in this field and was not stored."""

    @property
    def id(self) -> str:
        return self.field.id

    @property
    def slug(self) -> str:
        """The id without dots, fit for an element's id."""
        return self.field.id.replace(".", "-")

    @property
    def kind(self) -> str:
        return self.field.kind.value

    @property
    def multiple(self) -> bool:
        return self.field.multiple or self.field.kind is Kind.STAMP

    @property
    def required(self) -> bool:
        return self.field.required

    @property
    def digits_only(self) -> bool:
        return self.field.kind in DIGITS_ONLY

    @property
    def sealed_crop(self) -> bool:
        """My Number is black on the page; its crop is asked for by itself, and logged."""
        return self.field.kind is Kind.MY_NUMBER and self.place is not None

    @property
    def box(self) -> str:
        return "" if self.place is None else self.place.as_text()

    @property
    def doubtful(self) -> str:
        """Places of the characters that another reading has otherwise, for a ``data-doubtful`` attribute."""
        places = doubtful(self.text, (other.value for other in self.alternatives))
        return ",".join(str(place) for place in places)

    @property
    def blind_open(self) -> bool:
        return self.why in HIDDEN

    @property
    def illegible(self) -> bool:
        return self.state is Standing.ILLEGIBLE

    @property
    def asked_again(self) -> bool:
        """The blind typing differs from the reading; a second one like it settles the value."""
        return self.why is Why.BLIND_AGAIN

    @property
    def bare(self) -> bool:
        """Nothing is said, asked or offered beside the field: so it is with most."""
        said = self.notes or self.alternatives or self.fills or self.echo
        return self.kept and not said and self.why is None

    @property
    def confirmable(self) -> bool:
        """A rule asks: the person may say that the paper does say so."""
        return self.why is Why.FINDING


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]
    office: bool = False

    @property
    def blank(self) -> bool:
        """Nothing was written and nothing is asked."""
        return all(row.blank and row.state in {Standing.DONE, Standing.ACCEPTED} for row in self.rows)

    @property
    def folded(self) -> bool:
        return self.office or (self.blank and any(row.field.table for row in self.rows))


@dataclass(frozen=True)
class Screen:
    case: Case
    form: FormDefinition
    sections: tuple[Section, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    def row(self, field_id: str) -> Row:
        return next(row for row in self.rows if row.id == field_id)

    @property
    def second(self) -> bool:
        return self.case.state == State.SECOND_CHECK

    @property
    def open_count(self) -> int:
        return sum(row.state is Standing.OPEN for row in self.rows)

    @property
    def settled_count(self) -> int:
        return sum(row.state in {Standing.DONE, Standing.ILLEGIBLE} for row in self.rows)

    @property
    def asked_count(self) -> int:
        return max(self.open_count + self.settled_count, 1)

    @property
    def source_name(self) -> str:
        return self.case.source.original_name if self.case.source else ""

    @property
    def width_px(self) -> int:
        return self.case.page.width_px if self.has_picture else 0

    @property
    def height_px(self) -> int:
        return self.case.page.height_px if self.has_picture else 0

    @property
    def has_picture(self) -> bool:
        return hasattr(self.case, "page")

    @property
    def glyphs(self) -> tuple[tuple[str, ...], ...]:
        """For the picker: every character that has other forms, with them."""
        return picker_groups()

    @property
    def idle_limit_s(self) -> int:
        return int(settings.SITE.idle_seconds)


def screen_of(case: Case, refused: Mapping[str, Sequence[Finding]] | None = None) -> Screen:
    """The screen of a case under review. ``refused``: findings by field on what was typed and not stored."""
    form = form_of(case)
    sheet = contents(case)
    found = findings(case, sheet)
    questions = open_questions(case, sheet, found)
    whys, said = _whys(questions), _by_field(found)
    states = field_states(case, sheet)
    rows = [
        _row(state, form, whys.get(state.field.id), said.get(state.field.id, []), case) for state in states
    ]
    fills = addresses(form, {state.field.id: state.value for state in states})
    rows = [row if row.id not in fills or row.blind_open else _with_fills(row, fills[row.id]) for row in rows]
    rows = [
        replace(row, mark=mark_of(case, sheet, questions, row.id)) if row.confirmable else row for row in rows
    ]
    if refused:
        rows = [_with_refusal(row, refused[row.id], form) if row.id in refused else row for row in rows]
    return Screen(case, form, _sections(form, rows))


def _whys(questions: Iterable[Question]) -> dict[str, Why]:
    """The first thing that is asked of each field."""
    whys: dict[str, Why] = {}
    for question in questions:
        whys.setdefault(question.field_id, question.why)
    return whys


def _by_field(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_field: dict[str, list[Finding]] = {}
    for finding in found:
        by_field.setdefault(finding.field_id, []).append(finding)
    return by_field


def _row(state: FieldState, form: FormDefinition, why: Why | None, said: list[Finding], case: Case) -> Row:
    field, hidden = state.field, why in HIDDEN
    text = "" if hidden else _input_text(state)
    return Row(
        field=field,
        label=_label(form, field),
        state=_standing(state, why),
        why=why,
        route=(state.route or Route.CHECK).value,
        text=text,
        echo="" if hidden else _echo(field, state.value),
        placeholder=state.value if field.kind is Kind.MY_NUMBER and not hidden else "",
        blank=state.blank and not state.raw,
        notes=() if hidden else tuple(note_of(finding, form) for finding in said),
        alternatives=() if hidden else _alternatives(state, text),
        choices=choices_of(field, "" if hidden else state.value),
        place=share_of(case, field.box, state.box_px),
    )


def _standing(state: FieldState, why: Why | None) -> Standing:
    if why is Why.ILLEGIBLE:
        return Standing.ILLEGIBLE
    if why is not None:
        return Standing.OPEN
    return Standing.ACCEPTED if state.how is None else Standing.DONE


def _with_fills(row: Row, addresses: Sequence[str]) -> Row:
    return replace(row, fills=tuple(alternative(address, row.text) for address in addresses))


def _with_refusal(row: Row, refused: Sequence[Finding], form: FormDefinition) -> Row:
    notes = tuple(note_of(finding, form) for finding in refused)
    return replace(row, notes=notes, kept=False)


def _label(form: FormDefinition, field: Field) -> str:
    """The label without the table's name, which stands above the section."""
    table = next((table for table in form.tables if table.id == field.table), None)
    if table is None:
        return label_of(field)
    before = f"{label_of(table)} {field.row}: " if is_english() else f"{table.label}{field.row} "
    return label_of(field).removeprefix(before)


def _input_text(state: FieldState) -> str:
    """What a person edits: a date in era form, else canonical text; what does not parse, as it was read."""
    if state.field.kind is Kind.MY_NUMBER:
        return ""
    if not state.value and state.how is None and state.field.kind not in CHOSEN:
        return state.raw
    return editable(state.field, state.value)


def editable(field: Field, value: str) -> str:
    """The text that stands in the input for a canonical value, and that parses back to it."""
    return kinds.show(field, value) if field.kind is Kind.DATE else value


def _echo(field: Field, value: str) -> str:
    """What the text means, where it does not say so itself."""
    if not value:
        return ""
    if field.kind is Kind.DATE:
        return _("西暦%(year)s年") % {"year": value[:4]}
    if field.kind is Kind.PHONE:
        return kinds.show(field, value)
    return value if field.kind is Kind.MY_NUMBER else ""


def note_of(finding: Finding, form: FormDefinition) -> Note:
    """The sentence without the field's name, beside which it stands."""
    return Note(finding.code, finding.severity.value, remark_of(finding, form))


def _alternatives(state: FieldState, text: str) -> tuple[Alternative, ...]:
    if state.field.kind in CHOSEN:
        return ()
    seen, found = {text}, []
    for other in state.alternatives:
        value = kinds.parse(state.field, other.text).value
        shown = editable(state.field, value) if value else other.text
        if shown not in seen:
            seen.add(shown)
            found.append(alternative(shown, text))
    return tuple(found[:MOST_ALTERNATIVES])


def choices_of(field: Field, value: str) -> tuple[Choice, ...]:
    if field.kind is Kind.STAMP:
        return (Choice("1", _("押印あり"), value == "1"),)
    if field.kind not in CHOSEN:
        return ()
    chosen = value.split(",")
    return tuple(Choice(option.value, option.label, option.value in chosen) for option in field.options)


def _sections(form: FormDefinition, rows: Sequence[Row]) -> tuple[Section, ...]:
    """Rows under their headings; what the office fills in stands last."""
    titles = dict(_titles(form))
    ordered = sorted(rows, key=lambda row: row.field.office)
    return tuple(
        Section(title, tuple(group), office)
        for (office, title), group in groupby(ordered, lambda row: (row.field.office, titles[row.id]))
    )


def _titles(form: FormDefinition) -> Iterable[tuple[str, str]]:
    tables, title = {table.id: label_of(table) for table in form.tables}, title_of(form)
    for field in form.fields:
        if field.table:
            yield field.id, f"{tables[field.table]} {field.row}"
        else:
            title = section_of(field) or title
            yield field.id, title
