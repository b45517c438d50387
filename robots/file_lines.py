"""Approved records as the lines of an import file, and the proof that the file holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forms.definition import Field, FormDefinition, Kind
from forms.facts import Record
from robots.comparing import MASKED
from robots.definition import RECEPTION_NUMBER
from robots.errors import DefinitionGapError, RecordUnfitError
from robots.file_target import ROW_NUMBER, CellKind, Column, FileLayout, FileTarget
from robots.plan import name_of
from robots.receipt import FieldCheck
from robots.writing import Written, formatted, holdable, written_date

Cells = tuple[str, ...]


@dataclass(frozen=True)
class RecordLines:
    """One record as it stands in the file, and what was written otherwise than approved (labels, counts)."""

    record: Record
    lines: tuple[Cells, ...]
    fields: tuple[tuple[str, ...], ...]
    """The field's id behind each cell; "" where a column holds always the same."""

    note: str = ""


@dataclass(frozen=True)
class ControlSums:
    """What a cover sheet says of a file: it can be compared with what the target says it has imported."""

    records: int
    lines: int
    sums: Mapping[str, int]
    sha256: str


def laid_out(target: FileTarget, form: FormDefinition, record: Record) -> RecordLines:
    """A record as lines. DefinitionGapError when a value of it would have no place, RecordUnfitError when the
    file cannot hold one: all such values are named.
    """
    layout = target.forms.get(record.form)
    if layout is None:
        raise DefinitionGapError("definition.form", f"the target does not know form {record.form}")
    lines, fields, refused, replaced = [], [], [], []
    for row in _rows(layout, form, record):
        cells, named = [], []
        for column in layout.columns:
            field, value = _source(column, layout, form, record, row)
            text = _written(target, column, field, value)
            label = field.label if field else column.title
            refused += [f"「{label}」: {text.refused}。"] if text.refused else []
            replaced += [(label, text.replaced)] if text.replaced else []
            cells.append(text.text)
            named.append(field.id if field else column.field or "")
        lines.append(tuple(cells))
        fields.append(tuple(named))
    _all_have_a_column(layout, form, record, {name for named in fields for name in named})
    if refused:
        raise RecordUnfitError("\n".join(dict.fromkeys(refused)))
    note = "\n".join(
        f"「{label}」の{count}文字は、業務システムにないため置き換えました。" for label, count in replaced
    )
    return RecordLines(record, tuple(lines), tuple(fields), note)


def gaps(target: FileTarget, form: FormDefinition) -> tuple[str, ...]:
    """What the layout and the form do not agree on."""
    layout = target.forms[form.form]
    known = {name_of(field) for field in form.fields} | {field.id for field in form.fields}
    mapped = {column.field for column in layout.columns if column.field}
    odd = sorted(mapped - known - {RECEPTION_NUMBER, ROW_NUMBER})
    placed = mapped | set(layout.left_out)
    wanted = (field for field in form.fields if field.target and not field.office)
    lost = {name_of(field) for field in wanted if not placed & {name_of(field), field.id}}
    return tuple(
        [f"{form.form}: {name} is not a field of the form" for name in odd]
        + [f"{form.form}: {name} has no column in {target.target}" for name in sorted(lost)]
    )


def holds_my_number(target: FileTarget, form: FormDefinition) -> bool:
    """Whether the file has a column for it; where it has none no My Number is given out."""
    secret = {name for f in form.fields if f.kind is Kind.MY_NUMBER for name in (name_of(f), f.id)}
    return any(column.field in secret for column in target.forms[form.form].columns)


def proven(
    entries: Sequence[RecordLines], read: Sequence[Cells], form: FormDefinition
) -> Mapping[str, tuple[FieldCheck, ...]]:
    """What the file holds for each case, cell by cell beside what was to be written; by case id.

    A file with fewer or more lines than were written proves nothing: every check then differs.
    """
    expected = [line for entry in entries for line in entry.lines]
    whole = len(read) == len(expected)
    found: dict[str, tuple[FieldCheck, ...]] = {}
    place = 0
    for entry in entries:
        checks: list[FieldCheck] = []
        for cells, fields in zip(entry.lines, entry.fields, strict=True):
            seen = read[place] if whole else ()
            place += 1
            checks += _checked(form, fields, cells, seen)
        found[entry.record.case_id] = tuple(checks)
    return found


