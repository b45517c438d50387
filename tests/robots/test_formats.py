"""Canonical values to keystrokes, and what a target shows back to canonical values."""

from __future__ import annotations

import pytest

from forms.definition import FormDefinition
from robots.browser import BrowserSettings
from robots.comparing import Shown, canonical, compare
from robots.definition import load_target
from robots.errors import DefinitionGapError, ScreenChangedError
from robots.fields import FieldMap, Format
from robots.formats import formatted, keystrokes
from robots.messages import Start, record_from_json, record_to_json, start_from_json, start_to_json
from robots.plan import plan
from tests.robots.conftest import CONFIG, OPERATOR
from tests.robots.records import ido, kofu

TARGET = load_target(CONFIG / "targets" / "rehearsal.yaml")


@pytest.mark.parametrize(
    ("how", "value", "typed"),
    [
        (Format.PLAIN, "AB12345678CD", "AB12345678CD"),
        (Format.FULL_WIDTH, "中央2-11-15 コーポ201", "中央２－１１－１５　コーポ２０１"),
        (Format.FULL_WIDTH, "NGUYEN VAN AN", "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ"),
        (Format.FULL_WIDTH, "髙﨑　一郎", "髙﨑　一郎"),
        (Format.HALF_KANA, "ヤマダ　ギイチ", "ﾔﾏﾀﾞ ｷﾞｲﾁ"),
        (Format.HALF_KANA, "パク　ヴィー", "ﾊﾟｸ ｳﾞｨｰ"),
    ],
)
def test_widths(how: Format, value: str, typed: str) -> None:
    assert formatted(how, value) == typed


@pytest.mark.parametrize(
    ("mapped", "value", "texts"),
    [
        ({"date": "生年月日"}, "1989-01-07", ["昭和", "64", "01", "07"]),
        ({"date": "生年月日"}, "1989-01-08", ["平成", "1", "01", "08"]),
        ({"date": "生年月日"}, "2019-05-01", ["令和", "1", "05", "01"]),
        ({"date": "生年月日"}, "1944-00-00", ["昭和", "19", "00", "00"]),
        ({"date": "満了日", "era": "西暦"}, "2028-03-31", ["西暦", "2028", "03", "31"]),
        ({"split": ["〒(1)", "〒(2)"], "at": "-", "shown": "〒"}, "252-0231", ["252", "0231"]),
        ({"drop_down": "区分", "options": {"同一世帯員": "世帯員"}}, "同一世帯員", ["世帯員"]),
        ({"drop_down": "区分", "options": {"同一世帯員": "世帯員"}}, "本人", ["本人"]),
        ({"checks": "目的", "options": {"その他": "他"}}, "学校,その他", ["学校", "他"]),
        ({"text": "氏名"}, "", []),
    ],
)
def test_keystrokes(mapped: dict[str, object], value: str, texts: list[str]) -> None:
    strokes = keystrokes(TARGET, FieldMap.model_validate(mapped), value)
    assert [stroke.text for stroke in strokes] == texts


def test_a_keystroke_does_not_print_what_it_types() -> None:
    (stroke,) = keystrokes(TARGET, FieldMap(text="氏名"), "大山　誠司")
    assert repr(stroke) == "Keystroke(fill label 氏名)"


@pytest.mark.parametrize(
    ("mapped", "value", "code"),
    [
        ({"split": ["〒(1)", "〒(2)"], "at": "-", "shown": "〒"}, "2520231", "definition.split"),
        ({"date": "生年月日"}, "1860-01-01", "definition.era"),
    ],
)
def test_values_without_a_way_to_write_them(mapped: dict[str, object], value: str, code: str) -> None:
    with pytest.raises(DefinitionGapError) as raised:
        keystrokes(TARGET, FieldMap.model_validate(mapped), value)
    assert raised.value.code == code
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("field", "shown", "value"),
    [
        ("applicant_birth_date", "昭和元年12月25日", "1926-12-25"),
        ("applicant_birth_date", "昭和01年12月25日", "1926-12-25"),
        ("applicant_birth_date", "昭和1年12月", "昭和1年12月"),
        ("applicant_kana", "ﾔﾏｸﾞﾁ ﾘｮｳｺ", "ヤマグチ　リョウコ"),
        ("applicant_name", "山口　涼子", "山口　涼子"),
        ("applicant_name", "髙﨑　涼子", "髙﨑　涼子"),
        ("applicant_address", "中央２－１１－１５　コーポ２０１", "中央2-11-15 コーポ201"),
        ("applicant_relation", "世帯員", "同一世帯員"),
        ("certificate", "世帯全員、記載事項証明", "世帯全員の写し,記載事項証明書"),
        ("certificate", "", ""),
        ("with_honseki", "省略する", "記載しない"),
        ("with_honseki", "不明", "不明"),
    ],
)
def test_what_is_shown_becomes_canonical(
    forms: dict[str, FormDefinition], field: str, shown: str, value: str
) -> None:
    mapped = {k: m for page in TARGET.forms["juminhyo_kofu"].pages for k, m in page.fields.items()}[field]
    assert canonical(forms["juminhyo_kofu"].field(field), mapped, shown, "、") == value


def test_a_label_that_stands_twice_proves_nothing(forms: dict[str, FormDefinition]) -> None:
    laid = plan(TARGET, forms["juminhyo_kofu"], kofu())
    one = [placed for placed in laid.placed if placed.field.id == "applicant_name"]
    pair = ("請求者情報", "請求者氏名", "山口　涼子")
    assert [check.same for check in compare(one, Shown("detail", (pair,), {}), "、")] == [True]
    for shown in ((), (pair, pair)):
        with pytest.raises(ScreenChangedError, match="請求者氏名"):
            compare(one, Shown("detail", shown, {}), "、")


def test_a_person_too_many_is_noticed(forms: dict[str, FormDefinition]) -> None:
    laid = plan(TARGET, forms["ido_todoke"], ido(1))
    second = [placed for placed in laid.placed if placed.field.id == "persons.2.name"]
    assert compare(second, Shown("detail", (), {}), "、") == ()
    (check,) = compare(second, Shown("detail", (("2人目", "氏名", "大山　美月"),), {}), "、")
    assert (check.expected, check.seen, check.same) == ("", "大山　美月", False)


def test_my_number_is_masked_in_the_comparison(forms: dict[str, FormDefinition]) -> None:
    laid = plan(TARGET, forms["ido_todoke"], ido(1))
    number = [placed for placed in laid.placed if placed.field.id == "persons.1.my_number"]
    (check,) = compare(number, Shown("detail", (("1人目", "個人番号", "983205673215"),), {}), "、")
    assert not check.same
    assert "98" not in check.expected + check.seen


def test_messages_arrive_as_they_were_sent(forms: dict[str, FormDefinition]) -> None:
    start = Start(TARGET, tuple(forms.values()), OPERATOR, BrowserSettings("/usr/bin/chromium", False))
    assert start_from_json(start_to_json(start)) == start
    record = ido(5)
    assert record_from_json(record_to_json(record)) == record
