"""Excel and CSV files as tables of text, as they were handed in. What a cell cannot say is told beside it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from cases.row_source import RowSource

WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
FORMULA, ERROR_VALUE, NUMBER = "rows.formula", "rows.error_value", "rows.number"
MIDNIGHT = time()
LAST_SERIAL = 2_958_466
"""The number of the day after 9999-12-31."""


class TableRefused(Exception):
    """The file as a whole cannot be taken; ``code`` is stable, ``detail`` names columns and places."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Cell:
    """The text of one cell. ``day`` is the date that it stands for, where Excel holds a number that may be.

    ``problem``: a code of why the text cannot be trusted ("" when it can).
    """

    text: str
    day: str = ""
    problem: str = ""


@dataclass(frozen=True)
class TableRow:
    """One row below the titles. ``number`` counts as Excel and editors do, from 1."""

    number: int
    cells: Sequence[Cell]
    merged: bool = False
    """Whether cells of it are joined with others: some then seem empty that are not."""


def rows(path: Path, source: RowSource) -> tuple[tuple[str, ...], Iterator[TableRow]]:
    """The titles, and every row that is not empty. Raises TableRefused."""
    head = path.open("rb").read(4)
    if head.startswith(OLD_WORKBOOK):
        raise TableRefused("rows.old_excel")
    numbered = _of_workbook(path, source) if head == WORKBOOK else _of_text(path, source)
    titles: tuple[str, ...] = ()
    found = iter(numbered)
    for row in found:
        if row.number == source.header_row:
            titles = tuple(cell.text.strip() for cell in row.cells)
            break
    while titles and not titles[-1]:
        titles = titles[:-1]
    _require_columns(titles, source)
    return titles, (row for row in found if any(cell.text.strip() or cell.problem for cell in row.cells))


def _require_columns(titles: tuple[str, ...], source: RowSource) -> None:
    """Every column that the task names once, and none that it does not know."""
    wanted = {*source.columns, source.key}
    missing = sorted(wanted - set(titles))
    twice = sorted({title for title in titles if title and titles.count(title) > 1})
    unknown = sorted({title for title in titles if title} - wanted - set(source.ignored))
    for code, names in (("missing", missing), ("twice", twice), ("unknown", unknown)):
        if names:
            raise TableRefused(f"rows.column_{code}", "、".join(names))
    if "" in titles:
        raise TableRefused("rows.column_untitled", str(titles.index("") + 1))


def _of_text(path: Path, source: RowSource) -> Iterator[TableRow]:
    from cases.row_source import TableEncoding

    data = path.read_bytes()
    ways = {
        TableEncoding.AUTO: ("utf-8-sig", "cp932"),
        TableEncoding.UTF_8: ("utf-8-sig",),
        TableEncoding.CP932: ("cp932",),
    }[source.encoding]
    text = next((found for way in ways if (found := _decoded(data, way)) is not None), None)
    if text is None or "\0" in text:
        raise TableRefused("rows.encoding")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=source.delimiter, strict=True)
        lines = list(reader)
    except csv.Error as error:
        raise TableRefused("rows.not_a_table") from error
    for number, line in enumerate(lines, start=1):
        yield TableRow(number, [Cell(cell) for cell in line])


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _of_workbook(path: Path, source: RowSource) -> Iterator[TableRow]:
    """Twice loaded: once for the results that Excel has stored, once for which of them are formulas."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        results, formulas = (load_workbook(io.BytesIO(path.read_bytes()), data_only=d) for d in (True, False))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise TableRefused("rows.not_a_table") from error
    name = source.sheet or results.sheetnames[0]
    if name not in results.sheetnames:
        raise TableRefused("rows.no_sheet", name)
    sheet, raw = results[name], formulas[name]
    merged = _merged_rows(sheet, source.header_row)
    for number, (cells, written) in enumerate(zip(sheet.iter_rows(), raw.iter_rows(), strict=True), start=1):
        pairs = zip(cells, written, strict=True)
        found = [_cell(cell, results.epoch, formula=one.data_type == "f") for cell, one in pairs]
        yield TableRow(number, found, number in merged)


def _merged_rows(sheet: Worksheet, header_row: int) -> set[int]:
    """Rows below the titles in which cells are joined. Titles that are joined refuse the file."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= header_row <= merged.max_row:
            raise TableRefused("rows.merged_header", str(merged.coord))
    return {row for one in sheet.merged_cells.ranges for row in range(one.min_row, one.max_row + 1)}


def _cell(cell: ExcelCell | MergedCell, epoch: datetime, *, formula: bool) -> Cell:
    value = cell.value
    if value is None:
        return Cell("", problem=FORMULA if formula else "")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE")
    if isinstance(value, datetime):
        return Cell(value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" "))
    if isinstance(value, date | time):
        return Cell(value.isoformat())
    if isinstance(value, int | float):
        return _number(value, cell.number_format, epoch)
    return Cell(str(value), problem=ERROR_VALUE if cell.data_type == "e" else "")


def _number(value: float, number_format: str, epoch: datetime) -> Cell:
    """A number as text; a format of zeros says how many digits Excel shows."""
    from openpyxl.utils.datetime import from_excel

    whole = float(value).is_integer()
    text = str(int(value)) if whole else repr(value)
    moment = from_excel(value, epoch) if 1 <= value < LAST_SERIAL else None
    day = moment.date().isoformat() if whole and isinstance(moment, datetime) else ""
    if number_format and not number_format.strip("0"):
        return Cell(text.zfill(len(number_format)), day)
    return Cell(text, day, NUMBER)
