"""What the rehearsal target takes and refuses, item by item."""

from __future__ import annotations

import pytest

from rehearsal.target.calendar import ImpossibleDateError, held_date
from rehearsal.target.checks import held_values, my_number_passes, page_refusals
from rehearsal.target.forms import IDO, KOFU
from rehearsal.target.screens import Page

NOTICE, ADDRESSES, PERSONS, NOTIFIER = IDO.pages
PERSON = {
    "persons.1.kana": "ｵｵﾔﾏ ｾｲｼﾞ",
    "persons.1.name": "大山　誠司",
    "persons.1.birth_date.era": "昭和",
    "persons.1.birth_date.year": "60",
    "persons.1.birth_date.month": "5",
    "persons.1.birth_date.day": "17",
    "persons.1.sex": "男",
    "persons.1.relation": "世帯主",
}


@pytest.mark.parametrize(
    ("page", "given", "words"),
    [
        (PERSONS, {}, ()),
        (PERSONS, {"persons.1.kana": ""}, ("E001 「1人目のカナ氏名」を入力してください。",)),
        (
            PERSONS,
            {"persons.1.kana": "オオヤマ"},
            ("E003 「1人目のカナ氏名」は半角カナで入力してください。",),
        ),
        (
            PERSONS,
            {"persons.1.kana": "ｱ" * 61},
            ("E004 「1人目のカナ氏名」は60文字以内で入力してください。",),
        ),
        (
            PERSONS,
            {"persons.1.name": "𠮷田　誠司"},
            ("E005 「1人目の氏名」に使用できない文字「𠮷」が含まれています。",),
        ),
        (PERSONS, {"persons.1.name": "髙﨑　誠司"}, ()),
        (PERSONS, {"persons.1.name": "Ohyama"}, ("E008 「1人目の氏名」は全角で入力してください。",)),
        (
            PERSONS,
            {"persons.1.birth_date.day": "32"},
            ("E002 「1人目の生年月日」の日付が正しくありません。",),
        ),
        (PERSONS, {"persons.1.birth_date.day": ""}, ("E002 「1人目の生年月日」の日付が正しくありません。",)),
        (PERSONS, {"persons.1.my_number": "983205673214"}, ()),
        (PERSONS, {"persons.1.my_number": "983205673210"}, ("E007 「1人目の個人番号」が正しくありません。",)),
        (
            PERSONS,
            {"persons.1.my_number": "98320567321O"},
            ("E006 「1人目の個人番号」は半角数字で入力してください。",),
        ),
        (
            PERSONS,
            {"persons.2.sex": "女", "persons.2.name": "大山　美月", "persons.2.relation": "妻"},
            ("E001 「2人目のカナ氏名」を入力してください。", "E001 「2人目の生年月日」を入力してください。"),
        ),
        (PERSONS, {"persons.1.sex": "他"}, ("E011 「1人目の性別」の選択が正しくありません。",)),
    ],
)
def test_refusals(page: Page, given: dict[str, str], words: tuple[str, ...]) -> None:
    assert page_refusals(page, {**PERSON, **given}) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"new_postal_code.1": "252", "new_postal_code.2": "0231"}, ()),
        (
            {"new_postal_code.1": "252", "new_postal_code.2": ""},
            ("E006 「新住所郵便番号」は半角数字で入力してください。",),
        ),
        (
            {"new_postal_code.1": "25", "new_postal_code.2": "20231"},
            ("E009 「新住所郵便番号」の桁数が正しくありません。",),
        ),
    ],
)
def test_postal_codes(given: dict[str, str], words: tuple[str, ...]) -> None:
    assert page_refusals(ADDRESSES, given) == words


def test_every_refusal_of_a_page_is_named() -> None:
    assert page_refusals(NOTIFIER, {}) == (
        "E001 「届出人氏名」を入力してください。",
        "E001 「届出人資格」を入力してください。",
    )


def test_empty_rows_are_not_held() -> None:
    held = held_values(
        IDO, {**PERSON, **notice(), "notifier_name": "大山　誠司", "notifier_capacity": "本人"}
    )
    assert held["persons.1.birth_date"] == "昭和60年05月17日"
    assert not any(name.startswith("persons.2") for name in held)


def notice() -> dict[str, str]:
    date = {"era": "令和", "year": "8", "month": "11", "day": "20"}
    dates = {f"{name}.{part}": text for name in ("notified_on", "moved_on") for part, text in date.items()}
    return {"reception_number": "T26-000001", "notice_type": "転入", **dates}


def test_several_ticks_are_held_together() -> None:
    certificates = KOFU.pages[2].items[0]
    given = {certificates.name: "世帯全員、記載事項証明", "purpose": "学校"}
    assert page_refusals(KOFU.pages[2], given) == ()


@pytest.mark.parametrize(
    ("era", "year", "month", "day", "held"),
    [
        ("昭和", "64", "1", "7", "昭和64年01月07日"),
        ("平成", "1", "1", "8", "平成01年01月08日"),
        ("令和", "8", "2", "28", "令和08年02月28日"),
        ("西暦", "1998", "11", "30", "1998年11月30日"),
        ("昭和", "19", "0", "0", "昭和19年00月00日"),
    ],
)
def test_dates_that_are_held(era: str, year: str, month: str, day: str, held: str) -> None:
    assert held_date(era, year, month, day, unknown_day=True) == held


@pytest.mark.parametrize(
    ("era", "year", "month", "day"),
    [
        ("昭和", "64", "1", "8"),
        ("平成", "31", "5", "1"),
        ("令和", "1", "4", "30"),
        ("令和", "8", "2", "30"),
        ("令和", "8", "0", "1"),
        ("令和", "", "2", "1"),
        ("令和", "八", "2", "1"),
        ("慶応", "3", "2", "1"),
    ],
)
def test_dates_that_are_refused(era: str, year: str, month: str, day: str) -> None:
    with pytest.raises(ImpossibleDateError):
        held_date(era, year, month, day, unknown_day=False)


@pytest.mark.parametrize(
    ("digits", "passes"),
    [("983205673214", True), ("983205673210", False), ("98320567321", False), ("", False)],
)
def test_my_number(digits: str, passes: bool) -> None:
    assert my_number_passes(digits) is passes
