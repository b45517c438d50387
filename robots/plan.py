"""A record laid over a target definition: all keystrokes and comparisons, before anything is typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms.definition import Field, FormDefinition, Kind
from forms.facts import Record
from forms.kinds import parse
from robots.definition import RECEPTION_NUMBER, EntryPage, FormEntry, TargetDefinition
from robots.errors import DefinitionGapError, RecordUnfitError
from robots.fields import FieldMap, TableMap
from robots.formats import Keystroke, keystrokes, typed
from robots.places import Locator
from robots.writing import Written

_NUMBER = Field.model_validate(
    {"id": RECEPTION_NUMBER, "kind": Kind.TEXT, "label": "受付番号", "box": [0, 0, 1, 1]}
)
"""The reception number compares like a text field, though no form has it."""


@dataclass(frozen=True)
class Placed:
    """One field of the record at its place in the target.

    ``value`` is what was approved, ``written`` the same in the characters that the target can hold.
    ``shown_in`` is the title of the table in which the value is shown ("" where labels are unique), and
    ``row_filled`` whether the field's table row holds anything.
    """

    field: Field
    mapped: FieldMap
    value: str
    written: Written
    shown_in: str = ""
    row_filled: bool = True

    @property
    def expected(self) -> str:
        """What the target has to show: the value as it was typed, in canonical text."""
        return parse(self.field, self.written.text).value or self.written.text


@dataclass(frozen=True)
class PagePlan:
    """One entry page: rows to add (with what, how often), then what to type, in order."""

    page: EntryPage
    keystrokes: tuple[Keystroke, ...]
    rows_to_add: tuple[tuple[Locator, int], ...] = ()
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A record ready to be typed and compared."""

    record: Record
    entry: FormEntry
    pages: tuple[PagePlan, ...]
    placed: tuple[Placed, ...]

    @property
    def note(self) -> str:
        """What was written otherwise than approved, in the stated way; field labels and counts only."""
        return "\n".join(
            f"「{one.field.label}」の{one.written.replaced}文字は、業務システムにないため置き換えて入力しました。"
            for one in self.placed
            if one.written.replaced
        )


def plan(target: TargetDefinition, form: FormDefinition, record: Record) -> Plan:
    """Lay a record over the definition. DefinitionGapError when a value of it would have no place,
    RecordUnfitError when the target cannot hold one: all such values are named.
    """
    entry = target.forms.get(record.form)
    if entry is None:
        raise DefinitionGapError("definition.form", f"the target does not know form {record.form}")
    pages: list[PagePlan] = []
    placed: list[Placed] = []
    for page in entry.pages:
        on_page = tuple(_on_page(target, page, form, record))
        _all_canonical(on_page)
        placed += on_page
    _all_fit(entry, placed)
    for page in entry.pages:
        on_page = tuple(_on_page(target, page, form, record))
        pages.append(PagePlan(page, tuple(_strokes(target, page, on_page)), _rows(page, on_page), on_page))
    _all_have_a_place(form, record, placed)
    return Plan(record, entry, tuple(pages), tuple(placed))


def gaps(target: TargetDefinition, form: FormDefinition) -> tuple[str, ...]:
    """What the definition and the form do not agree on: fields without a place, places without a field."""
    entry = target.forms.get(form.form)
    if entry is None:
        return (f"{form.form}: the target does not know this form",)
    mapped = {name for page in entry.pages for name in page.fields} - {RECEPTION_NUMBER}
    for page in entry.pages:
        for table, columns in page.tables.items():
            mapped |= {f"{table}.{column}" for column in columns.fields}
    wanted = {name_of(field) for field in form.fields if field.target and not field.office}
    known = {name_of(field) for field in form.fields}
    return tuple(
        [f"{form.form}: {name} has no place in {target.target}" for name in sorted(wanted - mapped)]
        + [f"{form.form}: {name} is not a field of the form" for name in sorted(mapped - known)]
    )


