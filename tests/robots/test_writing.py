"""A value in the writing that a target takes, and what is done about what it cannot hold."""

from __future__ import annotations

from typing import Any

import pytest

from forms.definition import Field, FormDefinition
from robots.comparing import canonical
from robots.definition import TargetDefinition, load_target
from robots.errors import DefinitionGapError, RecordUnfitError
from robots.fields import FieldMap
from robots.formats import keystrokes, typed
from robots.plan import plan
from robots.writing import written_date
from tests.robots.conftest import CONFIG
from tests.robots.records import ido, kofu

TARGET = load_target(CONFIG / "targets" / "rehearsal.yaml")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{era}{year}年{month}月{day}日", "昭和60年5月7日"),
        ("{e}{yy}.{mm}.{dd}", "S60.05.07"),
        ("{yyyy}-{mm}-{dd}", "1985-05-07"),
        ("{yyyy}{mm}{dd}", "19850507"),
    ],
)
def test_dates_in_one_box(pattern: str, text: str) -> None:
    assert written_date(pattern, "1985-05-07") == text


def test_a_date_before_the_eras_has_no_era() -> None:
    assert written_date("{yyyy}/{mm}", "1860-01-01") == "1860/01"
    with pytest.raises(DefinitionGapError):
        written_date("{era}{year}", "1860-01-01")


FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"text": "x", "as": "half_width"}, "中央２－１", "中央2-1"),
    ({"text": "x", "as": "katakana"}, "やまだ ﾊﾅｺ", "ヤマダ ハナコ"),
    ({"text": "x", "as": "hiragana"}, "ヤマダ", "やまだ"),
    ({"text": "x", "as": "digits_only"}, "042-754-1111", "0427541111"),
    ({"text": "x", "written": "{e}{yy}{mm}{dd}"}, "2019-05-01", "R010501"),
    ({"checkbox": "x", "when": "同一世帯員"}, "同一世帯員", "1"),
    ({"checkbox": "x", "when": "同一世帯員"}, "", ""),
]


@pytest.mark.parametrize(("mapped", "value", "text"), FIELDS)
def test_writings(mapped: dict[str, Any], value: str, text: str) -> None:
    (stroke,) = keystrokes(TARGET, FieldMap.model_validate(mapped), value)
    assert stroke.text == text


LACKING: list[tuple[dict[str, Any], str, str, int, str]] = [
    ({"set": "cp932"}, "髙﨑", "髙﨑", 0, ""),
    ({"set": "jis_x_0208"}, "髙田", "髙田", 0, "「髙」"),
    ({"set": "cp932"}, "𠮷田", "𠮷田", 0, "「𠮷」"),
    ({"set": "jis_x_0208", "missing": "geta"}, "髙﨑", "〓〓", 2, ""),
    ({"set": "jis_x_0208", "missing": "replace", "replacements": {"髙": "高"}}, "髙田", "高田", 1, ""),
    ({"set": "jis_x_0208", "missing": "replace", "replacements": {"髙": "高"}}, "髙﨑", "髙﨑", 0, "「﨑」"),
    ({"set": "unicode"}, "𠮷田", "𠮷田", 0, ""),
    ({"set": "jis_x_0208"}, "ﾔﾏﾀﾞ", "ﾔﾏﾀﾞ", 0, ""),
]


@pytest.mark.parametrize(("characters", "value", "text", "replaced", "refused"), LACKING)
def test_characters_that_a_target_lacks(
    characters: dict[str, Any], value: str, text: str, replaced: int, refused: str
) -> None:
    mapped = FieldMap.model_validate({"text": "氏名", "characters": characters})
    written = typed(TARGET, mapped, value)
    assert (written.text, written.replaced) == (text, replaced)
    assert refused in written.refused
    assert bool(written.refused) == bool(refused)


@pytest.mark.parametrize("characters", [{"missing": "replace"}, {"replacements": {"髙": "高"}}])
def test_a_way_for_missing_characters_is_whole(characters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="go together"):
        FieldMap.model_validate({"text": "氏名", "characters": characters})


