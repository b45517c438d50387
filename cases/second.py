"""The second check: another person gives a field again without seeing the first value, and where the two
differ a third one decides, who sees both and not whose they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from cases import vault
from cases.errors import SameChecker
from cases.models import Case, Entry, Reading
from cases.policy import Decider, policy_of
from cases.states import State
from cases.values import Contents, contents, contents_of, entry_value, reading_value
from forms.definition import Field
from forms.facts import Route

How = Entry.How


@dataclass(frozen=True)
class Dispute:
    """A field of which two persons gave different values."""

    field: Field
    first: str
    second: str
    givers: frozenset[str]
    """User names of both."""

    decided: str | None
    """What the decider gave; None while nobody has."""

    def sides(self, case: Case) -> tuple[str, str]:
        """Both values in an order that tells nothing of who gave which, and is the same at every look."""
        one, other = sorted({self.first, self.second}, key=lambda value: _order(case, self.field, value))
        return one, other


def has_something(reading: Reading | None, given: Sequence[Entry]) -> bool:
    """A field that was read as blank and that nothing routes to a person asks nothing."""
    if given:
        return True
    return reading is not None and not (reading.blank and reading.route == Route.ACCEPT.value)


def agreeing(given: Sequence[Entry]) -> frozenset[str]:
    """The persons whose last word on the field is the value that counts."""
    last_words = {entry.by.get_username(): entry_value(entry) for entry in given}
    return frozenset(person for person, value in last_words.items() if value == entry_value(given[-1]))


def awaiting_second(sheet: Contents) -> tuple[Field, ...]:
    """The fields under second check that nobody has given a second time yet; blank ones need none."""
    return tuple(
        field
        for field in sheet.form.fields
        if field.id in sheet.twice
        and has_something(sheet.readings.get(field.id), sheet.given(field.id))
        and not _settled(sheet.given(field.id))
    )


def disputes(sheet: Contents) -> tuple[Dispute, ...]:
    """The fields whose second value differs from the first, decided or not, in the form's order."""
    found = (_dispute(sheet, field) for field in sheet.form.fields)
    return tuple(dispute for dispute in found if dispute is not None)


def refuse_known_eyes(case: Case, user: str) -> None:
    """Raises SameChecker when the person has given what is to be checked, or one of the differing values."""
    if case.state in {State.SECOND_CHECK, State.DISAGREED} and user in _known(case, contents(case)):
        raise SameChecker(f"case {case.number} waits for another person than {user}")


def known_eyes(cases: Iterable[Case]) -> dict[UUID, frozenset[str]]:
    """Who has known each case too well to check it again, by user name; a few queries for all of them."""
    found = list(cases)
    sheets = contents_of(found)
    return {case.pk: _known(case, sheets[case.pk]) for case in found}


def _known(case: Case, sheet: Contents) -> frozenset[str]:
    if case.state == State.SECOND_CHECK:
        return frozenset(_name(entry) for name in sheet.twice for entry in _firsts(sheet.given(name)))
    if case.state == State.DISAGREED and policy_of(case.task).second_check_decides is Decider.THIRD:
        return frozenset(giver for dispute in disputes(sheet) for giver in dispute.givers)
    return frozenset()


def _settled(given: Sequence[Entry]) -> bool:
    """Whether two persons have spoken: alike, or differently, which is a dispute."""
    return bool(given) and (given[-1].how in {How.SECOND_CHECK, How.DECIDED} or len(agreeing(given)) > 1)


def _firsts(given: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(entry for entry in given if entry.how not in {How.SECOND_CHECK, How.DECIDED})


def _dispute(sheet: Contents, field: Field) -> Dispute | None:
    """What was given last, read backwards: decisions, the second check, and the value that it met."""
    backwards = list(reversed(sheet.given(field.id)))
    decisions = list(takewhile(lambda entry: entry.how == How.DECIDED, backwards))
    seconds = list(takewhile(lambda entry: entry.how == How.SECOND_CHECK, backwards[len(decisions) :]))
    before = backwards[len(decisions) + len(seconds) :]
    reading = sheet.readings.get(field.id)
    # What nobody under second check has given before is simply the second checker's correction of a reading.
    if not seconds or not (before or field.id in sheet.twice):
        return None
    first = entry_value(before[0]) if before else reading_value(reading) if reading else ""
    second = entry_value(seconds[0])
    if first == second:
        return None
    givers = frozenset(_name(entry) for entry in [*seconds, *before[:1]])
    return Dispute(field, first, second, givers, entry_value(decisions[0]) if decisions else None)


def _name(entry: Entry) -> str:
    return entry.by.get_username()


def _order(case: Case, field: Field, value: str) -> str:
    facts = json.dumps([str(case.pk), field.id, value], ensure_ascii=False)
    return vault.digest(vault.Key.AUDIT, facts.encode())
