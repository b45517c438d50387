"""A date, written with an era or a western year, kept as ``1985-05-17`` (``00``: month or day unknown)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.dates import Era, canonical, era_named, era_parts, possible, western, within
from forms.definition import Field
from forms.facts import Severity
from forms.kinds.base import Parsed, found, refused
from forms.writing import DIGITS, without_spaces

ERA = r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令㍾㍽㍼㍻㋿MTSHRmtshr])"
SHAPES = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        ERA + r"?(?P<year>元|\d{1,4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日?",
        ERA + r"?(?P<year>元|\d{1,4})(?P<dot>[-./・,])(?P<month>\d{1,2})(?P=dot)(?P<day>\d{1,2})",
        ERA + r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
"""昭和60年5月17日, S60.5.17 or 1985-05-17, S600517, 19850517."""

PARTIAL = re.compile(ERA + r"?(?:元|\d*)年?\d*月?\d*日?", re.ASCII)


@dataclass(frozen=True)
class Written:
    """A date's parts as they stand on the paper. ``era`` is None for a western year."""

    era: Era | None
    year: int
    month: int
    day: int

    @property
    def western_year(self) -> int:
        return western(self.era, self.year) if self.era else self.year


def parse(field: Field, raw: str) -> Parsed:
    """A day outside its era (昭和64年1月8日) keeps its meaning; its finding offers the right era."""
    text = without_spaces(raw)
    match = next((match for shape in SHAPES if (match := shape.fullmatch(text))), None)
    if match is None:
        return refused(field, "date.incomplete" if PARTIAL.fullmatch(text) else "date.shape", seen=raw)
    written = _written(field, match)
    if written.era is None and written.year < 1000:
        return refused(field, "date.no_era", seen=raw)
    if not written.year or not possible(written.western_year, written.month, written.day):
        return refused(field, "date.impossible", seen=raw)
    return _judged(field, written, raw)


def _written(field: Field, match: re.Match[str]) -> Written:
    parts = match.groupdict()
    year = 1 if parts["year"] == "元" else int(parts["year"])
    era = era_named(parts.get("era") or "") or _printed_era(field, year, parts["year"])
    return Written(era, year, int(parts["month"]), int(parts["day"]))


def _printed_era(field: Field, year: int, as_written: str) -> Era | None:
    """The only era on the paper, to which a year of one or two digits belongs without being circled."""
    if len(field.options) != 1 or len(as_written) > 2:
        return None
    return era_named(field.options[0].value)


def _judged(field: Field, written: Written, raw: str) -> Parsed:
    value = canonical(written.western_year, written.month, written.day)
    findings = []
    if written.era and not within(written.era, value):
        findings.append(found(field, "date.wrong_era", seen=raw, offered=str(era_parts(value))))
    if not (written.month and written.day):
        findings.append(found(field, "date.part_unknown", Severity.NOTICE, seen=raw))
    return Parsed(value, tuple(findings))


def show(field: Field, value: str) -> str:
    return str(era_parts(value))


def alphabet(field: Field) -> frozenset[str] | None:
    return DIGITS | frozenset("元年月日.-/明治大正昭和平成令MTSHR")
