"""A municipality code (全国地方公共団体コード): six digits, the last a check digit."""

from __future__ import annotations

import re

from forms.checkdigits import municipality_check_digit
from forms.definition import Field
from forms.kinds.base import Parsed, found, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    value = without_spaces(raw)
    if not re.fullmatch(r"\d{6}", value, re.ASCII):
        return refused(field, "municipality_code.shape", seen=raw)
    if municipality_check_digit(value[:5]) != int(value[5]):
        return Parsed(value, (found(field, "municipality_code.check_digit", seen=value),))
    return Parsed(value)


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS
