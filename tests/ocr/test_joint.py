"""What fields say of each other: alternatives gain, clear pixels stay, nothing is lost."""

import pytest

from forms.definition import FormDefinition
from forms.facts import Alternative
from ocr.evidence import Evidence, Signs
from ocr.joint import areas_for, joined, postal_weight, respaced

HERE = "神奈川県相模原市中央区中央2-11-15"


def seen_as(*texts: tuple[str, float], support: float = 0.5) -> Evidence:
    """A field read in these ways, with these probabilities."""
    alternatives = tuple(Alternative(text, probability) for text, probability in texts)
    signs = Signs(probability=texts[0][1], weakest=texts[0][1], support=support)
    return Evidence(texts[0][0], False, "ppocr", signs, alternatives)


BLANK = Evidence("", True, "ppocr", Signs())
NUMBER, WRONG_NUMBER = "983205673214", "983205673274"


@pytest.mark.parametrize(
    ("field", "fields", "wins"),
    [
        (
            "new_postal_code",
            {"new_postal_code": [("2520238", 0.6), ("2520239", 0.4)], "new_address": [(HERE, 0.9)]},
            "2520239",
        ),
        (
            "new_address",
            {
                "new_address": [("神奈川県相模原市中央区中火2-11-15", 0.6), (HERE, 0.4)],
                "new_postal_code": [("2520239", 0.99)],
            },
            HERE,
        ),
        (
            "persons.1.name",
            {
                "persons.1.name": [("相厚 花子", 0.7), ("相原花子", 0.25)],
                "persons.1.kana": [("アイハラ ハナコ", 0.9)],
            },
            "相原 花子",
        ),
        (
            "persons.1.kana",
            {
                "persons.1.kana": [("アイ八ラハナコ", 0.5), ("アイハラハナコ", 0.4)],
                "persons.1.name": [("相原 花子", 0.9)],
            },
            "アイハラハナコ",
        ),
        ("persons.1.my_number", {"persons.1.my_number": [(WRONG_NUMBER, 0.7), (NUMBER, 0.25)]}, NUMBER),
        (
            "new_head",
            {
                "new_head": [("相厚花子", 0.6), ("相原花子", 0.3)],
                "persons.2.relation": [("世帯主", 1.0)],
                "persons.2.name": [("相原花子", 0.95)],
            },
            "相原花子",
        ),
        (
            "notified_on",
            {
                "moved_on": [("令和7年3月20日", 0.99)],
                "notified_on": [("令和1年4月1日", 0.5), ("令和7年4月1日", 0.4)],
            },
            "令和7年4月1日",
        ),
        (
            "persons.1.birth_date",
            {"persons.1.birth_date": [("昭和50年2月30日", 0.6), ("昭和50年2月20日", 0.3)]},
            "昭和50年2月20日",
        ),
    ],
)
def test_what_the_others_bear_out_wins_among_close_alternatives(
    notice: FormDefinition, field: str, fields: dict[str, list[tuple[str, float]]], wins: str
) -> None:
    seen = {field_id: seen_as(*texts) for field_id, texts in fields.items()}
    found = joined(notice, seen)[field]
    assert found.raw == wins
    assert found.signs.support >= 0.5
    assert found.signs.agreement == 0, "the first look said otherwise"
    assert {a.text for a in seen[field].alternatives[:1]} <= {a.text for a in found.alternatives}
    before, after = (sum(a.probability for a in e.alternatives) for e in (seen[field], found))
    assert after == pytest.approx(before)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("persons.1.my_number", {"persons.1.my_number": [(WRONG_NUMBER, 0.995), (NUMBER, 0.004)]}),
        (
            "new_postal_code",
            {"new_postal_code": [("2520303", 0.995), ("2520239", 0.003)], "new_address": [(HERE, 0.99)]},
        ),
        (
            "persons.1.kana",
            {
                "persons.1.kana": [("スズキイチロウ", 0.995), ("アイハラハナコ", 0.001)],
                "persons.1.name": [("相原花子", 0.99)],
            },
        ),
    ],
)
def test_what_is_clearly_written_stays_and_loses_support(
    notice: FormDefinition, field: str, fields: dict[str, list[tuple[str, float]]]
) -> None:
    seen = {field_id: seen_as(*texts) for field_id, texts in fields.items()}
    found = joined(notice, seen)[field]
    assert found.raw == fields[field][0][0]
    assert found.signs.support < 0.5


def test_fields_that_stand_alone_are_left_as_they_are(notice: FormDefinition) -> None:
    seen = {
        "notifier_phone": seen_as(("09012345678", 0.9)),
        "new_address": BLANK,
        "new_postal_code": seen_as(("2520239", 0.9)),
        "persons.1.name": seen_as(("NGUYEN VAN AN", 0.9)),
        "persons.1.kana": seen_as(("グエンバンアン", 0.9)),
    }
    assert joined(notice, seen) == seen


@pytest.mark.parametrize(
    ("code", "address", "sign"),
    [
        ("2520239", HERE, 1),
        ("2520239", "相模原市中央区中央2-11-15", 1),
        ("2520239", "相模原市中央区大字中央2", 1),
        ("2520303", HERE, -1),
        ("0600041", HERE, -1),
        ("9999999", HERE, -1),
        ("2520239", "新住所と同じ", 0),
        ("25_0239", "大韓民国ソウル特別市", 0),
    ],
)
def test_postal_codes_and_addresses(code: str, address: str, sign: int) -> None:
    weight = postal_weight(code, address)
    assert (weight > 0) - (weight < 0) == sign


def test_rules_say_which_code_belongs_to_an_address(notice: FormDefinition) -> None:
    seen = {"new_postal_code": seen_as(("2520239", 0.9))}
    assert [area.town for area in areas_for(notice, notice.field("new_address"), seen)] == ["中央"]
    assert areas_for(notice, notice.field("old_address"), seen) == ()


def test_spaces_move_with_the_text() -> None:
    assert respaced("相原花子", "相厚 花子") == "相原 花子"
    assert respaced("林花子", "相厚 花子") == "林花子"
