"""A person's name: surname and given name divided by one U+3000, glyph variants as written.

A name in Latin letters (as on a residence card) keeps its words apart by U+0020.
"""

from __future__ import annotations

import unicodedata

from forms.definition import Field
from forms.facts import Severity
from forms.kinds.base import Parsed, found, refused
from forms.variants import with_variants
from forms.writing import SPACE, is_latin, one_width

SIGNS_IN_NAMES = frozenset("ー・々〆ヶ'’.,- ")


def parse(field: Field, raw: str) -> Parsed:
    value = one_width(raw)
    odd = [sign for sign in value if not _allowed(sign)]
    if odd:
        return refused(field, "name.character", seen=raw, character=odd[0])
    if not is_latin(value):
        value = value.replace(" ", SPACE)
    variants = with_variants(value)
    if not variants:
        return Parsed(value)
    return Parsed(value, (found(field, "name.variant", Severity.NOTICE, characters="、".join(variants)),))


def _allowed(sign: str) -> bool:
    return sign in SIGNS_IN_NAMES or unicodedata.category(sign)[0] in {"L", "M"}


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return None
