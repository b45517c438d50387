"""Boxes to tick: option values in option order, joined by a comma."""

from __future__ import annotations

from forms.definition import Field
from forms.kinds.base import Parsed, found, refused


def parse(field: Field, raw: str) -> Parsed:
    """Two ticks where one is asked for leave no value: which of them is meant is for a person to say."""
    wanted = [part.strip() for part in raw.split(",") if part.strip()]
    unknown = [part for part in wanted if field.option(part) is None]
    if unknown:
        return refused(field, "ticks.unknown", seen=unknown[0])
    values = [option.value for option in field.options if option.value in wanted]
    if len(values) > 1 and not field.multiple:
        return Parsed("", (found(field, "ticks.more_than_one", seen="、".join(values)),))
    return Parsed(",".join(values))


def show(field: Field, value: str) -> str:
    return "、".join(part for part in value.split(",") if part)


def alphabet(field: Field) -> frozenset[str] | None:
    return frozenset("".join(option.value for option in field.options)) | {","}
