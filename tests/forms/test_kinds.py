"""What was written becomes a canonical value, or a finding; never a repaired value."""

from __future__ import annotations

import pytest

from forms.definition import Box, Comb, Field, Kind, Option
from forms.kinds import KINDS, alphabet, parse, show

BOX = Box(x_mm=20, y_mm=20, width_mm=60, height_mm=8)


def field(kind: Kind, *options: str, **more: object) -> Field:
    chosen = tuple(Option(value=value, label=value, box=BOX) for value in options)
    return Field.model_validate(
        {"id": "f", "kind": kind, "label": "欄", "box": BOX, "options": chosen, **more}
    )


def choices(kind: Kind) -> tuple[str, ...]:
    return ("甲", "乙") if kind in {Kind.TICKS, Kind.CIRCLE} else ()


GOOD = [
    (Kind.NAME, "佐藤 健", "佐藤\u3000健"),
    (Kind.NAME, " 佐藤\u3000\u3000健 ", "佐藤\u3000健"),
    (Kind.NAME, "ＳＡＮＴＯＳ　Lina", "SANTOS Lina"),
    (Kind.NAME, "佐々木 ﾏﾘｱ", "佐々木\u3000マリア"),
    (Kind.KANA, "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ\u3000ハナコ"),
    (Kind.KANA, "やまだ はなこ", "ヤマダ\u3000ハナコ"),
    (Kind.POSTAL_CODE, "〒２５２－０２３１", "252-0231"),
    (Kind.POSTAL_CODE, "2520231", "252-0231"),
    (Kind.ADDRESS, "相模原市中央区中央２ー１１−１５", "相模原市中央区中央2-11-15"),
    (Kind.ADDRESS, "中央区 センター南 3", "中央区 センター南 3"),
    (Kind.PHONE, "042-769-8211", "0427698211"),
    (Kind.PHONE, "０９０（１２３４）５６７８", "09012345678"),
    (Kind.DIGITS, "1 2 ３", "123"),
    (Kind.AMOUNT, "金1,200円", "1200"),
    (Kind.AMOUNT, "￥３００", "300"),
    (Kind.MY_NUMBER, "9832 0567 3214", "983205673214"),
    (Kind.RESIDENCE_CARD, "ａｂ12345678CD", "AB12345678CD"),
    (Kind.MUNICIPALITY_CODE, "141500", "141500"),
    (Kind.TICKS, "甲", "甲"),
    (Kind.CIRCLE, "乙", "乙"),
    (Kind.STAMP, "1", "1"),
    (Kind.RELATION, "妻の子", "妻の子"),
    (Kind.RELATION, "世帯主", "世帯主"),
    (Kind.TEXT, "コーポＡＢＣ　２０１", "コーポABC 201"),
    (Kind.DATE, "昭和60年5月17日", "1985-05-17"),
]

REFUSED = [
    (Kind.NAME, "佐藤 3郎", "name.character"),
    (Kind.NAME, "佐藤?", "name.character"),
    (Kind.KANA, "サ藤", "kana.character"),
    (Kind.KANA, "ヤマダ1", "kana.character"),
    (Kind.POSTAL_CODE, "252-023", "postal_code.shape"),
    (Kind.POSTAL_CODE, "25Z-0231", "postal_code.shape"),
    (Kind.PHONE, "769-8211", "phone.shape"),
    (Kind.PHONE, "O9012345678", "phone.shape"),
    (Kind.PHONE, "190123456789", "phone.shape"),
    (Kind.DIGITS, "1O5", "digits.character"),
    (Kind.DIGITS, "l2", "digits.character"),
    (Kind.DIGITS, "①", "digits.character"),
    (Kind.AMOUNT, "1,20円", "amount.shape"),
    (Kind.AMOUNT, "三百円", "amount.shape"),
    (Kind.MY_NUMBER, "98320567321", "my_number.length"),
    (Kind.MY_NUMBER, "98320567321B", "my_number.character"),
    (Kind.RESIDENCE_CARD, "AB1234567CD", "residence_card.shape"),
    (Kind.RESIDENCE_CARD, "A012345678CD", "residence_card.shape"),
    (Kind.MUNICIPALITY_CODE, "14150", "municipality_code.shape"),
    (Kind.TICKS, "丙", "ticks.unknown"),
    (Kind.TICKS, "甲,乙", "ticks.more_than_one"),
    (Kind.CIRCLE, "丙", "circle.unknown"),
    (Kind.CIRCLE, "甲,乙", "circle.more_than_one"),
    (Kind.STAMP, "x", "stamp.unknown"),
    (Kind.TEXT, "あ\ue000い", "text.character"),
    (Kind.DATE, "あした", "date.shape"),
]

