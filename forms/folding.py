"""Foldings for comparing only: what they return is never stored and never shown (design, law 4)."""

from __future__ import annotations

import re

from forms.variants import GROUPS
from forms.writing import one_width

_FIRST_GLYPH = {ord(glyph): group[0] for group in reversed(GROUPS) for glyph in group if len(glyph) == 1}
_KANJI_DIGITS = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL_KE = str.maketrans(
    {"ヶ": "ケ", "ヵ": "カ", "ガ": "ケ", "が": "ケ", "ケ": "ケ", "之": "ノ", "の": "ノ"}
)
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def folded_name(text: str) -> str:
    """A name without spaces, selectors and differences of glyph: 髙橋 花子 compares with 高橋花子."""
    return _SELECTORS.sub("", one_width(text)).replace(" ", "").translate(_FIRST_GLYPH)


def folded_address(text: str) -> str:
    """An address without spaces, 大字 and 字; ヶ and が are one sign, numbers are digits (二丁目 → 2-)."""
    text = _SELECTORS.sub("", one_width(text)).replace(" ", "").translate(_FIRST_GLYPH).translate(_SMALL_KE)
    text = re.sub(
        r"[〇一二三四五六七八九十]+(?=丁目|番|号|-|地割|条|線)", lambda match: str(_number(match[0])), text
    )
    text = re.sub(r"大字|(?<=[市区町村])字", "", text)
    return re.sub(r"丁目|番地ノ?|番|号$", "-", text).rstrip("-")


def _number(kanji: str) -> int:
    """The number that kanji below one hundred write: 二十三 is 23."""
    if "十" not in kanji:
        return int("".join(str(_KANJI_DIGITS[sign]) for sign in kanji))
    tens, _, ones = kanji.partition("十")
    return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
