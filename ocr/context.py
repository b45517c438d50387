"""Characters that look exactly alike: their neighbours tell which is meant, as no shape can.

The decoder therefore knows one sign for each such group (``COLLAPSED``), and ``settled`` says which it is.
"""

from __future__ import annotations

from dataclasses import replace

from ocr.decode import Decoded

_KANJI_OF = dict(zip("ニハカタロエト", "二八力夕口工卜", strict=True))
_HIRAGANA_OF = dict(zip("ヘベペ", "へべぺ", strict=True))
_RARELY_BEGINS_A_WORD = "カタロエ"
"""Between a kanji and katakana these are taken for kanji (川口ハイツ), the others for katakana (光ハイツ)."""

COLLAPSED = {
    **{kanji: katakana for katakana, kanji in _KANJI_OF.items()},
    **{hiragana: katakana for katakana, hiragana in _HIRAGANA_OF.items()},
    "一": "ー",
    "-": "ー",
}
"""Each look-alike and the sign that stands for its group while a line is decoded."""

_SIGNS = str.maketrans(COLLAPSED)


def collapsed(text: str) -> str:
    """A text as the decoder writes it, with one sign for each group of look-alikes."""
    # Most words hold no such sign; they stay the same object, of which lexicons hold many.
    return text if _SIGNS.keys().isdisjoint(map(ord, text)) else text.translate(_SIGNS)


def settled(text: str) -> str:
    """A decoded text with every look-alike as its neighbours have it: コーポ, 一郎, 2-11, 八王子."""
    found = ""
    for position, character in enumerate(text):
        found += _meant(character, found[-1:], text[position + 1 : position + 2])
    return found


def settle(decoded: Decoded) -> Decoded:
    """The same for every alternative; the number of characters stays as it is."""
    return replace(
        decoded, alternatives=tuple(replace(a, text=settled(a.text)) for a in decoded.alternatives)
    )


def _meant(character: str, before: str, after: str) -> str:
    if character == "ー":
        return _bar(before, after)
    if character in _KANJI_OF and not _katakana(before):
        begins_word = _katakana(after) and not (before and character in _RARELY_BEGINS_A_WORD)
        return character if begins_word else _KANJI_OF[character]
    if character in _HIRAGANA_OF and not _katakana(before) and not (not before and _katakana(after)):
        return _HIRAGANA_OF[character]
    return "丁" if character == "T" and after == "目" else character


def _bar(before: str, after: str) -> str:
    """A level stroke: a hyphen beside numbers and Latin, a long vowel after kana, else the kanji for one."""
    if (before.isascii() and before.isalnum()) or (after.isdigit() and not _katakana(before)):
        return "-"
    return "ー" if _katakana(before) or "ぁ" <= before <= "ゖ" else "一"


def _katakana(character: str) -> bool:
    return bool(character) and ("ァ" <= character <= "ヺ" or character == "ー")
