"""Rows of Excel and CSV files become cases: the same rules, one bad row stops no other, nothing twice."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cases import intake, sources
from cases.models import Case, Task
from cases.row_source import RowSource
from cases.values import current
from flows.intake import read_all
from tests.desk.sheets import make_task
from tests.robots.records import KOFU

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS: dict[str, Any] = {
    "申請日": "applied_on",
    "カナ": "applicant_kana",
    "氏名": "applicant_name",
    "生年月日": "applicant_birth_date",
    "郵便番号": "applicant_postal_code",
    "住所": "applicant_address",
    "電話": "applicant_phone",
    "区分": {"field": "applicant_relation", "options": {"世帯員": "同一世帯員"}},
    "対象者": "subject_same",
    "証明書": {"field": "certificate", "separator": ";", "options": {"全員": "世帯全員の写し"}},
    "通数": "copies_household",
    "使用目的": "purpose",
}
ROW: dict[str, Any] = {
    "申込番号": "A-0001",
    "申請日": "2026/11/20",
    "カナ": "ﾔﾏｸﾞﾁ ﾘｮｳｺ",
    "氏名": "山口　涼子",
    "生年月日": "1926/12/25",
    "郵便番号": "252-0231",
    "住所": KOFU["applicant_address"],
    "電話": "09012345678",
    "区分": "本人",
    "対象者": "",
    "証明書": "全員",
    "通数": "1",
    "使用目的": "年金・社会保険",
    "備考": "窓口",
}
SOURCE: dict[str, Any] = {
    "kind": "rows",
    "form": "juminhyo_kofu",
    "key": "申込番号",
    "columns": COLUMNS,
    "ignored": ["備考"],
}


@pytest.fixture
def task() -> Task:
    made = make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])
    made.source = RowSource.model_validate(SOURCE).model_dump(mode="json")
    made.save()
    return made


def csv_file(path: Path, rows: list[Mapping[str, Any]], encoding: str = "cp932") -> Path:
    text = "\r\n".join(
        [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows), ""]
    )
    path.write_bytes(text.encode(encoding))
    return path


def excel_file(path: Path, rows: list[Mapping[str, Any]], merge: str = "") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def taken_in(task: Task, path: Path) -> Counter[str]:
    """What became of a file's rows, by state."""
    os.utime(path, (0, 0))
    intake.receive(task, path, "test")
    faults: list[Any] = []
    states = Counter(case.state for case in read_all(task.pk, faults))
    assert faults == []
    return states


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_row_is_a_case_with_the_values_of_its_columns(task: Task, tmp_path: Path, encoding: str) -> None:
    assert taken_in(task, csv_file(tmp_path / "a.csv", [ROW], encoding)) == {"NEEDS_REVIEW": 1}
    values = current(Case.objects.get())
    assert values["applied_on"] == "2026-11-20"
    assert values["applicant_kana"] == "ヤマグチ　リョウコ"
    assert (values["applicant_postal_code"], values["applicant_relation"]) == ("252-0231", "本人")
    assert values["certificate"] == "世帯全員の写し"
    reading = Case.objects.get().readings.get(field_id="applicant_kana")
    assert (reading.raw, reading.reader) == ("ﾔﾏｸﾞﾁ ﾘｮｳｺ", "csv")


def test_a_policy_lets_a_row_through_on_which_nothing_is_asked(task: Task, tmp_path: Path) -> None:
    task.policy = {
        "version": 1,
        "approve_unasked": True,
        "signed_by": "区民課長",
        "signed_on": "2026-04-01",
    }
    task.save()
    asked = {**ROW, "申込番号": "A-0002", "電話": "123"}
    states = taken_in(task, csv_file(tmp_path / "a.csv", [ROW, asked]))
    assert states == {"APPROVED": 1, "NEEDS_REVIEW": 1}


