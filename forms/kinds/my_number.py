"""An individual number (個人番号): twelve digits with a check digit."""

from __future__ import annotations

from forms.checkdigits import my_number_check_digit
from forms.definition import Field
from forms.kinds.base import Parsed, found, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    """A wrong check digit leaves the value standing, so that a person can compare it with the paper."""
    value = without_spaces(raw)
    if any(sign not in DIGITS for sign in value):
        return refused(field, "my_number.character")
    if len(value) != 12:
        return refused(field, "my_number.length", length=str(len(value)))
    if my_number_check_digit(value[:11]) != int(value[11]):
        return Parsed(value, (found(field, "my_number.check_digit"),))
    return Parsed(value)


def show(field: Field, value: str) -> str:
    return " ".join((value[:4], value[4:8], value[8:]))


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS
