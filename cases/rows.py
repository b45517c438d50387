"""Rows of a correction workbook: what goes out, what comes back, and why a row is not taken in."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from cases.models import Case
from cases.questions import Why
from forms.definition import Field
from forms.facts import Finding


class Verdict(enum.StrEnum):
    """What was said of a row."""

    NOTHING = ""
    """Nothing: the field stays open."""

    AS_READ = "as_read"
    CORRECTED = "corrected"
    BLANK = "blank"
    UNKNOWN = "unknown"
    """A word that is none of these."""


class Conflict(enum.StrEnum):
    """Why a row is not taken in."""

    UNKNOWN_ROW = "row.unknown"
    """No row of ours: added by hand, or its hidden columns are gone."""

    IDENTIFIERS = "row.identifiers"
    """Number or field are not those of the token: they were edited."""

    TWICE = "row.twice"
    OTHER_TASK = "row.other_task"
    CHANGED = "row.changed"
    """The field is not as it was when the workbook was made."""

    STATE = "row.state"
    """The sheet does not wait for a first review any more."""

    HELD = "row.held"
    """Somebody else has the sheet open."""

    MALFORMED = "row.malformed"
    NOT_TEXT = "row.not_text"
    """Excel made a number, a date or a formula of it."""

    VERDICT = "row.verdict"
    CONTRADICTION = "row.contradiction"
    """As read, or blank, and a value besides; or corrected without one."""

    UNSEEN = "row.unseen"
    """As read, of a field that is typed without seeing the reading."""

    REFUSED = "row.refused"


@dataclass(frozen=True)
class Row:
    """One open field as it goes out. ``value`` and what else was read are empty where it is typed blind."""

    case: Case
    field: Field
    why: Why
    value: str
    raw: str
    alternatives: tuple[str, ...]
    findings: tuple[Finding, ...]
    token: str
    box_px: tuple[tuple[float, float], ...] = ()
    """Where the reader found the field (``cases.places``); empty: by nobody."""

    @property
    def blind(self) -> bool:
        return self.why is Why.BLIND


@dataclass(frozen=True)
class Answer:
    """One row as it came back; ``line`` is its place in the workbook."""

    line: int
    number: str
    field_id: str
    token: str
    verdict: Verdict
    text: str
    is_text: bool = True


@dataclass(frozen=True)
class Problem:
    """A row that is not taken in; ``findings`` say what is wrong with its value."""

    line: int
    number: str
    conflict: Conflict
    findings: tuple[Finding, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Step:
    """A row that can be taken in."""

    answer: Answer
    case: Case
    field: Field
    value: str
    confirms: bool
    """A rule asks, and the paper does say so."""


@dataclass(frozen=True)
class Checked:
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    untouched: int
    """Rows of which nothing was said."""
