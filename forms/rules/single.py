"""Rules about one field alone, named in a field's ``rules``."""

from __future__ import annotations

from collections.abc import Iterator

from forms.dates import bounds, era_parts
from forms.definition import Field
from forms.facts import Finding, Severity
from forms.rules.base import Context

OLDEST_YEARS = 120


def not_future(field: Field, value: str, context: Context) -> Iterator[Finding]:
    """The day has come."""
    if bounds(value)[0] > context.today:
        yield Finding("date.future", field.id, params={"seen": str(era_parts(value))})


def plausible_age(field: Field, value: str, context: Context) -> Iterator[Finding]:
    """A birth within the longest life on record; registers hold a few older ones, so it is a warning."""
    years = context.today.year - bounds(value)[1].year
    if years > OLDEST_YEARS:
        yield Finding(
            "date.very_old", field.id, Severity.WARNING, {"seen": str(era_parts(value)), "years": str(years)}
        )


def exact_length(field: Field, value: str, context: Context) -> Iterator[Finding]:
    """Every cell of the comb, or ``max_length`` characters, are filled."""
    wanted = field.comb.cells if field.comb else field.max_length
    if wanted is not None and len(value) < wanted:
        yield Finding("digits.too_few", field.id, params={"length": str(len(value)), "wanted": str(wanted)})
