"""What a person still has to answer before a sheet can be approved, and what the rules have found."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from cases import vault
from cases.library import context
from cases.models import Case, Confirmation, Entry, Reading
from cases.second import agreeing, awaiting_second, disputes, has_something
from cases.states import State
from cases.values import Contents, contents, entry_value, fact_of, masked, reading_value
from forms import rules
from forms.definition import Field, Kind
from forms.facts import Finding, Route, Severity
from forms.findings import merged

MARK_LENGTH = 16


class Why(enum.StrEnum):
    """Why a field is asked."""

    ILLEGIBLE = "illegible"
    """A person could not read it: give the value after all, or return the sheet."""

    CHECK = "check"
    """Compare the value with the picture, then confirm or correct it."""

    BLIND = "blind"
    """Type the value without seeing the reading."""

    BLIND_AGAIN = "blind_again"
    """The typed value differs from the reading: type it once more; two equal typings win."""

    FINDING = "finding"
    """A rule says that the value cannot be right: correct it, or confirm that it stands so on the paper."""

    SECOND_CHECK = "second_check"
    """Another person than the first gives the value again."""

    DISAGREED = "disagreed"
    """Two persons gave different values: decide between them."""


@dataclass(frozen=True)
class Question:
    """One thing to answer. ``finding`` is there when a rule asks; its params show no My Number."""

    field_id: str
    why: Why
    finding: Finding | None = None


def findings(case: Case, sheet: Contents | None = None) -> tuple[Finding, ...]:
    """All findings on the values that count now: those of the reader, then the rules'; My Numbers masked.

    ``sheet``: the case's contents, where they are loaded already.
    """
    return _findings(sheet or contents(case))


def open_questions(
    case: Case,
    sheet: Contents | None = None,
    found: Sequence[Finding] | None = None,
    confirmed: Collection[str] | None = None,
) -> tuple[Question, ...]:
    """What is left to do before ``review.approve``, in the form's order; empty when it can be approved.

    ``sheet``, ``found`` and ``confirmed``: the case's contents, findings and fingerprints of confirmed ones,
    where they are known already.
    """
    sheet = sheet or contents(case)
    found = _findings(sheet) if found is None else found
    if case.state == State.SECOND_CHECK:
        # The second checker may have changed any field, so the rules ask again about what is new.
        routed = [Question(field.id, Why.SECOND_CHECK) for field in awaiting_second(sheet)]
    elif case.state == State.DISAGREED:
        routed = [Question(one.field.id, Why.DISAGREED) for one in disputes(sheet) if one.decided is None]
    else:
        routed = [
            Question(field.id, why) for field in sheet.form.fields if (why := asked(sheet, field)) is not None
        ]
    if confirmed is None:
        confirmed = confirmed_of([case])[case.pk]
    asked_anyway = {question.field_id for question in routed}
    return (*routed, *_unconfirmed(case, sheet, found, asked_anyway, confirmed))


def confirmed_of(cases: Sequence[Case]) -> dict[UUID, frozenset[str]]:
    """The fingerprints of what persons have confirmed on each case; one query for all of them."""
    rows = Confirmation.objects.filter(case__in=cases).values_list("case_id", "fingerprint")
    found: dict[UUID, set[str]] = {case.pk: set() for case in cases}
    for case_id, mark in rows:
        found[case_id].add(mark)
    return {case_id: frozenset(marks) for case_id, marks in found.items()}


def fingerprint(case: Case, sheet: Contents, finding: Finding) -> str:
    """Keyed digest of a finding and its field's value, by which a confirmation holds for exactly these."""
    return _fingerprint(case, sheet, finding, vault.digests(vault.Key.MY_NUMBER))


def _fingerprint(case: Case, sheet: Contents, finding: Finding, digest: Callable[[bytes], str]) -> str:
    value = sheet.plain.get(finding.field_id, "")
    facts = [str(case.pk), finding.field_id, finding.code, sorted(finding.params.items()), value]
    return digest(json.dumps(facts).encode())


def mark_of(case: Case, sheet: Contents, questions: Iterable[Question], field_id: str) -> str:
    """What a page shows of a field's open findings, as a keyed digest; "" where none is open. A confirmation
    that brings it back holds for these findings and no others.
    """
    own = [one.finding for one in questions if one.field_id == field_id and one.finding is not None]
    digest = vault.digests(vault.Key.MY_NUMBER)
    prints = sorted(_fingerprint(case, sheet, finding, digest) for finding in own)
    return digest("/".join(prints).encode())[:MARK_LENGTH] if prints else ""


def asked(sheet: Contents, field: Field) -> Why | None:
    """Why the field itself is still asked in a first review, whatever the rules say; None when it is
    settled.
    """
    reading, given = sheet.readings.get(field.id), sheet.given(field.id)
    if field.office or not has_something(reading, given):
        return None
    if given and given[-1].how == Entry.How.ILLEGIBLE:
        return Why.ILLEGIBLE
    if given and given[-1].how == Entry.How.SECOND_CHECK and len(agreeing(given)) < 2:
        return Why.DISAGREED
    if reading is not None and reading.route == Route.BLIND.value:
        return _blind(reading, given)
    if given:
        return None
    to_check = reading is not None and reading.route == Route.CHECK.value
    return Why.CHECK if to_check or field.id in sheet.twice else None


def _blind(reading: Reading, given: Sequence[Entry]) -> Why | None:
    """Typed blind is settled by agreeing with the reading, or by two equal typings one after the other."""
    if not given:
        return Why.BLIND
    typed = [entry_value(entry) for entry in given[-2:]]
    if typed[-1] == reading_value(reading) or (len(typed) == 2 and typed[0] == typed[1]):
        return None
    return Why.BLIND_AGAIN


def _unconfirmed(
    case: Case, sheet: Contents, found: Sequence[Finding], routed: set[str], confirmed: Collection[str]
) -> list[Question]:
    """Errors that nobody has confirmed; a field that is asked anyway is asked first."""
    digest = vault.digests(vault.Key.MY_NUMBER)
    return [
        Question(finding.field_id, Why.FINDING, finding)
        for finding in found
        if finding.severity is Severity.ERROR
        and finding.field_id not in routed
        and _fingerprint(case, sheet, finding, digest) not in confirmed
    ]


def _findings(sheet: Contents) -> tuple[Finding, ...]:
    """What the reader said of the fields that no person has given yet, then what the rules say of all."""
    read = [fact_of(row) for name, row in sheet.readings.items() if not sheet.given(name)]
    unread = frozenset(fact.field_id for fact in read if fact.raw.strip() and not fact.value)
    own = [finding for fact in read for finding in fact.findings]
    found = merged([*own, *rules.check(sheet.form, sheet.plain, context(), unread)])
    secrets = {sheet.plain[field.id] for field in sheet.form.fields if field.kind is Kind.MY_NUMBER} - {""}
    return tuple(_without(secrets, finding) for finding in found)


def _without(secrets: set[str], finding: Finding) -> Finding:
    params = {name: masked(text) if _shows(text, secrets) else text for name, text in finding.params.items()}
    return replace(finding, params=params)


def _shows(text: str, secrets: set[str]) -> bool:
    return any(secret in text for secret in secrets)
