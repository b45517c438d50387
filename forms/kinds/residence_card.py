"""The number of a residence card (在留カード): two letters, eight digits, two letters."""

from __future__ import annotations

import re

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import DIGITS, LATIN_CAPITALS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    value = without_spaces(raw).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{8}[A-Z]{2}", value, re.ASCII):
        return refused(field, "residence_card.shape", seen=raw)
    return Parsed(value)


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS | LATIN_CAPITALS
