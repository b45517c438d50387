"""Digits and nothing else, as in comb boxes."""

from __future__ import annotations

from forms.definition import Field
from forms.kinds.base import Parsed, found, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    value = without_spaces(raw)
    odd = [sign for sign in value if sign not in DIGITS]
    if odd:
        return refused(field, "digits.character", seen=raw, character=odd[0])
    if field.comb and len(value) > field.comb.cells:
        return Parsed(
            value, (found(field, "digits.too_many", length=str(len(value)), most=str(field.comb.cells)),)
        )
    return Parsed(value)


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS
