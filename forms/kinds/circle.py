"""Printed words of which one is circled: its option value."""

from __future__ import annotations

from forms.definition import Field
from forms.kinds.base import Parsed, refused


def parse(field: Field, raw: str) -> Parsed:
    wanted = [part.strip() for part in raw.split(",") if part.strip()]
    unknown = [part for part in wanted if field.option(part) is None]
    if unknown:
        return refused(field, "circle.unknown", seen=unknown[0])
    if len(set(wanted)) > 1:
        return refused(field, "circle.more_than_one", seen="、".join(wanted))
    return Parsed(wanted[0])


def show(field: Field, value: str) -> str:
    return value


def alphabet(field: Field) -> frozenset[str] | None:
    return frozenset("".join(option.value for option in field.options))
