from __future__ import annotations

import io
from datetime import date, time

import pytest
from openpyxl import Workbook

from cases.days import Work
from savings.timestudy import Study, StudyUnreadable, conflicts, read, template

TASKS = {"住民異動届の入力": "ido", "ido": "ido"}
HEADS = ("業務", "計時日", "計時者", "件数", "分", "開始", "終了", "方法", "対象", "工程：入力")
TODAY = date(2026, 11, 24)
GOOD = ("ido", date(2026, 2, 3), "担当A", 1, 9.5, None, None, "手入力", None, 7.0)


def study(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Study:
    book = Workbook()
    for row in (heads, *rows):
        book.worksheets[0].append(list(row))
    raw = io.BytesIO()
    book.save(raw)
    return read(raw.getvalue(), TASKS)


def changed(**cells: object) -> tuple[object, ...]:
    return tuple(cells.get(head, cell) for head, cell in zip(HEADS, GOOD, strict=True))


def found(
    *rows: tuple[object, ...], others: tuple[Work, ...] = (), known: bool = False
) -> list[tuple[int, str]]:
    wrong = conflicts(study(*rows), lambda person, day: others, lambda row: known, TODAY, str)
    return [(one.line, one.sentence) for one in wrong]


def test_a_row_is_read_with_its_steps() -> None:
    (row,) = study(GOOD).rows
    assert (row.line, row.task, row.timed_on, row.minutes, row.sheets) == (2, "ido", date(2026, 2, 3), 9.5, 1)
    assert (row.kind, row.steps) == ("staff_before", (("入力", 7.0),))


@pytest.mark.parametrize("written", ["令和8年2月3日", "R8.2.3", "2026/2/3", "2026-02-03", "20260203"])
def test_dates_may_be_written(written: str) -> None:
    assert study(changed(計時日=written)).rows[0].timed_on == date(2026, 2, 3)


def test_minutes_may_come_from_the_clock() -> None:
    (row,) = study(changed(分=None, 開始=time(9, 0), 終了="9:12")).rows
    assert (row.minutes, row.ends) == (12.0, time(9, 12))


def test_empty_lines_are_passed_over() -> None:
    assert [row.line for row in study(GOOD, (None,) * 10, GOOD).rows] == [2, 4]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"業務": "知らない業務"}, "登録されていません"),
        ({"計時日": "2027-02-29"}, "暦にない日付"),
        ({"計時日": "来週"}, "日付として読めません"),
        ({"計時日": None}, "日付として読めません"),
        ({"計時者": None}, "「計時者」が空"),
        ({"方法": " "}, "「方法」が空"),
        ({"分": "約10"}, "数字ではありません"),
        ({"分": None}, "「分」が空"),
        ({"件数": 1.5}, "整数"),
        ({"開始": "朝", "終了": "昼"}, "9:05 のように"),
        ({"対象": "来庁者"}, "使えません"),
        ({"分": -3}, "measure.minutes"),
        ({"分": 1500}, "measure.minutes"),
        ({"件数": 0}, "measure.sheets"),
        ({"計時日": date(2026, 11, 25)}, "measure.future"),
        ({"分": 30, "開始": "9:00", "終了": "9:10"}, "measure.minutes"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(cells: dict[str, object], said: str) -> None:
    ((line, sentence),) = found(changed(**cells))
    assert line == 2
    assert said in sentence


def test_overlaps_and_long_days_are_found_between_rows_and_with_what_is_noted() -> None:
    first = changed(開始="9:00", 終了="9:10")
    second = changed(開始="9:05", 終了="9:15")
    assert found(first, second) == [(3, "measure.overlapping")]
    noted = (Work("担当A", date(2026, 2, 3), 1435.0),)
    assert found(GOOD, others=noted) == [(2, "measure.day_too_long")]
    assert found(changed(計時者="担当B"), GOOD) == []


def test_a_row_that_was_taken_in_before_is_named_and_twins_in_one_study_are_two_runs() -> None:
    assert found(GOOD, GOOD) == []
    assert found(GOOD, known=True) == [(2, "measure.already_noted")]


def test_the_leap_day_is_a_day() -> None:
    assert study(changed(計時日="2024-02-29")).rows[0].timed_on == date(2024, 2, 29)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"a,b,c\n"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(StudyUnreadable, match="開けません"):
        read(content, TASKS)


def test_missing_heads_are_named() -> None:
    with pytest.raises(StudyUnreadable, match="計時者、方法、分"):
        study(("ido", date(2026, 2, 3)), heads=("業務", "計時日"))


def test_the_template_can_be_read_as_it_is() -> None:
    made = read(template(["住民異動届の入力"]), TASKS)
    assert (len(made.rows), made.conflicts) == (1, ())
    assert conflicts(made, lambda person, day: (), lambda row: False, TODAY, str) == ()
