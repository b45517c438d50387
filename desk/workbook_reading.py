"""Reading a correction workbook back: cells become answers, and nothing is judged here but what a cell is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from cases.rows import Answer, Verdict
from desk.workbook import FIELD_ID, NUMBER, SHEET, TEXT, TOKEN, VERDICT, WORDS

AnyCell = Cell | MergedCell
MOST_LINES = 5_000
MOST_UNPACKED_BYTES = 200_000_000
"""A workbook of ours is far below; a small file that unpacks to more is an attack."""

NEEDED = (NUMBER, VERDICT, TEXT, FIELD_ID, TOKEN)
SAID = {word: verdict for verdict, word in WORDS.items()} | {
    "": Verdict.NOTHING,
    "○": Verdict.AS_READ,
    "〇": Verdict.AS_READ,
}


class WorkbookUnreadable(Exception):
    """The file is no correction workbook; the message says so in Japanese."""


def read(content: bytes) -> tuple[Answer, ...]:
    """The rows of the workbook in their order. Raises WorkbookUnreadable."""
    sheet = _sheet(content)
    if sheet.max_row > MOST_LINES:
        raise WorkbookUnreadable(_("行が多すぎます（%(n)s行まで）。") % {"n": MOST_LINES})
    lines = sheet.iter_rows()
    head: Sequence[AnyCell] = next(lines, ())
    columns = _columns(head)
    return tuple(_answers(lines, columns))


def _sheet(content: bytes) -> Worksheet:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise WorkbookUnreadable(_("ファイルが大きすぎます。"))
        book = load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise WorkbookUnreadable(_("Excelのブック（.xlsx）として読めません。")) from error
    if SHEET not in book.sheetnames:
        said = _("「%(sheet)s」のシートがありません。書き出したブックを使ってください。")
        raise WorkbookUnreadable(said % {"sheet": SHEET})
    return book[SHEET]


def _columns(head: Sequence[AnyCell]) -> Mapping[str, int]:
    columns = {str(cell.value): place for place, cell in enumerate(head)}
    if missing := [name for name in NEEDED if name not in columns]:
        said = _("1行目に「%(columns)s」の列がありません。隠れた列も消さずに使ってください。")
        raise WorkbookUnreadable(said % {"columns": "」「".join(missing)})
    return columns


def _answers(lines: Iterator[Sequence[AnyCell]], columns: Mapping[str, int]) -> Iterator[Answer]:
    for line, cells in enumerate(lines, start=2):
        texts = {name: _plain(cells[place]) for name, place in columns.items() if name in NEEDED}
        if not any(texts.values()):
            continue
        given = cells[columns[TEXT]]
        yield Answer(
            line=line,
            number=texts[NUMBER],
            field_id=texts[FIELD_ID],
            token=texts[TOKEN],
            verdict=SAID.get(texts[VERDICT], Verdict.UNKNOWN),
            text=texts[TEXT],
            is_text=given.value is None or (given.data_type == "s" and isinstance(given.value, str)),
        )


def _plain(cell: AnyCell) -> str:
    return "" if cell.value is None else str(cell.value).strip()
