"""What counts in each field: the newest entry of a person that was not taken back, else the reading."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from cases import audit, vault
from cases.library import form_of
from cases.models import Case, Entry, Reading
from cases.policy import policy_of
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Alternative, Finding, Route, Severity
from forms.facts import Reading as ReadingFact

SHOWN_DIGITS = 4
MASKED = re.compile(rf"[*＊]+[0-9]{{0,{SHOWN_DIGITS}}}")


@dataclass(frozen=True)
class FieldState:
    """One field as the desk shows it. A My Number is masked in every text and has no alternatives."""

    field: Field
    value: str
    raw: str
    alternatives: tuple[Alternative, ...]
    confidence: float | None
    """None when the field was not read (keyed in by a person)."""

    blank: bool
    route: Route | None
    reader: str
    how: Entry.How | None
    """How a person gave the value; None while the reading counts."""

    by: str
    at: datetime | None
    box_px: tuple[tuple[float, float], ...] = ()
    """Where the reader found the field on the page as scanned (``cases.places``); empty: by nobody."""


def masked(number: str) -> str:
    """``********1234``: the last four digits, and nothing when there are no more than four.

    What comes masked, such as a robot's ``＊＊＊＊``, stays as it is.
    """
    if MASKED.fullmatch(number):
        return number
    shown = number[-SHOWN_DIGITS:] if len(number) > SHOWN_DIGITS else ""
    return "*" * (len(number) - len(shown)) + shown


def current(case: Case, reveal_for: User | None = None, reason: str = "") -> dict[str, str]:
    """Value by field id, for every field of the form.

    My Numbers are masked, unless a person asks for them by name with a reason (a code): that is logged.
    """
    if reveal_for is not None:
        audit.write(reveal_for.get_username(), "my_number.shown", case.pk, reason=reason)
        return plain_values(case)
    return _masked_values(contents(case))


def _masked_values(sheet: Contents) -> dict[str, str]:
    hidden = {field.id for field in sheet.form.fields if field.kind is Kind.MY_NUMBER}
    return {name: masked(value) if name in hidden else value for name, value in sheet.plain.items()}


@dataclass(frozen=True)
class Contents:
    """Everything on a sheet, loaded once: two queries however much is then asked of it.

    ``plain`` are the values that count, My Numbers in clear: for rules, seals and records, never for output.
    """

    form: FormDefinition
    readings: Mapping[str, Reading]
    entries: Mapping[str, Sequence[Entry]]
    plain: Mapping[str, str]
    twice: frozenset[str] = frozenset()
    """Ids of the fields that the form's or the task's policy has another person check again."""

    def given(self, field_id: str) -> Sequence[Entry]:
        return self.entries.get(field_id, ())


def contents(case: Case) -> Contents:
    return _contents(case, case.readings.all(), case.entries.select_related("by"))


def contents_of(cases: Sequence[Case]) -> dict[UUID, Contents]:
    """The same of many cases, by their id: two queries for all of them. Each ``task`` should be loaded."""
    read, given = defaultdict[UUID, list[Reading]](list), defaultdict[UUID, list[Entry]](list)
    for reading in Reading.objects.filter(case__in=cases):
        read[reading.case_id].append(reading)
    for entry in Entry.objects.filter(case__in=cases).select_related("by"):
        given[entry.case_id].append(entry)
    return {case.pk: _contents(case, read[case.pk], given[case.pk]) for case in cases}


def _contents(case: Case, all_readings: Iterable[Reading], all_entries: Iterable[Entry]) -> Contents:
    form, read, given = form_of(case), _newest(all_readings), _counting(all_entries)
    plain = {field.id: _value(read.get(field.id), given.get(field.id, ())) for field in form.fields}
    policy = policy_of(case.task)
    twice = frozenset(field.id for field in form.fields if policy.checks_twice(field))
    return Contents(form, read, given, plain, twice)


def plain_values(case: Case) -> dict[str, str]:
    """Value by field id with My Numbers in clear: for use within this room only."""
    return dict(contents(case).plain)


def _value(reading: Reading | None, given: Sequence[Entry]) -> str:
    if given:
        return entry_value(given[-1])
    return reading_value(reading) if reading else ""


def seal_of(case: Case) -> str:
    """Keyed digest of everything that an approval covers: form, version and all values."""
    facts = [str(case.pk), case.form, case.form_version, plain_values(case)]
    return vault.digest(vault.Key.AUDIT, json.dumps(facts, sort_keys=True, ensure_ascii=False).encode())


def keep_readings(case: Case) -> None:
    """Load the readings once for all that is asked of this instance: no reading is ever changed."""
    prefetch_related_objects([case], "readings")


def readings(case: Case) -> dict[str, Reading]:
    """The newest reading of each field; earlier attempts stay in the table."""
    return _newest(case.readings.all())


def _newest(every: Iterable[Reading]) -> dict[str, Reading]:
    return {one.field_id: one for one in sorted(every, key=lambda one: (one.attempt, one.pk))}


def _counting(every: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each field that still count, oldest first; what was undone is left out."""
    counting: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(every, key=lambda one: one.pk):
        if entry.how == Entry.How.UNDONE:
            counting[entry.field_id].pop()
        else:
            counting[entry.field_id].append(entry)
    return counting