def test_excel_numbers_days_and_formulas(task: Task, tmp_path: Path) -> None:
    days = {**ROW, "申請日": date(2026, 11, 20), "生年月日": 9856, "郵便番号": "0600001", "電話": 9012345678}
    formula = {**ROW, "申込番号": "A-0002", "氏名": "=A2"}
    assert taken_in(task, excel_file(tmp_path / "a.xlsx", [days, formula])) == {"NEEDS_REVIEW": 2}
    one, other = Case.objects.order_by("page_index")
    values = current(one)
    assert (values["applied_on"], values["applicant_birth_date"]) == ("2026-11-20", "1926-12-25")
    assert values["applicant_postal_code"] == "060-0001"
    assert "rows.number" in codes(one, "applicant_phone")
    assert "rows.formula" in codes(other, "applicant_name")


def codes(case: Case, field: str) -> list[str]:
    return [plain["code"] for plain in case.readings.get(field_id=field).findings]


def test_bad_rows_stop_no_other(task: Task, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [ROW, {**ROW, "申込番号": ""}, {**ROW, "申込番号": "A-0003"}])
    text = path.read_bytes().decode("cp932")
    path.write_bytes((text + "A-0004,短い\r\n" + text.splitlines()[1] + ",余り\r\n").encode("cp932"))
    assert taken_in(task, path) == {"NEEDS_REVIEW": 2, "UNREADABLE": 3}
    reasons = Case.objects.filter(state="UNREADABLE").values_list("reason", flat=True)
    assert sorted(reasons) == ["rows.no_key", "rows.too_long", "rows.too_short"]


def test_the_same_row_is_known_and_another_of_its_number_is_asked(task: Task, tmp_path: Path) -> None:
    first = csv_file(tmp_path / "a.csv", [ROW])
    assert taken_in(task, first) == {"NEEDS_REVIEW": 1}
    assert taken_in(task, first) == {}, "the same file"
    more = [ROW, {**ROW, "申込番号": "A-0002"}, {**ROW, "申込番号": "A-0002", "通数": "2"}]
    assert taken_in(task, csv_file(tmp_path / "b.csv", more)) == {"NEEDS_REVIEW": 1, "UNREADABLE": 1}
    assert Case.objects.get(state="UNREADABLE").reason == "rows.key_again"


def test_an_intake_that_was_killed_goes_on_where_it_was(task: Task, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [{**ROW, "申込番号": f"A-{n}"} for n in range(4)])
    os.utime(path, (0, 0))
    intake.receive(task, path, "test")
    run = read_all(task.pk, [])
    assert [next(run).page_index, next(run).page_index] == [1, 2]
    run.close()
    assert [case.page_index for case in read_all(task.pk, []) if case.page_index > 2] == [3, 4]
    assert Case.objects.count() == 4
    assert sources.claim_next(task.pk, "somebody", set()) is None


REFUSED: list[tuple[str, Any, str, str]] = [
    ("a.csv", [{key: text for key, text in ROW.items() if key != "氏名"}], "rows.column_missing", "氏名"),
    ("a.csv", [{**ROW, "性別": "女"}], "rows.column_unknown", "性別"),
    ("a.xlsx", "A1:B1", "rows.merged_header", "A1:B1"),
    ("a.xls", b"\xd0\xcf\x11\xe0 old", "rows.old_excel", ""),
    ("a.csv", b"PK\x03\x04 no workbook", "rows.not_a_table", ""),
    ("a.csv", b"\xff\xff\x00", "rows.encoding", ""),
]


@pytest.mark.parametrize(("name", "content", "code", "detail"), REFUSED)
def test_a_file_that_is_no_such_table_says_why(
    task: Task, tmp_path: Path, name: str, content: Any, code: str, detail: str
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        excel_file(path, [ROW], merge=content)
    else:
        csv_file(path, content)
    assert taken_in(task, path) == {"UNREADABLE": 1}
    case = Case.objects.get()
    assert (case.reason, case.reason_detail) == (code, detail)
