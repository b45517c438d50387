"""The characters that each field may hold, as columns of the recognition model."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache

from forms.definition import Field, Kind
from forms.kinds import alphabet
from ocr.context import COLLAPSED
from ocr.decode import Alphabet

HYPHENS = "-‐‑‒–—―−－"
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_LOOK_ALIKES_ARE_ONE = frozenset({Kind.KANA, Kind.NAME, Kind.ADDRESS, Kind.TEXT})
"""Kinds whose look-alikes are told apart by their neighbours; in furigana only the katakana can be meant."""

_ADDRESS_SIGNS = frozenset("-()&'.,#ー々〆ヶヵ・")
LATIN = frozenset(string.ascii_uppercase + "-'.")
"""What names are written with on residence cards."""

_HARDLY_WRITTEN = frozenset("(),'.円¥金")
"""A number or a Latin name with one of these is left to the large model."""

_RARE = -2.0
"""Log probability of a kanji of the second level of JIS X 0208, relative to one of the first."""

_SIGN, _THIN_LATIN = -3.0, -4.0
"""Signs are rare between words, and so are Latin letters that look like a 1."""


def _rows(first: int, last: int) -> frozenset[str]:
    """The characters of some rows (1 to 94) of JIS X 0208."""
    pairs = (bytes((0xA0 + row, 0xA0 + cell)) for row in range(first, last + 1) for cell in range(1, 95))
    return frozenset(text for pair in pairs if (text := pair.decode("euc_jp", errors="ignore")))


@cache
def kanji() -> frozenset[str]:
    """The kanji of JIS X 0208: glyphs that are used in China only are not among them."""
    return _rows(16, 84)


@cache
def words() -> frozenset[str]:
    """What names of people are written with in Japanese: kanji, both kana, and a few signs."""
    return kanji() | _rows(4, 5) | frozenset("々〆ヶー・")


@cache
def anything() -> frozenset[str]:
    """What addresses and free text are written with."""
    return words() | _ADDRESS_SIGNS | frozenset(string.ascii_letters + string.digits)


@cache
def rarity() -> dict[str, float]:
    """Expectations that need no knowledge of the field: old forms, rare kanji, small kana."""
    return {
        **dict.fromkeys(_rows(48, 84), _RARE),
        **dict.fromkeys("ァィゥェォッヮヵヶ", _RARE),
        **dict.fromkeys("()&'.,#", _SIGN),
        **dict.fromkeys("Il", _THIN_LATIN),
    }


def characters_of(field: Field) -> frozenset[str]:
    """The characters that a field may hold, as its kind says; spaces are told by their width alone."""
    own = alphabet(field)
    if own is None:
        return (words() if field.kind is Kind.NAME else anything()) - set(COLLAPSED)
    return own - {"\u3000"}


class Alphabets:
    """Alphabets over one model's columns; equal ones are shared, since each looks through all columns."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._columns = columns
        self._kept: dict[tuple[frozenset[str], Kind], Alphabet] = {}

    def know(self, characters: frozenset[str]) -> bool:
        """Whether the model can write all of these characters, signs aside that hardly anybody writes."""
        return all(character in self._columns for character in characters - _HARDLY_WRITTEN)

    def named(self, characters: frozenset[str], kind: Kind) -> Alphabet:
        """The alphabet of these characters."""
        key = (characters, kind)
        if key not in self._kept:
            twins = self._twins(characters, kind)
            self._kept[key] = Alphabet(self._columns, characters, twins, rarity())
        return self._kept[key]

    def _twins(self, characters: frozenset[str], kind: Kind) -> dict[str, str]:
        """Characters of the model that are read as one of the alphabet: other widths, other hyphens."""
        twins = {wide: narrow for wide, narrow in _WIDE.items() if narrow in characters}
        twins |= dict.fromkeys(HYPHENS, "-" if "-" in characters else "ー")
        if kind in _LOOK_ALIKES_ARE_ONE:
            twins |= COLLAPSED
        return {twin: own for twin, own in twins.items() if twin not in characters}
