"""What has to be true of a sheet's values; whatever is not becomes a finding, all of them collected.

A definition names the rules: a field its single-field rules, the form those over several fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import FormDefinition
from forms.facts import Finding
from forms.findings import merged
from forms.kinds import parse
from forms.rules.addresses import postal_agrees
from forms.rules.base import Context, FieldRule, Sheet, SheetRule
from forms.rules.copies import copies_ordered, subject_named
from forms.rules.likely import kana_fits, relation_fits_sex
from forms.rules.moving import agent_letter, moving_date, municipalities, notifier_is_listed
from forms.rules.persons import (
    foreign_rows,
    honseki_for_japanese,
    numbers_differ,
    one_head,
    persons_listed,
    resident_code_on_tennyu,
)
from forms.rules.required import missing
from forms.rules.single import exact_length, not_future, plausible_age

__all__ = [
    "DATE_RULES",
    "FIELD_RULES",
    "FREE_PARAMETERS",
    "OPTIONAL_PARAMETERS",
    "PARAMETERS",
    "SHEET_RULES",
    "Context",
    "Sheet",
    "check",
]

FIELD_RULES: Mapping[str, FieldRule] = {
    rule.__name__: rule for rule in (not_future, plausible_age, exact_length)
}
SHEET_RULES: Mapping[str, SheetRule] = {
    rule.__name__: rule
    for rule in (
        agent_letter,
        copies_ordered,
        foreign_rows,
        honseki_for_japanese,
        kana_fits,
        moving_date,
        municipalities,
        notifier_is_listed,
        numbers_differ,
        one_head,
        persons_listed,
        postal_agrees,
        relation_fits_sex,
        resident_code_on_tennyu,
        subject_named,
    )
}

DATE_RULES = frozenset({"not_future", "plausible_age"})
"""Single-field rules that judge dates only."""

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "agent_letter": ("capacity",),
    "copies_ordered": ("certificate",),
    "foreign_rows": ("table",),
    "honseki_for_japanese": ("type", "table", "honseki", "head"),
    "kana_fits": ("kana", "name"),
    "moving_date": ("type", "moved", "notified"),
    "municipalities": ("type", "new", "old"),
    "notifier_is_listed": ("capacity", "notifier", "table"),
    "numbers_differ": ("table", "column"),
    "one_head": ("table", "name", "relation", "head"),
    "persons_listed": ("table", "name"),
    "postal_agrees": ("postal", "address"),
    "relation_fits_sex": ("table", "relation", "sex"),
    "resident_code_on_tennyu": ("type", "table", "code"),
    "subject_named": ("same", "relation", "address", "name", "birth_date"),
}
"""What each rule over several fields must be told: ids of fields, of a table or of its columns."""

OPTIONAL_PARAMETERS: Mapping[str, tuple[str, ...]] = {"kana_fits": ("table",)}
FREE_PARAMETERS = frozenset({"copies_ordered"})
"""Rules that take further parameters, named as the form's options are."""


def check(
    form: FormDefinition,
    values: Mapping[str, str],
    context: Context,
    unread: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Every finding about the canonical values of one sheet, each once, in the order of the form's fields.

    What the kinds say about a value (a check digit, say) is included. ``unread`` names fields in which
    something stands that did not parse: they have their finding already and do not count as missing.
    """
    order = {field.id: number for number, field in enumerate(form.fields)}
    findings = merged(_all(Sheet(form, values, context, unread)))
    return tuple(sorted(findings, key=lambda finding: order[finding.field_id]))


def _all(sheet: Sheet) -> Iterator[Finding]:
    yield from _single(sheet)
    yield from missing(sheet)
    for rule in sheet.form.rules:
        yield from SHEET_RULES[rule.rule](sheet, rule.params)


def _single(sheet: Sheet) -> Iterator[Finding]:
    for field in sheet.form.fields:
        value = sheet.value(field.id)
        if not value or field.office:
            continue
        yield from parse(field, value).findings
        for name in field.rules:
            yield from FIELD_RULES[name](field, value, sheet.context)
