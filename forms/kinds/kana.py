"""The reading of a name: full-width katakana, surname and given name divided by one U+3000.

Hiragana becomes katakana sign by sign, which loses nothing. Latin letters are kept with a warning: foreign
residents write them here too.
"""

from __future__ import annotations

import jaconv

from forms.definition import Field
from forms.facts import Severity
from forms.kinds.base import Parsed, found, refused
from forms.writing import KATAKANA, SPACE, is_latin, one_width


def parse(field: Field, raw: str) -> Parsed:
    value = jaconv.hira2kata(one_width(raw)).replace(" ", SPACE)
    if is_latin(value):
        return Parsed(value.replace(SPACE, " "), (found(field, "kana.latin", Severity.WARNING, seen=raw),))
    odd = [sign for sign in value if sign not in KATAKANA and sign != SPACE]
    if odd:
        return refused(field, "kana.character", seen=raw, character=odd[0])
    return Parsed(value)


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return KATAKANA | {SPACE}