def control_sums(layout: FileLayout, entries: Sequence[RecordLines], data: bytes) -> ControlSums:
    """Counts and sums of a file, for its cover sheet."""
    lines = [line for entry in entries for line in entry.lines]
    sums = {
        column.title: sum(int(line[place] or 0) for line in lines)
        for place, column in enumerate(layout.columns)
        if column.sum and all(line[place].isdecimal() or not line[place] for line in lines)
    }
    return ControlSums(len(entries), len(lines), sums, hashlib.sha256(data).hexdigest())


def _checked(form: FormDefinition, fields: Sequence[str], cells: Cells, seen: Cells) -> Iterator[FieldCheck]:
    secret = {field.id for field in form.fields if field.kind is Kind.MY_NUMBER}
    shown = (*seen, *[""] * (len(cells) - len(seen)))
    for name, expected, there in zip(fields, cells, shown, strict=False):
        if not name:
            continue
        same = bool(seen) and there == expected
        if name in secret:
            yield FieldCheck(name, MASKED * len(expected), MASKED * len(there), same)
        else:
            yield FieldCheck(name, expected, there, same)


def _rows(layout: FileLayout, form: FormDefinition, record: Record) -> list[int]:
    """The rows that get a line: those of the table that hold anything, or the one line of the record."""
    if layout.rows_of is None:
        return [0]
    rows = {f.row for f in form.fields if f.table == layout.rows_of and f.row and record.values.get(f.id)}
    return sorted(rows) or [1]


def _source(
    column: Column, layout: FileLayout, form: FormDefinition, record: Record, row: int
) -> tuple[Field | None, str]:
    """The field behind a column in this line, and its value."""
    if column.field is None:
        return None, column.constant or ""
    if column.field == RECEPTION_NUMBER:
        return None, record.reception_number
    if column.field == ROW_NUMBER:
        return None, str(row or 1)
    for field in form.fields:
        in_row = field.table == layout.rows_of and field.row == row
        if field.id == column.field or (name_of(field) == column.field and (not field.table or in_row)):
            return field, record.values.get(field.id, "")
    raise DefinitionGapError("definition.field", f"form {form.form} has no field {column.field}")


def _written(target: FileTarget, column: Column, field: Field | None, value: str) -> Written:
    """The value as the cell holds it, or why it cannot."""
    if not value:
        return Written("")
    if column.cell is CellKind.DATE and value.endswith("-00"):
        return Written(value, refused="日が分からない日付は、Excelの日付にできません")
    if column.cell is CellKind.NUMBER and not value.isdecimal():
        return Written(value, refused="数字だけではありません")
    text = written_date(column.written, value) if column.written else value
    if field is not None and field.options and column.options:
        text = column.separator.join(column.options.get(word, word) for word in value.split(","))
    elif field is not None and field.multiple:
        text = value.replace(",", column.separator)
    if any(ord(letter) < ord(" ") for letter in text):
        return Written(text, refused="改行などの制御文字が含まれています")
    held = holdable(column.characters or target.holds, formatted(column.as_, text))
    if column.max_length and len(held.text) > column.max_length:
        words = f"{len(held.text)}文字あり、{column.max_length}文字までの欄に入りません"
        return Written(held.text, refused=words)
    return held


def _all_have_a_column(layout: FileLayout, form: FormDefinition, record: Record, placed: set[str]) -> None:
    """Nothing that was approved may be left out of the file unnoticed."""
    lost = [
        field.id
        for field in form.fields
        if field.target
        and record.values.get(field.id)
        and field.id not in placed
        and not {field.id, name_of(field)} & set(layout.left_out)
    ]
    if lost:
        raise DefinitionGapError("definition.field", f"no column for {', '.join(lost)}")
