"""The kinds of fields: parse what was written, show what is kept, name the characters that may occur.

``parse`` never repairs: ``1O5`` is not 15 but a finding. Full-width digits become half-width: that loses
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from forms.definition import Field, Kind
from forms.facts import Finding
from forms.kinds import (
    address,
    amount,
    circle,
    date,
    digits,
    kana,
    municipality_code,
    my_number,
    name,
    phone,
    postal_code,
    relation,
    residence_card,
    stamp,
    text,
    ticks,
)
from forms.kinds.base import KindModule, Parsed, found

__all__ = ["KINDS", "Parsed", "alphabet", "parse", "show"]

KINDS: Mapping[Kind, KindModule] = {
    Kind.NAME: name,
    Kind.KANA: kana,
    Kind.DATE: date,
    Kind.POSTAL_CODE: postal_code,
    Kind.ADDRESS: address,
    Kind.PHONE: phone,
    Kind.DIGITS: digits,
    Kind.AMOUNT: amount,
    Kind.MY_NUMBER: my_number,
    Kind.RESIDENCE_CARD: residence_card,
    Kind.MUNICIPALITY_CODE: municipality_code,
    Kind.TICKS: ticks,
    Kind.CIRCLE: circle,
    Kind.STAMP: stamp,
    Kind.RELATION: relation,
    Kind.TEXT: text,
}


def parse(field: Field, raw: str) -> Parsed:
    """The canonical value of what was written, with findings; a canonical value parses to itself."""
    if not raw.strip():
        return Parsed("")
    parsed = KINDS[field.kind].parse(field, raw)
    return Parsed(parsed.value, parsed.findings + _too_long(field, parsed.value))


def show(field: Field, value: str) -> str:
    """The canonical value in Japanese for people to read; "" stays ""."""
    return KINDS[field.kind].show(field, value) if value else ""


def alphabet(field: Field) -> frozenset[str] | None:
    """The characters that may occur in the field as written; None when nearly any may."""
    return KINDS[field.kind].alphabet(field)


def _too_long(field: Field, value: str) -> tuple[Finding, ...]:
    if field.max_length is None or len(value) <= field.max_length:
        return ()
    return (found(field, "value.too_long", length=str(len(value)), most=str(field.max_length)),)
