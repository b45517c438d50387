"""The bytes of an import file: written from lines, read back into lines. The same lines, the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell

from robots.errors import FaultError
from robots.file_lines import Cells
from robots.file_target import CellKind, FileFormat, FileLayout, FileTarget, LineEnds

TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
"""A workbook says when it was made; one that is made again shall be the same to the last byte."""


def to_bytes(target: FileTarget, layout: FileLayout, lines: Sequence[Cells]) -> bytes:
    """The whole file."""
    titles = [tuple(column.title for column in layout.columns)] if target.header else []
    if target.format is FileFormat.EXCEL:
        return _workbook(target, layout, titles, lines)
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=target.delimiter,
        lineterminator="\r\n" if target.line_ends is LineEnds.CRLF else "\n",
        quoting=csv.QUOTE_ALL if target.quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows([*titles, *lines])
    try:
        return out.getvalue().encode(target.encoding.codec)
    except UnicodeEncodeError as error:
        # Records are held against the characters before; what is left is a title or a constant.
        problem = f"a title or constant holds what {target.encoding.value} lacks"
        raise FaultError("definition.encoding", problem) from error


def from_bytes(target: FileTarget, layout: FileLayout, data: bytes) -> list[Cells]:
    """The lines of a file, without its titles. FaultError when it is not of this layout."""
    try:
        rows = (
            _read_workbook(target, layout, data) if target.format is FileFormat.EXCEL else _read(target, data)
        )
    except (UnicodeDecodeError, csv.Error, KeyError, zipfile.BadZipFile) as error:
        raise FaultError("file.unreadable", type(error).__name__) from error
    titles = tuple(column.title for column in layout.columns)
    if target.header and (not rows or rows.pop(0) != titles):
        raise FaultError("file.titles", "the titles are not those of the definition")
    return rows


def _read(target: FileTarget, data: bytes) -> list[Cells]:
    text = data.decode(target.encoding.codec)
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=target.delimiter)]


def _workbook(
    target: FileTarget, layout: FileLayout, titles: Sequence[Cells], lines: Sequence[Cells]
) -> bytes:
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise FaultError("file.workbook", "a new workbook has no sheet")
    sheet.title = target.sheet
    for row, cells in enumerate([*titles, *lines], start=1):
        for place, (text, column) in enumerate(zip(cells, layout.columns, strict=True), start=1):
            cell = sheet.cell(row, place)
            _fill(cell, text, CellKind.TEXT if row <= len(titles) else column.cell)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _fill(cell: Cell | MergedCell, text: str, kind: CellKind) -> None:
    if not text or isinstance(cell, MergedCell):
        return
    if kind is CellKind.NUMBER:
        cell.value = int(text)
    elif kind is CellKind.DATE:
        cell.value = date.fromisoformat(text)
        cell.number_format = "yyyy/mm/dd"
    else:
        # Said outright: a text that begins with = would else become a formula.
        cell.value, cell.data_type = text, "s"
        cell.number_format = "@"


def _read_workbook(target: FileTarget, layout: FileLayout, data: bytes) -> list[Cells]:
    sheet = load_workbook(io.BytesIO(data), read_only=True)[target.sheet]
    width = len(layout.columns)
    padded = ((*row, *[None] * (width - len(row))) for row in sheet.iter_rows(values_only=True))
    return [tuple(map(_text, row)) for row in padded]


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def _timeless(data: bytes) -> bytes:
    """The same archive with one time for all its parts, and for the workbook itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = TIMES.sub(rb"\g<1>2020-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
