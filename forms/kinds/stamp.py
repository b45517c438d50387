"""Whether a stamp is there: ``1``, or nothing."""

from __future__ import annotations

from forms.definition import Field
from forms.kinds.base import Parsed, refused
from forms.writing import without_spaces


def parse(field: Field, raw: str) -> Parsed:
    return Parsed("1") if without_spaces(raw) == "1" else refused(field, "stamp.unknown", seen=raw)


def show(field: Field, value: str) -> str:
    return "押印あり"


def alphabet(field: Field) -> frozenset[str] | None:
    return frozenset("1")
