"""A definition in plain Japanese, and every way of not fitting in words."""

from __future__ import annotations

import pytest

from forms.definition import FormDefinition
from robots.checking import Lack, Misfit
from robots.definition import load_target
from robots.places import Locator
from robots.prints import Change, Difference
from robots.telling import any_row, difference_words, misfit_words, place_words, told
from tests.robots.conftest import CONFIG

TARGET = load_target(CONFIG / "targets" / "rehearsal.yaml")


def test_everything_that_is_typed_is_told(forms: dict[str, FormDefinition]) -> None:
    text = told(TARGET, forms)
    for form in TARGET.forms.values():
        for page in form.pages:
            for mapped in page.places():
                assert any_row(f"「{mapped.named or mapped.shown_as}」") in text
    assert "ボタン「登録」を1回だけ押す。画面「登録完了」を待つ。" in text
    assert "himitsu" not in text


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"button": "登録"}, "ボタン「登録」"),
        ({"label": "住所", "within": "新"}, "「新」の中の「住所」の欄"),
        ({"cell": {"table": "世帯", "column": "氏名", "row": "2"}}, "表「世帯」の2行目「氏名」の欄"),
        ({"cell": {"table": "世帯", "column": "氏名"}}, "表「世帯」の各行目「氏名」の欄"),
    ],
)
def test_places_in_words(place: dict[str, object], words: str) -> None:
    assert place_words(Locator.model_validate(place)) == words


@pytest.mark.parametrize("lack", Lack)
def test_every_lack_says_what_to_do(lack: Lack) -> None:
    words = misfit_words(Misfit(lack, "ido_1", "label 異動年月日", "2"), TARGET)
    assert words.startswith("画面「異動届入力(1/4) 届出情報」: ")
    assert "{" not in words


@pytest.mark.parametrize("change", Change)
def test_every_change_has_words(change: Change) -> None:
    words = difference_words(Difference(change, "box", "氏名", "20", ""))
    assert words.startswith("欄「氏名」: ")
    assert "{" not in words
