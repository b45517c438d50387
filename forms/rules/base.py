"""What a rule looks at: the values of one sheet, and the city and the day on which it is judged."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from forms.definition import Field, FormDefinition
from forms.facts import Finding, Severity


@dataclass(frozen=True)
class Context:
    """What the judgement of a sheet depends on besides the sheet."""

    today: datetime.date
    municipality_code: str = ""
    """Six digits of the city itself (相模原市: 141500); "" leaves rules about the city unjudged."""

    wards_are_municipalities: bool = False
    """Whether moving from ward to ward counts as leaving the municipality."""


@dataclass(frozen=True)
class Row:
    """One used row of a table: its number and its fields by column."""

    number: int
    fields: Mapping[str, Field]
    values: Mapping[str, str]

    def value(self, column: str) -> str:
        return self.values.get(self.fields[column].id, "") if column in self.fields else ""

    def found(self, column: str, code: str, severity: Severity = Severity.ERROR, **params: str) -> Finding:
        return Finding(code, self.fields[column].id, severity, params)


@dataclass(frozen=True)
class Sheet:
    """The canonical values of one sheet. ``unread`` are fields that hold something which did not parse."""

    form: FormDefinition
    values: Mapping[str, str]
    context: Context
    unread: frozenset[str] = frozenset()

    def value(self, field_id: str) -> str:
        return self.values.get(field_id, "")

    def written(self, field_id: str) -> bool:
        """Whether anything stands in the field, readable or not."""
        return bool(self.value(field_id)) or field_id in self.unread

    def chosen(self, field_id: str) -> tuple[str, ...]:
        """The ticked or circled options of a field."""
        return tuple(part for part in self.value(field_id).split(",") if part)

    def rows(self, table_id: str) -> Iterator[Row]:
        """The rows of a table in which anything stands."""
        table = next(table for table in self.form.tables if table.id == table_id)
        for number in range(1, table.rows + 1):
            fields = self.form.row(table_id, number)
            if any(self.written(field.id) for field in fields.values()):
                yield Row(number, fields, self.values)


SheetRule = Callable[[Sheet, Mapping[str, str]], Iterator[Finding]]
"""A rule over several fields; the parameters come from the definition."""

FieldRule = Callable[[Field, str, Context], Iterator[Finding]]
"""A rule about one value that is not blank."""