def changed(form: str, page: int, field: str, **more: Any) -> TargetDefinition:
    """The shipped definition with more said about one field."""
    data = TARGET.model_dump(by_alias=True, mode="json", exclude_none=True)
    data["forms"][form]["pages"][page]["fields"][field] |= more
    return TargetDefinition.model_validate(data)


def test_all_that_does_not_fit_is_named_at_once(forms: dict[str, FormDefinition]) -> None:
    target = TargetDefinition.model_validate(
        changed("juminhyo_kofu", 0, "applicant_name", max_length=4).model_dump(by_alias=True)
        | {"characters": {"set": "cp932"}}
    )
    with pytest.raises(RecordUnfitError) as raised:
        plan(target, forms["juminhyo_kofu"], kofu(subject_name="𠮷田　道"))
    first, second = raised.value.words.splitlines()
    assert first.endswith("5文字あり、4文字までの欄に入りません。")
    assert "「𠮷」が含まれています" in second
    assert "山口" not in str(raised.value)


def test_a_replaced_character_is_expected_and_noted(forms: dict[str, FormDefinition]) -> None:
    way = {"set": "jis_x_0208", "missing": "replace", "replacements": {"髙": "高"}}
    target = changed("juminhyo_kofu", 0, "applicant_name", characters=way)
    laid = plan(target, forms["juminhyo_kofu"], kofu(applicant_name="髙田　涼子"))
    one = next(placed for placed in laid.placed if placed.field.id == "applicant_name")
    assert (one.value, one.expected) == ("髙田　涼子", "高田　涼子")
    assert laid.note.count("\n") == 0
    assert "1文字は、業務システムにないため置き換えて入力しました" in laid.note


def test_more_people_than_the_screen_has_rows(forms: dict[str, FormDefinition]) -> None:
    data = TARGET.model_dump(by_alias=True, mode="json", exclude_none=True)
    data["forms"]["ido_todoke"]["pages"][2]["tables"]["persons"]["most_rows"] = 4
    with pytest.raises(RecordUnfitError) as raised:
        plan(TargetDefinition.model_validate(data), forms["ido_todoke"], ido(5))
    assert raised.value.words == "業務システムの画面には4行までしか入力できません。"


def test_rows_are_added_as_the_household_needs(forms: dict[str, FormDefinition]) -> None:
    data = TARGET.model_dump(by_alias=True, mode="json", exclude_none=True)
    persons = data["forms"]["ido_todoke"]["pages"][2]["tables"]["persons"]
    persons |= {"rows_there": 1, "add_row": {"button": "行の追加"}}
    target = TargetDefinition.model_validate(data)
    added = [times for rows in (1, 3) for _, times in laid_rows(target, forms, rows)]
    assert added == [0, 2]


def laid_rows(target: TargetDefinition, forms: dict[str, FormDefinition], rows: int) -> Any:
    return plan(target, forms["ido_todoke"], ido(rows)).pages[2].rows_to_add


@pytest.mark.parametrize(
    ("kind", "mapped", "shown", "value"),
    [
        ("kana", {"text": "x", "as": "hiragana"}, "やまだ　はなこ", "ヤマダ　ハナコ"),
        ("postal_code", {"text": "x", "as": "digits_only"}, "2520231", "252-0231"),
        ("date", {"text": "x", "written": "{e}{yy}.{mm}.{dd}"}, "S60.05.07", "1985-05-07"),
        ("date", {"text": "x", "written": "{yyyy}-{mm}-{dd}"}, "1985-05-07", "1985-05-07"),
        ("date", {"text": "x", "written": "{yyyy}{mm}{dd}"}, "19850507", "1985-05-07"),
        ("text", {"checkbox": "x", "when": "要", "options": {"要": "はい", "": "いいえ"}}, "いいえ", ""),
        ("text", {"checkbox": "x", "when": "要", "options": {"要": "はい", "": "いいえ"}}, "はい", "要"),
    ],
)
def test_what_was_typed_comes_back(kind: str, mapped: dict[str, Any], shown: str, value: str) -> None:
    field = Field.model_validate({"id": "f", "kind": kind, "label": "f", "box": [0, 0, 1, 1]})
    assert canonical(field, FieldMap.model_validate(mapped), shown, "、") == value