def field_states(case: Case, sheet: Contents | None = None) -> tuple[FieldState, ...]:
    """Every field of the form in its order, as the desk shows it; ``sheet`` where it is loaded already."""
    sheet = sheet or contents(case)
    values = _masked_values(sheet)
    return tuple(
        _field_state(field, values[field.id], sheet.readings.get(field.id), sheet.given(field.id))
        for field in sheet.form.fields
    )


def _field_state(field: Field, value: str, reading: Reading | None, given: Sequence[Entry]) -> FieldState:
    newest = given[-1] if given else None
    fact = fact_of(reading) if reading else None
    secret = field.kind is Kind.MY_NUMBER
    return FieldState(
        field=field,
        value=value,
        raw="" if fact is None else masked(fact.raw) if secret else fact.raw,
        alternatives=() if fact is None or secret else fact.alternatives,
        confidence=fact.confidence if fact else None,
        blank=value == "",
        route=fact.route if fact else None,
        reader=fact.reader if fact else "",
        how=Entry.How(newest.how) if newest else None,
        by=newest.by.get_username() if newest else "",
        at=newest.at if newest else None,
        box_px=fact.box_px if fact else (),
    )


def reading_value(reading: Reading) -> str:
    """The canonical value that the machine read, unsealed where it is a My Number."""
    return fact_of(reading).value if reading.sealed is not None else reading.value


def fact_of(reading: Reading) -> ReadingFact:
    """The reading as it came from the reader, unsealed where it is a My Number."""
    content = {
        "raw": reading.raw,
        "value": reading.value,
        "alternatives": reading.alternatives,
        "findings": reading.findings,
    }
    if reading.sealed is not None:
        place = seal_place(reading.case_id, reading.field_id)
        content = json.loads(vault.unseal(vault.Key.MY_NUMBER, bytes(reading.sealed), place))
    return ReadingFact(
        field_id=reading.field_id,
        raw=content["raw"],
        value=content["value"],
        confidence=reading.confidence,
        blank=reading.blank,
        box_px=tuple((x, y) for x, y in reading.box_px),
        alternatives=tuple(Alternative(text, probability) for text, probability in content["alternatives"]),
        findings=tuple(finding_from(reading.field_id, plain) for plain in content["findings"]),
        route=Route(reading.route),
        reader=reading.reader,
    )


def reading_row(case: Case, attempt: int, fact: ReadingFact, form: FormDefinition) -> Reading:
    """A reading as its table keeps it, not yet saved; what shows a My Number is sealed under its own key (law
    5).
    """
    content = {
        "raw": fact.raw,
        "value": fact.value,
        "alternatives": [[other.text, other.probability] for other in fact.alternatives],
        "findings": [finding_to(finding) for finding in fact.findings],
    }
    row = Reading(
        case=case,
        attempt=attempt,
        field_id=fact.field_id,
        confidence=fact.confidence,
        blank=fact.blank,
        route=fact.route.value,
        reader=fact.reader,
        box_px=[list(corner) for corner in fact.box_px],
    )
    if form.field(fact.field_id).kind is Kind.MY_NUMBER:
        place = seal_place(case.pk, fact.field_id)
        row.sealed = vault.seal(vault.Key.MY_NUMBER, json.dumps(content).encode(), place)
    else:
        for name, value in content.items():
            setattr(row, name, value)
    return row


def entry_row(case: Case, field: Field, value: str, how: Entry.How, by: User, at: datetime) -> Entry:
    """An entry as its table keeps it, not yet saved; a My Number is sealed."""
    row = Entry(case=case, field_id=field.id, how=how, by=by, at=at)
    if field.kind is Kind.MY_NUMBER:
        row.sealed = vault.seal(vault.Key.MY_NUMBER, value.encode(), seal_place(case.pk, field.id))
    else:
        row.value = value
    return row


def entry_value(entry: Entry) -> str:
    """The value that a person gave, unsealed where it is a My Number."""
    if entry.sealed is None:
        return entry.value
    place = seal_place(entry.case_id, entry.field_id)
    return vault.unseal(vault.Key.MY_NUMBER, bytes(entry.sealed), place).decode()


def seal_place(case_id: object, field_id: str) -> str:
    return f"{case_id}/{field_id}"


def finding_to(finding: Finding) -> dict[str, object]:
    return {"code": finding.code, "severity": finding.severity.value, "params": dict(finding.params)}


def finding_from(field_id: str, plain: dict[str, object]) -> Finding:
    params = plain["params"]
    return Finding(
        code=str(plain["code"]),
        field_id=field_id,
        severity=Severity(plain["severity"]),
        params={str(key): str(value) for key, value in params.items()} if isinstance(params, dict) else {},
    )
