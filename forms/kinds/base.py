"""What every kind of field offers: parsing, showing, and the characters that it may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from forms.definition import Field
from forms.facts import Finding, Severity


@dataclass(frozen=True)
class Parsed:
    """A canonical value ("" when blank or when it does not parse) and what is to be said about it."""

    value: str
    findings: tuple[Finding, ...] = ()


class KindModule(Protocol):
    """A module of ``forms.kinds``; its functions know one kind of field."""

    def parse(self, field: Field, raw: str) -> Parsed:
        """The canonical value of what was written. ``raw`` is not blank. Also takes canonical text."""

    def show(self, field: Field, value: str) -> str:
        """The canonical value as people read it."""

    def alphabet(self, field: Field) -> frozenset[str] | None:
        """The characters that the field may hold; None when nearly any may occur."""


def found(field: Field, code: str, severity: Severity = Severity.ERROR, **params: str) -> Finding:
    return Finding(code, field.id, severity, params)


def refused(field: Field, code: str, **params: str) -> Parsed:
    """What was written does not parse: no value, one finding."""
    return Parsed("", (Finding(code, field.id, Severity.ERROR, params),))
