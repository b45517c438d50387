"""Eras with exact borders, in every way in which people write a date."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.dates import EraDate, bounds, era_parts
from forms.definition import Box, Field, Kind, Option
from forms.facts import Severity
from forms.kinds import parse, show

BOX = Box(x_mm=20, y_mm=20, width_mm=60, height_mm=8)
DATE = Field(id="d", kind=Kind.DATE, label="日付", box=BOX)
REIWA_PRINTED = DATE.model_copy(update={"options": (Option(value="令和", label="令", box=BOX),)})


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("昭和60年5月17日", "1985-05-17"),
        ("昭60.5.17", "1985-05-17"),
        ("s60.5.17", "1985-05-17"),
        ("S600517", "1985-05-17"),
        ("㍼60年5月17日", "1985-05-17"),
        ("昭和６０年　５月１７日", "1985-05-17"),
        ("1985-05-17", "1985-05-17"),
        ("1985年5月17日", "1985-05-17"),
        ("1985/5/17", "1985-05-17"),
        ("19850517", "1985-05-17"),
        ("令和元年5月1日", "2019-05-01"),
        ("R1.5.1", "2019-05-01"),
        ("平成31年4月30日", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("大正15年12月24日", "1926-12-24"),
        ("昭和元年12月25日", "1926-12-25"),
        ("明治45年7月29日", "1912-07-29"),
        ("大正元年7月30日", "1912-07-30"),
        ("令和6年2月29日", "2024-02-29"),
    ],
)
def test_every_way_to_write_a_date(raw: str, value: str) -> None:
    parsed = parse(DATE, raw)
    assert (parsed.value, parsed.findings) == (value, ())


@pytest.mark.parametrize(
    ("raw", "value", "offered"),
    [
        ("昭和64年1月8日", "1989-01-08", "平成元年1月8日"),
        ("平成31.5.1", "2019-05-01", "令和元年5月1日"),
        ("昭和70年3月3日", "1995-03-03", "平成7年3月3日"),
        ("平成元年1月7日", "1989-01-07", "昭和64年1月7日"),
        ("大正元年7月29日", "1912-07-29", "明治45年7月29日"),
    ],
)
def test_a_day_outside_its_era_offers_the_right_one(raw: str, value: str, offered: str) -> None:
    parsed = parse(DATE, raw)
    assert parsed.value == value
    (finding,) = parsed.findings
    assert (finding.code, finding.severity) == ("date.wrong_era", Severity.ERROR)
    assert finding.params["offered"] == offered


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("60年5月17日", "date.no_era"),
        ("昭和60年2月30日", "date.impossible"),
        ("2023-02-29", "date.impossible"),
        ("昭和60年13月1日", "date.impossible"),
        ("昭和0年1月1日", "date.impossible"),
        ("昭和60年5月", "date.incomplete"),
        ("昭和年5月17日", "date.incomplete"),
        ("昭和1O年5月1日", "date.shape"),
        ("昭和六十年五月一日", "date.shape"),
        ("X60.5.17", "date.shape"),
        ("60.5/17", "date.shape"),
    ],
)
def test_refused_dates(raw: str, code: str) -> None:
    parsed = parse(DATE, raw)
    assert parsed.value == ""
    assert [finding.code for finding in parsed.findings] == [code]


@pytest.mark.parametrize(
    ("raw", "value"),
    [("昭和20年0月0日", "1945-00-00"), ("昭和20年5月00日", "1945-05-00"), ("1989-00-00", "1989-00-00")],
)
def test_unknown_months_and_days_are_kept_with_a_notice(raw: str, value: str) -> None:
    parsed = parse(DATE, raw)
    assert parsed.value == value
    assert [(finding.code, finding.severity) for finding in parsed.findings] == [
        ("date.part_unknown", Severity.NOTICE)
    ]


def test_a_printed_era_need_not_be_circled() -> None:
    assert parse(REIWA_PRINTED, "8年5月1日").value == "2026-05-01"
    assert parse(REIWA_PRINTED, "令和8年5月1日").value == "2026-05-01"
    assert parse(REIWA_PRINTED, "2026年5月1日").value == "2026-05-01"


def test_era_parts_and_bounds() -> None:
    assert era_parts("1985-05-17") == EraDate("昭和", 60, 5, 17)
    assert str(era_parts("1867-12-31")) == "1867年12月31日"
    assert bounds("1945-00-00") == (datetime.date(1945, 1, 1), datetime.date(1945, 12, 31))
    assert bounds("2024-02-00") == (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))


days = st.dates(datetime.date(1600, 1, 1), datetime.date(2999, 12, 31))


@given(days, st.sampled_from(["", "month", "day"]))
def test_canonical_shown_parsed_is_the_identity(day: datetime.date, unknown: str) -> None:
    year, month, day_of_month = day.isoformat().split("-")
    if unknown:
        day_of_month = "00"
    if unknown == "month":
        month = "00"
    canonical = f"{year}-{month}-{day_of_month}"
    assert parse(DATE, show(DATE, canonical)).value == canonical
    assert parse(DATE, canonical).value == canonical


@given(days)
def test_neighbouring_days_never_share_a_way_of_writing(day: datetime.date) -> None:
    following = day + datetime.timedelta(days=1)
    assert show(DATE, day.isoformat()) != show(DATE, following.isoformat())


@given(st.text(max_size=12))
def test_no_text_makes_the_parser_fail(raw: str) -> None:
    parsed = parse(DATE, raw)
    assert parsed.value or parsed.findings or not raw.strip()
