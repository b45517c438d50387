"""A Japanese telephone number: ten or eleven digits, the first a 0."""

from __future__ import annotations

import re

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    value = re.sub(r"[-()ー]", "", without_spaces(raw))
    if not re.fullmatch(r"0\d{9,10}", value, re.ASCII):
        return refused(field, "phone.shape", seen=raw)
    return Parsed(value)


def show(field: Field, value: str) -> str:
    """Divided where the number itself tells how: mobile and IP telephones, 0120, Tokyo and Osaka."""
    if len(value) == 11:
        return f"{value[:3]}-{value[3:7]}-{value[7:]}"
    if value.startswith("0120"):
        return f"{value[:4]}-{value[4:7]}-{value[7:]}"
    return f"{value[:2]}-{value[2:6]}-{value[6:]}" if value[1] in "36" else value


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS | frozenset("-()")
