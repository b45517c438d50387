"""A postal code: ``252-0231``."""

from __future__ import annotations

import re

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import DIGITS, without_spaces


def parse(field: Field, raw: str) -> Parsed:
    match = re.fullmatch(r"〒?(\d{3})-?(\d{4})", without_spaces(raw), re.ASCII)
    if match is None:
        return refused(field, "postal_code.shape", seen=raw)
    return Parsed(f"{match[1]}-{match[2]}")


def show(field: Field, value: str) -> str:
    return f"〒{value}"


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS | {"-"}
