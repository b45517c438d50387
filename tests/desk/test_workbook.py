"""The correction workbook: what stands in it, what LibreOffice makes of it, and its way back."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cases.models import Case, Entry, TimeEvent
from cases.values import current
from desk import workbook_reading
from desk.workbook import HEADERS, SHEET, TEXT, VERDICT
from forms.facts import Route
from tests.desk.sheets import make_case

RAWS = {"new_head": "髙橋　健一", "new_address": "神奈川県相模原市中央区中央2-11-15", "notice_type": "転入"}
ASKED = dict.fromkeys(RAWS, Route.CHECK) | {"old_head": Route.BLIND}


@pytest.fixture
def cases(tasks: None, people: Mapping[str, User], tmp_path: Path) -> list[Case]:
    raws = {**RAWS, "old_head": "=cmd|calc"}
    return [make_case(tmp_path, "ido_todoke", raws, ASKED, {"new_head": ("高橋　健一",)}) for _ in range(2)]


@pytest.fixture
def operator_client(people: Mapping[str, User]) -> Client:
    client = Client()
    client.force_login(people["operator"])
    return client


def exported(client: Client) -> bytes:
    answer = client.post("/tasks/ido/workbook/export")
    assert answer.status_code == 200
    assert "tenki-ido-" in answer.headers["Content-Disposition"]
    return bytes(answer.content)


def given(content: bytes, answers: Mapping[tuple[str, str], str]) -> SimpleUploadedFile:
    """Fill in cells by the field's label of the first case, as somebody in Excel would."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[SHEET]
    for (label, column), value in answers.items():
        sheet.cell(line_of(sheet, label), HEADERS.index(column) + 1).value = value
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("訂正済み.xlsx", stream.getvalue())


def line_of(sheet: Worksheet, label: str) -> int:
    return next(row[0].row for row in sheet.iter_rows(min_row=2) if row[2].value == label)


def test_the_workbook_shows_crops_and_hides_what_is_typed_blind(
    cases: list[Case], operator_client: Client
) -> None:
    sheet = load_workbook(io.BytesIO(exported(operator_client)))[SHEET]
    labels = {row[2].value: row for row in sheet.iter_rows(min_row=2, max_row=sheet.max_row // 2 + 1)}
    assert labels["新世帯主"][4].value == "髙橋　健一"
    assert "高橋　健一" in labels["新世帯主"][5].value
    assert "転出" in labels["届出の種類"][5].value, "the words that may be chosen"
    assert labels["旧世帯主"][4].value == "（画像を見て入力）"
    pictures = sheet._images
    assert len(pictures) == sheet.max_row - 1
    assert sheet.protection.sheet
    assert sheet["H2"].protection.locked is False
    assert sheet["A2"].protection.locked is True
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert not any("個人番号" in str(label) for label in labels)


def test_it_comes_back_and_its_time_is_not_guessed(cases: list[Case], operator_client: Client) -> None:
    file = given(
        exported(operator_client),
        {
            ("新世帯主", TEXT): "髙橋　健二",
            ("新住所", VERDICT): "○ 読取のとおり",
            ("届出の種類", TEXT): "転居",
        },
    )
    page = operator_client.post("/tasks/ido/workbook", {"file": file}).content.decode()
    assert 'data-message="taken-in"' in page
    assert "1件の案件の3項目" in page
    values = current(Case.objects.get(pk=cases[0].pk))
    assert (values["new_head"], values["notice_type"]) == ("髙橋　健二", "転居")
    assert not TimeEvent.objects.exists()
    assert "計れない" in page


def test_conflicts_are_told_by_line_and_nothing_is_half_applied(
    cases: list[Case], operator_client: Client
) -> None:
    content = exported(operator_client)
    bad = {
        ("新世帯主", TEXT): "髙橋　健二",
        ("届出の種類", TEXT): "引越し",
        ("旧世帯主", VERDICT): "○ 読取のとおり",
    }
    page = operator_client.post("/tasks/ido/workbook", {"file": given(content, bad)}).content.decode()
    assert 'data-message="nothing-taken"' in page
    line = line_of(load_workbook(io.BytesIO(content))[SHEET], "届出の種類")
    assert f'data-line="{line}" data-conflict="row.malformed"' in page
    assert 'data-conflict="row.unseen"' in page
    assert not Entry.objects.exists()
    again = {"file": given(content, bad), "skip": "1"}
    page = operator_client.post("/tasks/ido/workbook", again).content.decode()
    assert "1件の案件の1項目" in page
    assert Entry.objects.get().field_id == "new_head"


@pytest.mark.parametrize("value", [20260401, 1.5, "=1+1"])
def test_what_excel_made_of_a_value_is_refused(
    value: object, cases: list[Case], operator_client: Client
) -> None:
    file = given(exported(operator_client), {("新世帯主", TEXT): value})  # type: ignore[dict-item]
    page = operator_client.post("/tasks/ido/workbook", {"file": file}).content.decode()
    assert 'data-conflict="row.not_text"' in page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"<html>", "受付番号,確認".encode()])
def test_what_is_no_workbook_is_refused_in_japanese(
    content: bytes, cases: list[Case], operator_client: Client
) -> None:
    file = SimpleUploadedFile("x.xlsx", content)
    page = operator_client.post("/tasks/ido/workbook", {"file": file}).content.decode()
    assert 'data-message="unreadable"' in page
    assert not Entry.objects.exists()


def test_another_workbook_and_lost_columns_are_refused(cases: list[Case], operator_client: Client) -> None:
    book = load_workbook(io.BytesIO(exported(operator_client)))
    book[SHEET].delete_cols(len(HEADERS) + 2)
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(workbook_reading.WorkbookUnreadable, match="照合用"):
        workbook_reading.read(stream.getvalue())


def test_rows_may_be_sorted_and_deleted(cases: list[Case], operator_client: Client) -> None:
    book = load_workbook(io.BytesIO(exported(operator_client)))
    sheet = book[SHEET]
    sheet.cell(line_of(sheet, "新世帯主"), HEADERS.index(TEXT) + 1).value = "髙橋　健二"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    sheet.delete_rows(2, len(rows))
    for row in rows[::-1]:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    answers = workbook_reading.read(stream.getvalue())
    assert [one.text for one in answers if one.text] == ["髙橋　健二"]
    page = operator_client.post(
        "/tasks/ido/workbook", {"file": SimpleUploadedFile("x.xlsx", stream.getvalue())}
    )
    assert 'data-message="taken-in"' in page.content.decode()


def test_libreoffice_opens_it_with_its_pictures(
    cases: list[Case], operator_client: Client, tmp_path: Path
) -> None:
    (tmp_path / "book.xlsx").write_bytes(exported(operator_client))
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "book.xlsx"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    with pypdfium2.PdfDocument(tmp_path / "book.pdf") as document:
        text = document[0].get_textpage().get_text_range()
        pictures = [one for one in document[0].get_objects() if one.type == 3]
    assert "新世帯主" in text
    assert len(pictures) >= 4