KEPT_WITH_FINDING = [
    (Kind.MY_NUMBER, "983205673210", "983205673210", "my_number.check_digit"),
    (Kind.MUNICIPALITY_CODE, "141501", "141501", "municipality_code.check_digit"),
    (Kind.KANA, "Santos Lina", "Santos Lina", "kana.latin"),
    (Kind.RELATION, "友人", "友人", "relation.unusual"),
    (Kind.RELATION, "妻の世帯主", "妻の世帯主", "relation.unusual"),
    (Kind.NAME, "髙橋 健", "髙橋\u3000健", "name.variant"),
    (Kind.NAME, "山崎 健", "山崎\u3000健", "name.variant"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_what_is_right_becomes_canonical(kind: Kind, raw: str, value: str) -> None:
    parsed = parse(field(kind, *choices(kind)), raw)
    assert (parsed.value, parsed.findings) == (value, ())


@pytest.mark.parametrize(("kind", "raw", "code"), REFUSED)
def test_what_is_wrong_is_a_finding_and_no_value(kind: Kind, raw: str, code: str) -> None:
    parsed = parse(field(kind, *choices(kind)), raw)
    assert parsed.value == ""
    assert [finding.code for finding in parsed.findings] == [code]


@pytest.mark.parametrize(("kind", "raw", "value", "code"), KEPT_WITH_FINDING)
def test_what_is_doubtful_is_kept_with_a_finding(kind: Kind, raw: str, value: str, code: str) -> None:
    parsed = parse(field(kind), raw)
    assert parsed.value == value
    assert [finding.code for finding in parsed.findings] == [code]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_canonical_and_shown_text_parse_to_themselves(kind: Kind, raw: str, value: str) -> None:
    one = field(kind, *choices(kind))
    assert parse(one, value).value == value
    if kind is not Kind.STAMP:
        assert parse(one, show(one, value)).value == value


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_module_and_takes_a_blank(kind: Kind) -> None:
    one = field(kind, *choices(kind))
    assert kind in KINDS
    assert parse(one, " \u3000").value == show(one, "") == ""


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_the_alphabet_holds_every_character_of_a_canonical_value(kind: Kind, raw: str, value: str) -> None:
    characters = alphabet(field(kind, *choices(kind)))
    assert characters is None or set(value) <= characters


def test_my_number_findings_never_repeat_the_number() -> None:
    for raw in ("98320567321", "983205673210", "98320567321B"):
        (finding,) = parse(field(Kind.MY_NUMBER), raw).findings
        assert raw not in str(dict(finding.params))


def test_variants_are_kept_as_written_and_named() -> None:
    for name in (
        "髙橋\u3000健",
        "﨑山\u3000健",
        "𠮷田\u3000健",
        "邉\u3000健",
        "\ufa19山\u3000健",
        "葛󠄀城\u3000健",
    ):
        parsed = parse(field(Kind.NAME), name)
        assert parsed.value == name
        assert [finding.code for finding in parsed.findings] == ["name.variant"]


def test_ticks_keep_the_order_of_the_options() -> None:
    one = field(Kind.TICKS, "甲", "乙", "丙", multiple=True)
    assert parse(one, "丙,甲").value == "甲,丙"
    assert show(one, "甲,丙") == "甲、丙"


def test_too_long_values_are_found() -> None:
    (finding,) = parse(field(Kind.TEXT, max_length=3), "あいうえ").findings
    assert finding.code == "value.too_long"
    (finding,) = parse(field(Kind.DIGITS, comb=Comb(cells=2)), "123").findings
    assert finding.code == "digits.too_many"


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.PHONE, "09012345678", "090-1234-5678"),
        (Kind.PHONE, "0312345678", "03-1234-5678"),
        (Kind.PHONE, "0120123456", "0120-123-456"),
        (Kind.PHONE, "0427698211", "0427698211"),
        (Kind.AMOUNT, "1200", "1,200円"),
        (Kind.MY_NUMBER, "983205673214", "9832 0567 3214"),
        (Kind.POSTAL_CODE, "252-0231", "〒252-0231"),
        (Kind.STAMP, "1", "押印あり"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: Kind, value: str, shown: str) -> None:
    assert show(field(kind), value) == shown
