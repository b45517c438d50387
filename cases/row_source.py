"""Where a task's cases come from: scans (the default), or rows of an Excel or CSV file, one row a case."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field as Spec
from pydantic import model_validator

from cases.models import Task
from cases.strict import Strict


class TableEncoding(enum.StrEnum):
    """How a CSV file is written. Excel files say it themselves."""

    AUTO = "auto"
    """UTF-8 where all of it is UTF-8, else Windows' Japanese code page."""

    UTF_8 = "utf-8"
    CP932 = "cp932"


class RowColumn(Strict):
    """A column of the file and the field that it fills."""

    field: str
    options: Mapping[str, str] = {}
    """The form's word for a word of the file, where they differ."""

    separator: str = "、"
    """What stands between several words in one cell."""


class RowSource(Strict):
    """``source`` in a task's file. Columns are named by the words above them."""

    kind: Literal["rows"]
    form: str
    key: str
    """The column that tells one application from another: the same one a second time is known."""

    columns: Annotated[Mapping[str, str | RowColumn], Spec(min_length=1)]
    ignored: tuple[str, ...] = ()
    """Columns that are not taken over. Any other column refuses the file: it may be a new one."""

    sheet: str = ""
    """Excel only: the name of the sheet; empty: the first."""

    header_row: Annotated[int, Spec(ge=1)] = 1
    encoding: TableEncoding = TableEncoding.AUTO
    delimiter: Annotated[str, Spec(min_length=1, max_length=1)] = ","

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        fields = [column.field for column in self.mapped().values()]
        twice = sorted({name for name in fields if fields.count(name) > 1})
        if twice:
            raise ValueError(f"two columns fill {', '.join(twice)}")
        return self

    def mapped(self) -> Mapping[str, RowColumn]:
        """Column by its title."""
        return {
            title: column if isinstance(column, RowColumn) else RowColumn(field=column)
            for title, column in self.columns.items()
        }


def source_of(task: Task) -> RowSource | None:
    """None where the task's cases come from scans."""
    return RowSource.model_validate(task.source) if task.source else None
