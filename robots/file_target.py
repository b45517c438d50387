"""A target that takes a file: the import layout of a register system, behind ``config/targets/<name>.yaml``.

A definition with ``kind: file`` says columns, order, encoding and formats. How such a file is written and
proven stands in ``robots.file_lines`` and ``robots.file_bytes``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field as Spec
from pydantic import model_validator

from forms.library import load_definition
from robots.definition import RECEPTION_NUMBER, Hours
from robots.fields import Characters, Charset, Format
from robots.places import Strict

ROW_NUMBER = "row_number"
"""The number of a table's row within its record; it is not a field of the form."""


class FileFormat(enum.Enum):
    CSV = "csv"
    EXCEL = "excel"


class Encoding(enum.Enum):
    CP932 = "cp932"
    UTF_8 = "utf-8"
    UTF_8_BOM = "utf-8-bom"

    @property
    def codec(self) -> str:
        return "utf-8-sig" if self is Encoding.UTF_8_BOM else self.value


class LineEnds(enum.Enum):
    CRLF = "crlf"
    LF = "lf"


class CellKind(enum.Enum):
    """What an Excel cell holds; in CSV everything is text."""

    TEXT = "text"
    """Text, so that leading zeros stay."""

    NUMBER = "number"
    DATE = "date"


class Column(Strict):
    """One column: a field of the form in the target's writing, or always the same text."""

    title: str
    field: str | None = None
    constant: str | None = None
    as_: Format = Spec(default=Format.PLAIN, alias="as")
    written: str | None = None
    """Dates: ``{yyyy}{mm}{dd}``, ``{e}{yy}.{mm}.{dd}`` …; left out they stand as 2026-11-20."""

    options: Mapping[str, str] = {}
    separator: str = "、"
    """What stands between the words where several boxes were ticked."""

    max_length: Annotated[int, Spec(gt=0)] | None = None
    characters: Characters | None = None
    cell: CellKind = CellKind.TEXT
    sum: bool = False
    """Whether the cover sheet adds it up."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.field is None) == (self.constant is None):
            raise ValueError("a column says `field` or `constant`: exactly one of them")
        if self.cell is CellKind.DATE and self.written:
            raise ValueError("`cell: date` is a date of Excel's own; `written` goes with text")
        return self


class FileLayout(Strict):
    """How the records of one form stand in the file: one line each, or one for each row of a table."""

    columns: Annotated[tuple[Column, ...], Spec(min_length=1)]
    rows_of: str | None = None
    """The table of the form (``persons``) that has a line for each of its rows."""

    left_out: tuple[str, ...] = ()
    """Fields for which the import has no place. Any other field without a column stops the target."""

    @model_validator(mode="after")
    def _proven(self) -> Self:
        titles = [column.title for column in self.columns]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError(f"two columns have the title {', '.join(twice)}")
        if RECEPTION_NUMBER not in {column.field for column in self.columns}:
            raise ValueError(f"no column carries {RECEPTION_NUMBER}: it ties each line to its case")
        return self


class FileTarget(Strict):
    """A target that imports files."""

    kind: Literal["file"]
    target: str
    version: Annotated[int, Spec(gt=0)]
    title: str
    format: FileFormat = FileFormat.CSV
    encoding: Encoding = Encoding.CP932
    line_ends: LineEnds = LineEnds.CRLF
    delimiter: Annotated[str, Spec(min_length=1, max_length=1)] = ","
    quote_all: bool = False
    header: bool = True
    sheet: str = "Sheet1"
    """Excel only: the name of the sheet."""

    file_name: Annotated[str, Spec(pattern=r"^[A-Za-z0-9_{}-]+$")] = "{target}_{date}_{number}"
    """``{number}`` counts the files of the target, so that no name comes twice; the ending is added."""

    folder: str | None = None
    """Where the target fetches files; else ``var/outbox/<target>``. TENKI_OUTBOX_<NAME> wins over both."""

    most_records: Annotated[int, Spec(gt=0, le=5000)] = 500
    acknowledged: bool = True
    """Whether a person says how many records the target has imported before a case counts as entered."""

    characters: Characters | None = None
    hours: Hours | None = None
    forms: Mapping[str, FileLayout]

    @property
    def ending(self) -> str:
        return ".csv" if self.format is FileFormat.CSV else ".xlsx"

    @property
    def holds(self) -> Characters:
        """The characters that the file can hold, and the way for others."""
        narrow = self.format is FileFormat.CSV and self.encoding is Encoding.CP932
        return self.characters or Characters(set=Charset.CP932 if narrow else Charset.UNICODE)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if "{number}" not in self.file_name:
            raise ValueError("`file_name` needs {number}: without it two files would have one name")
        narrow = self.format is FileFormat.CSV and self.encoding is Encoding.CP932
        wide = {Charset.UNICODE, Charset.JIS_X_0213}
        for characters in (self.characters, *(column.characters for column in self.columns())):
            if narrow and characters and characters.set in wide:
                raise ValueError(f"cp932 cannot hold {characters.set.value}: say cp932 or jis_x_0208")
        return self

    def columns(self) -> Iterator[Column]:
        for layout in self.forms.values():
            yield from layout.columns


def is_file_target(path: Path) -> bool:
    """Whether the definition says ``kind: file``."""
    return any(line.split("#")[0].split() == ["kind:", "file"] for line in _lines(path))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def load_file_target(path: Path) -> FileTarget:
    """The target that a file defines. DefinitionError (``forms.errors``) names line and remedy."""
    return load_definition(path, FileTarget)