def name_of(field: Field) -> str:
    """The name under which target definitions know a field: ``new_address``, ``persons.kana``."""
    name = field.target or field.column or field.id
    return f"{field.table}.{name}" if field.table else name


def _strokes(target: TargetDefinition, page: EntryPage, on_page: Iterable[Placed]) -> Iterator[Keystroke]:
    """Everything that is typed on a page. Rows that the record leaves empty are left alone."""
    for one in on_page:
        if one.row_filled:
            yield from keystrokes(target, one.mapped, one.written.text)


def _rows(page: EntryPage, on_page: Iterable[Placed]) -> tuple[tuple[Locator, int], ...]:
    """How many rows each table of a page needs besides those that are there."""
    return tuple(
        (table.add_row, max(0, _last_row(name, on_page) - (table.rows_there or 0)))
        for name, table in page.tables.items()
        if table.add_row
    )


def _last_row(table: str, placed: Iterable[Placed]) -> int:
    """The number of a table's last row that holds anything; 0 when none does."""
    filled = (one.field.row for one in placed if one.field.table == table and one.row_filled)
    return max((row for row in filled if row), default=0)


def _all_fit(entry: FormEntry, placed: list[Placed]) -> None:
    """Everything that the target cannot hold, named at once, before anything is typed."""
    words = [f"「{one.field.label}」: {one.written.refused}。" for one in placed if one.written.refused]
    for name, table in ((n, t) for page in entry.pages for n, t in page.tables.items() if t.most_rows):
        if _last_row(name, placed) > (table.most_rows or 0):
            words.append(f"業務システムの画面には{table.most_rows}行までしか入力できません。")
    if words:
        raise RecordUnfitError("\n".join(words))


def _on_page(
    target: TargetDefinition, page: EntryPage, form: FormDefinition, record: Record
) -> Iterator[Placed]:
    by_name = {name_of(field): field for field in form.fields if not field.table}
    for name, mapped in page.fields.items():
        if name == RECEPTION_NUMBER:
            yield Placed(_NUMBER, mapped, record.reception_number, Written(record.reception_number))
        elif name in by_name:
            field = by_name[name]
            value = record.values.get(field.id, "")
            yield Placed(field, mapped, value, typed(target, mapped, value))
        else:
            raise DefinitionGapError("definition.field", f"form {form.form} has no field {name}")
    for table, columns in page.tables.items():
        for row in sorted({field.row for field in form.fields if field.table == table and field.row}):
            yield from _in_row(target, columns, form.row(table, row), row, record)


def _in_row(
    target: TargetDefinition, columns: TableMap, fields: Mapping[str, Field], row: int, record: Record
) -> Iterator[Placed]:
    by_name = {field.target or column: field for column, field in fields.items()}
    filled = any(record.values.get(field.id) for field in fields.values())
    shown_in = columns.shown_in.replace("{row}", str(row))
    for name, mapped in columns.fields.items():
        if name not in by_name:
            raise DefinitionGapError("definition.field", f"the form's table has no column {name}")
        field = by_name[name]
        value = record.values.get(field.id, "")
        yield Placed(
            field, mapped.for_row(row), value, typed(target, mapped, value), shown_in, row_filled=filled
        )


def _all_canonical(placed: Iterable[Placed]) -> None:
    """Approved values are canonical; one that is not would be compared with something else than was typed."""
    odd = [one.field.id for one in placed if parse(one.field, one.value).value != one.value]
    if odd:
        raise DefinitionGapError("record.not_canonical", ", ".join(odd))


def _all_have_a_place(form: FormDefinition, record: Record, placed: list[Placed]) -> None:
    """Nothing that was approved may be left out of the target unnoticed."""
    placed_ids = {one.field.id for one in placed}
    lost = [
        field.id
        for field in form.fields
        if field.target and record.values.get(field.id) and field.id not in placed_ids
    ]
    unknown = sorted(set(record.values) - {field.id for field in form.fields})
    if lost or unknown:
        raise DefinitionGapError("definition.field", f"no place for {', '.join(lost + unknown)}")
