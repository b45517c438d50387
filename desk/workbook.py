"""The correction workbook: uncertain fields with their crops in the cells, for people who live in Excel."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from cases import pages
from cases.errors import CaseError
from cases.files import FileMissing
from cases.library import form_of
from cases.models import Task
from cases.rows import Row, Verdict
from desk.screen import CHOSEN, editable, note_of

SHEET = "訂正"
HEADERS = ("受付番号", "様式", "項目", "画像", "読取結果", "候補・選択肢", "指摘", "確認", "正しい値")
HIDDEN = ("項目ID", "照合用")
"""Hidden columns by which a row is known again; whoever edits them is told so."""

NUMBER, VERDICT, TEXT, FIELD_ID, TOKEN = "受付番号", "確認", "正しい値", "項目ID", "照合用"
WORDS = {Verdict.AS_READ: "○ 読取のとおり", Verdict.CORRECTED: "訂正", Verdict.BLANK: "空欄"}
WIDTHS = (13, 14, 20, 58, 26, 24, 38, 16, 30)
CROP_DPI = 150
CROP_PX = (400, 64)
PT_PER_PX = 0.75
PRINT_MARGIN_INCH = 0.3
SMALLEST_ROW_PT = 34
LINE = Side(style="thin", color="B3B3B3")
GIVEN = PatternFill("solid", fgColor="FFF9E5")
HEAD = PatternFill("solid", fgColor="E8F1FE")

HOW_TO = (
    "このブックには、読み取りが不確かで、職員の確認が必要な項目が並んでいます。",
    "1. 画像と読取結果を見比べ、同じなら「確認」で「○ 読取のとおり」を選びます。",
    "2. 違うときは「正しい値」に入力します（「確認」は空のままで構いません）。",
    "3. 用紙に何も書かれていないときは「空欄」を選びます。",
    "4. 分からない項目は、何も入れずに残します。その項目は「確認待ち」のままです。",
    "「読取結果」が伏せてある項目は、画像だけを見て入力します。個人番号はこのブックに出ません。",
    "日付は s60.5.17 や R8/11/2、選択肢は「候補・選択肢」の語で入力します（複数は , で区切ります）。",
    "色の付いた列だけに入力できます。行の並べ替えと削除はできますが、行の追加はできません。",
    "画面の「Excelで訂正」から読み込むと、1行ずつ照合し、取り込めない行を行番号と理由で示します。",
    "読み込んでも承認にはなりません。承認は訂正の画面で行います。",
    "Excelでの作業時間は計れません。「削減効果」の「画面外の作業」に記録してください。",
    "このファイルには届出の内容が入っています。読み込みが終わったら削除してください。",
)


def write(task: Task, rows: Sequence[Row]) -> bytes:
    """The workbook as bytes. Crops are cut now, from the working page."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one
    sheet.title = SHEET
    _head(sheet)
    for place, row in enumerate(rows, start=2):
        _row(sheet, place, row)
    _offer(sheet, len(rows))
    _how_to(book.create_sheet("使い方"), task)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def file_name(task: Task) -> str:
    return f"tenki-{task.name}-{timezone.localtime():%Y%m%d-%H%M}.xlsx"


def _head(sheet: Worksheet) -> None:
    for column, (title, width) in enumerate(zip(HEADERS, WIDTHS, strict=True), start=1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.border = Border(bottom=LINE)
        cell.alignment = Alignment(vertical="center")
        sheet.column_dimensions[get_column_letter(column)].width = width
    for column, title in enumerate(HIDDEN, start=len(HEADERS) + 1):
        sheet.cell(1, column, title)
        sheet.column_dimensions[get_column_letter(column)].hidden = True
    sheet.freeze_panes = "D2"
    sheet.protection.sheet = True
    sheet.protection.sort = False
    sheet.protection.autoFilter = False
    sheet.protection.deleteRows = False
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToHeight = "landscape", "9", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = PRINT_MARGIN_INCH


def _row(sheet: Worksheet, place: int, row: Row) -> None:
    field = row.field
    read = "（画像を見て入力）" if row.blind else editable(field, row.value) or row.raw or "（空欄）"
    offers = [option.value for option in field.options] if field.kind in CHOSEN else [*row.alternatives]
    said = [note_of(one, form_of(row.case)).sentence for one in row.findings]
    texts = (
        row.case.number,
        form_of(row.case).title,
        field.label,
        "",
        read,
        " / ".join(text for text in dict.fromkeys(offers) if text != read),
        "\n".join(said),
        "",
        "",
        field.id,
        row.token,
    )
    for column, text in enumerate(texts, start=1):
        _text(sheet.cell(place, column), text, given=HEADERS[column - 1 : column] in [(VERDICT,), (TEXT,)])
    height_px = _crop(sheet, place, row)
    lines = max(
        1, len(said), *(len(str(text)) * 2 // width + 1 for text, width in zip(texts, WIDTHS, strict=False))
    )
    sheet.row_dimensions[place].height = max(SMALLEST_ROW_PT, (height_px + 8) * PT_PER_PX, 16 * lines + 4)


def _text(cell: Cell | MergedCell, text: str, *, given: bool) -> None:
    """Always text: what a resident wrote must never become a formula, a number or a date."""
    assert isinstance(cell, Cell)  # noqa: S101  # nothing is merged here
    cell.value = text or None
    if text:
        cell.data_type = "s"
    cell.number_format, cell.quotePrefix = "@", text[:1] in {"=", "+", "-", "@"}
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = Border(bottom=LINE)
    if given:
        cell.fill, cell.protection = GIVEN, Protection(locked=False)
        cell.font = Font(size=12)


def _crop(sheet: Worksheet, place: int, row: Row) -> float:
    """Put the crop into the row; its height in px, 0 without a picture."""
    try:
        content = pages.crop(row.case, row.field.id, dpi=CROP_DPI, read_px=row.box_px)
    except (CaseError, FileMissing):
        return 0.0
    with Picture.open(io.BytesIO(content)) as picture:
        scale = min(CROP_PX[0] / picture.width, CROP_PX[1] / picture.height, 1.0)
        width, height = picture.width * scale, picture.height * scale
    image = Image(io.BytesIO(content))
    image.width, image.height = round(width), round(height)
    sheet.add_image(image, f"D{place}")
    return float(height)


def _offer(sheet: Worksheet, count: int) -> None:
    column = get_column_letter(HEADERS.index(VERDICT) + 1)
    choice = DataValidation(type="list", formula1=f'"{",".join(WORDS.values())}"', allow_blank=True)
    choice.error, choice.showErrorMessage = "一覧から選んでください。", True
    sheet.add_data_validation(choice)
    choice.add(f"{column}2:{column}{max(2, count + 1)}")


def _how_to(sheet: Worksheet, task: Task) -> None:
    sheet.column_dimensions["A"].width = 100
    for place, text in enumerate((task.title, *HOW_TO), start=1):
        cell = sheet.cell(place, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if place == 1:
            cell.font = Font(bold=True, size=14)
