"""What has to be filled in: always, under a condition, or in every row that is used."""

from __future__ import annotations

from collections.abc import Iterator

from forms.definition import Field
from forms.facts import Finding
from forms.kinds import show
from forms.rules.base import Sheet


def missing(sheet: Sheet) -> Iterator[Finding]:
    """A finding for every required field in which nothing stands, the office's own left out."""
    used = {
        field.id
        for table in sheet.form.tables
        for row in sheet.rows(table.id)
        for field in row.fields.values()
    }
    for field in sheet.form.fields:
        if field.office or sheet.written(field.id):
            continue
        if field.required and (field.table is None or field.id in used):
            yield Finding("value.missing", field.id)
        elif _condition_holds(sheet, field):
            yield _missing_because(sheet, field)


def _condition_holds(sheet: Sheet, field: Field) -> bool:
    when = field.required_when
    return when is not None and not set(when.values).isdisjoint(sheet.chosen(when.field))


def _missing_because(sheet: Sheet, field: Field) -> Finding:
    if field.required_when is None:
        raise ValueError(f"field {field.id} is not required by another field")
    other = sheet.form.field(field.required_when.field)
    params = {"other": other.label, "chosen": show(other, sheet.value(other.id))}
    return Finding("value.missing_when", field.id, params=params)
