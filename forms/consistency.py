"""Whether a definition can be used: each entry is well formed by now, here they have to go together.

A mistake found here would otherwise stop every sheet of the form, or silently leave out a check.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from forms.dates import era_named
from forms.definition import Field, FormDefinition, Kind, Rule
from forms.retention import Kept
from forms.rules import DATE_RULES, FIELD_RULES, FREE_PARAMETERS, OPTIONAL_PARAMETERS, PARAMETERS, SHEET_RULES

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What forms, tables and fields are called: the QR, audit lines and other programs hold these names."""


class Mistake(NamedTuple):
    """``word`` stands in the line that is wrong; ``where`` names the part of the definition."""

    word: str
    where: str
    problem: str
    remedy: str


def mistakes(form: FormDefinition) -> Iterator[Mistake]:
    """Every mistake for which the form cannot be used; none for a good one."""
    yield from _names(form)
    yield from _retention(form)
    for rule in form.rules:
        yield from _rule(form, rule)
    for field in form.fields:
        where = f"field {field.id}"
        for found in itertools.chain(_field_rules(field), _options(field), _condition(form, field)):
            yield found._replace(where=where)


def _names(form: FormDefinition) -> Iterator[Mistake]:
    if not form.fields:
        yield Mistake("form:", "fields", "the form has no fields", "Add the places where people write.")
    templates = [field for table in form.tables for field in table.fields]
    parts = [("form", form.form), *(("table", table.id) for table in form.tables)]
    parts += [("field", field.id) for field in (*form.single_fields, *templates)]
    for part, name in parts:
        if not NAME.fullmatch(name):
            remedy = "Use small Latin letters, digits and _, a letter first, 40 at most."
            yield Mistake(name, part, f"{name!r} cannot be the name of a {part}", remedy)


def _retention(form: FormDefinition) -> Iterator[Mistake]:
    """My Number goes first, with the scan that shows it; nothing stays longer than the values."""
    kept = form.retention
    if any(field.kind is Kind.MY_NUMBER for field in form.fields):
        if kept.original > kept.my_number:
            yield Mistake(
                "retention:",
                "retention",
                f"the scan shows My Numbers and would stay for {kept.original} days, "
                f"they themselves for {kept.my_number}",
                f"Keep the original for {kept.my_number} days at most.",
            )
        for kind in (Kept.PAGE, Kept.READINGS, Kept.VALUES):
            if kept.days(kind) < kept.my_number:
                yield Mistake(
                    "retention:",
                    "retention",
                    f"My Numbers would outlive the {kind.value}: they go first",
                    f"Keep my_number for {kept.days(kind)} days at most.",
                )
    for kind in (Kept.ORIGINAL, Kept.PAGE, Kept.READINGS):
        if kept.days(kind) > kept.values:
            yield Mistake(
                "retention:",
                "retention",
                f"the {kind.value} would outlive the values of the case",
                f"Keep it for {kept.values} days at most, or the values longer.",
            )


def _rule(form: FormDefinition, rule: Rule) -> Iterator[Mistake]:
    if rule.rule not in SHEET_RULES:
        remedy = f"Known rules: {', '.join(sorted(SHEET_RULES))}."
        yield Mistake(rule.rule, "rules", f"there is no rule {rule.rule!r}", remedy)
        return
    wanted = PARAMETERS[rule.rule]
    allowed = {*wanted, *OPTIONAL_PARAMETERS.get(rule.rule, ())}
    remedy = f"It takes: {', '.join((*wanted, *OPTIONAL_PARAMETERS.get(rule.rule, ())))}."
    for name in wanted:
        if name not in rule.params:
            yield Mistake(rule.rule, "rules", f"the rule {rule.rule} lacks its parameter {name}", remedy)
    for name, field_id in rule.params.items():
        if name not in allowed and rule.rule not in FREE_PARAMETERS:
            yield Mistake(name, "rules", f"the rule {rule.rule} has no parameter {name}", remedy)
        if field_id not in _referable(form):
            yield Mistake(
                field_id,
                "rules",
                f"the rule {rule.rule} names {field_id}, and there is no such field",
                "Name a field, a table or a column of it by its id.",
            )


def _referable(form: FormDefinition) -> frozenset[str]:
    """What a rule's parameter may name."""
    tables = {table.id for table in form.tables}
    columns = {field.id for table in form.tables for field in table.fields}
    return frozenset({field.id for field in form.fields} | tables | columns)


def _field_rules(field: Field) -> Iterator[Mistake]:
    for name in field.rules:
        if name not in FIELD_RULES:
            remedy = f"Known rules: {', '.join(sorted(FIELD_RULES))}."
            yield Mistake(name, "", f"there is no rule {name!r}", remedy)
        elif name in DATE_RULES and field.kind is not Kind.DATE:
            yield Mistake(name, "", f"{name} judges dates, not {field.kind.value}", "Take the rule away.")


def _options(field: Field) -> Iterator[Mistake]:
    values = [option.value for option in field.options]
    for value in values:
        if values.count(value) > 1:
            yield Mistake(value, "", f"two options are called {value}", "Give each a value of its own.")
        if "," in value:
            yield Mistake(
                value, "", f"the option {value!r} holds a comma", "Use 、 instead: commas divide ticks."
            )
        if field.kind is Kind.DATE and era_named(value) is None:
            yield Mistake(value, "", f"there is no era {value}", "Write 明治, 大正, 昭和, 平成 or 令和.")
    if field.kind is Kind.DATE and values and not field.parts:
        remedy = "Add parts: {year: box, month: box, day: box}."
        yield Mistake(f"id: {field.column or field.id}", "", "a date with eras needs its parts", remedy)
    if field.page != 1:
        yield Mistake(
            f"id: {field.column or field.id}", "", "a form has one page so far", "Take the page away."
        )


def _condition(form: FormDefinition, field: Field) -> Iterator[Mistake]:
    when = field.required_when
    if when is None:
        return
    other = form.field(when.field)
    known = [option.value for option in other.options]
    for value in when.values:
        if other.kind in {Kind.TICKS, Kind.CIRCLE} and value not in known:
            remedy = f"Use its values: {', '.join(known)}."
            yield Mistake(value, "", f"{other.id} has no option {value}", remedy)
