"""Placing contents on a sheet. A formula carries its result: a protected view shows figures, not zeros."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from savings.workbook.style import BODY, HEAD, Look


@dataclass(frozen=True)
class Formula:
    """``text`` as Excel takes it (``=SUM(A1:A3)``) and the value that it gives."""

    text: str
    value: float | str


Content = str | float | date | Formula | None


@dataclass(frozen=True)
class Rows:
    """Neighbouring rows of a sheet, 1-based; ``first`` > ``last`` when there are none."""

    sheet: str
    first: int
    last: int

    def column(self, number: int) -> str:
        """An address other sheets can use: ``'計時'!$D$5:$D$16``."""
        letter = get_column_letter(number)
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${self.last}"

    def __bool__(self) -> bool:
        return self.first <= self.last


class Grid:
    """One sheet being filled, and the results of its formulas by address (``cached``)."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.cached: dict[str, float | str] = {}
        self._dressed: dict[Look, Any] = {}

    def put(self, row: int, column: int, content: Content, look: Look = BODY, across: int = 1) -> str:
        """Write one cell, merged over ``across`` columns; gives its address (``K5``)."""
        cell = self.sheet.cell(row, column)
        cell.value = content.text if isinstance(content, Formula) else content
        if isinstance(content, Formula):
            self.cached[cell.coordinate] = content.value
        elif isinstance(content, str):
            # A title that begins with = is a title, not a formula.
            cell.data_type = "s"
        for offset in range(across):
            self._dress(self.sheet.cell(row, column + offset), look)
        if across > 1:
            self.sheet.merge_cells(
                start_row=row, end_row=row, start_column=column, end_column=column + across - 1
            )
        return cell.coordinate

    def link(self, row: int, column: int, sheet: str) -> None:
        """Make a cell lead to another sheet of the workbook."""
        cell = self.sheet.cell(row, column)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1", display=str(cell.value))

    def _dress(self, cell: Any, look: Look) -> None:
        """Give the cell its look; copied from the first cell of that look, which is twenty times quicker."""
        first = self._dressed.get(look)
        if first is not None:
            cell._style = copy(first._style)
            return
        for name, part in look.parts().items():
            setattr(cell, name, part)
        self._dressed[look] = cell

    def line(self, row: int, contents: Iterable[tuple[Content, Look]], start: int = 1) -> None:
        for column, (content, look) in enumerate(contents, start):
            self.put(row, column, content, look)

    def heads(self, row: int, names: Iterable[str], height_pt: float = 30) -> None:
        self.line(row, ((name, HEAD) for name in names))
        self.height(row, height_pt)

    def widths(self, *characters: float) -> None:
        for column, width in enumerate(characters, 1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width

    def height(self, row: int, points: float) -> None:
        self.sheet.row_dimensions[row].height = points


def lines_needed(text: str, characters: float) -> int:
    """How many lines a Japanese text takes in a cell of that width (in Excel's half-width characters)."""
    width = sum(1 if char.isascii() else 2 for char in text)
    return max(1, -(-width // int(characters)))
