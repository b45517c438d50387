"""Characters are kept as written; only width is folded."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.variants import DOUBTFUL, GROUPS, glyphs_of, with_variants
from forms.writing import composed, is_latin, one_width


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("ＡＢ－１２３", "AB-123"),
        ("ﾔﾏﾀﾞ", "ヤマダ"),
        ("か\u3099", "が"),
        ("  佐藤\u3000 健 ", "佐藤 健"),
        ("１−２–３", "1-2-3"),
        ("\ufa19社", "\ufa19社"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        ("髙﨑", "髙﨑"),
        ("①㈱", "①㈱"),
    ],
)
def test_width_is_folded_and_nothing_else(raw: str, kept: str) -> None:
    assert one_width(raw) == kept


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert one_width(one_width(text)) == one_width(text)


@given(st.text("神\ufa19福\ufa1b海\ufa45塚\ufa10邉辻\U000e0100"))
def test_no_ideograph_is_exchanged(text: str) -> None:
    assert composed(text) == text


def test_glyphs_are_offered_and_doubted() -> None:
    assert glyphs_of("崎")[0] == "﨑"
    assert set(glyphs_of("辺")) == {"邊", "邉"}
    assert glyphs_of("神") == ("\ufa19",)
    assert glyphs_of("田") == ()
    assert with_variants("高橋 健") == ("高",)
    assert with_variants("国広 桜") == ()


def test_every_group_holds_different_characters() -> None:
    for group in GROUPS:
        assert len(set(group)) == len(group)
        assert all(unicodedata.category(sign) == "Lo" for sign in group)
    assert "髙" in DOUBTFUL


def test_latin_names_are_told_apart() -> None:
    assert is_latin("NGUYỄN VAN-AN")
    assert not is_latin("佐藤 A")
    assert not is_latin("123")
