"""A form in words."""

from __future__ import annotations

import json

import pytest

from forms.definition import FormDefinition, Kind
from forms.library import FormLibrary
from forms.listing import KIND_WORDS, RULE_WORDS, explained, field_list
from forms.rules import FIELD_RULES, SHEET_RULES


def test_every_kind_and_every_rule_has_words() -> None:
    assert set(KIND_WORDS) == set(Kind)
    assert set(RULE_WORDS) == {*FIELD_RULES, *SHEET_RULES}


@pytest.mark.parametrize("name", ["ido_todoke", "juminhyo_kofu"])
def test_the_explanation_names_every_field(library: FormLibrary, name: str) -> None:
    form = library.get(name)
    words = explained(form)
    assert words.startswith(f"{form.title}（{name} 第1版）")
    for field in form.single_fields:
        assert f"{field.label}（{field.id}）" in words
    for table in form.tables:
        for field in table.fields:
            assert f"（{table.id}.n.{field.id}）" in words


def test_policies_and_conditions_are_said(ido: FormDefinition) -> None:
    words = explained(ido)
    assert "届出の種類が転入・転居・転出のとき必須" in words
    assert "個人番号（persons.n.my_number）: 個人番号、12マス、画像だけを見て入力" in words
    assert "受付印（office_received）: 押印、市役所記入欄" in words


def test_fields_are_listed_with_boxes_in_mm(ido: FormDefinition) -> None:
    listed = {field["id"]: field for field in json.loads(json.dumps(field_list(ido)))}
    assert len(listed) == len(ido.fields) == 96
    postal = listed["new_postal_code"]
    assert (postal["kind"], postal["page"], len(postal["cells_mm"])) == ("postal_code", 1, 7)
    assert set(postal["box_mm"]) == {"x", "y", "width", "height"}
    born = listed["persons.3.birth_date"]
    assert [option["value"] for option in born["options"]] == ["明治", "大正", "昭和", "平成", "令和"]
    assert set(born["parts_mm"]) == {"year", "month", "day"}
