"""An amount of yen: digits only, without separators."""

from __future__ import annotations

import re

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    match = re.fullmatch(
        r"(?:金|[¥￥\\])?(\d{1,3}(?:,\d{3})+|\d+)(?:円|円也|-)?", without_spaces(raw), re.ASCII
    )
    if match is None:
        return refused(field, "amount.shape", seen=raw)
    return Parsed(match[1].replace(",", ""))


def show(field: Field, value: str) -> str:
    return f"{int(value):,}円"


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS | frozenset(",円¥金-")
