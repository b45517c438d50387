"""Free text: composed and of one width, nothing else."""

from __future__ import annotations

import unicodedata

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import one_width


def parse(field: Field, raw: str) -> Parsed:
    value = one_width(raw)
    odd = [sign for sign in value if unicodedata.category(sign) in {"Cc", "Co", "Cs", "Cn"}]
    return refused(field, "text.character", seen=raw, character=odd[0]) if odd else Parsed(value)


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return None
