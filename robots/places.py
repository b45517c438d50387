"""Where something is on a target's screens, and what is done there: places, steps, screens.

Words that a person sees (labels, headings, buttons) come first; a CSS selector is the last resort.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Spec


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Cell(Strict):
    """The box in one row and column of a table, by the table's title and the words above the column."""

    table: str
    column: str
    row: str = "{row}"

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if "'" in self.column:
            raise ValueError("a column's words may not hold an apostrophe; use a selector")
        return self


KINDS = ("label", "button", "link", "group", "text", "heading", "cell", "selector")


class Locator(Strict):
    """One thing on a screen, by exactly one of ``KINDS``; words have to agree in full.

    ``within`` narrows it to a group, region or table with that title, ``frame`` to a frame with that title
    or name.
    """

    label: str | None = None
    button: str | None = None
    link: str | None = None
    group: str | None = None
    text: str | None = None
    heading: str | None = None
    cell: Cell | None = None
    selector: str | None = None
    within: str | None = None
    frame: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"name exactly one of {', '.join(KINDS)}")
        return self

    def __str__(self) -> str:
        if self.cell:
            place = f"cell {self.cell.table} {self.cell.row} {self.cell.column}"
        else:
            kind = next(kind for kind in KINDS if getattr(self, kind) is not None)
            place = f"{kind} {getattr(self, kind)}"
        around = f" within {self.within}" if self.within else ""
        return place + around + (f" in frame {self.frame}" if self.frame else "")

    @property
    def words(self) -> str:
        """What a person looks for."""
        return str(self).partition(" ")[2]

    def filled(self, words: Mapping[str, str]) -> Locator:
        """The same with every ``{name}`` of ``words`` replaced (``{row}`` and ``{row0}``, ``{value}``)."""
        return Locator.model_validate(replaced(self.model_dump(exclude_none=True), words))


def replaced(value: Any, words: Mapping[str, str]) -> Any:
    """Any YAML value with ``{name}`` replaced in all its texts."""
    if isinstance(value, str):
        for name, text in words.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list | tuple):
        return type(value)(replaced(part, words) for part in value)
    if isinstance(value, Mapping):
        return {key: replaced(part, words) for key, part in value.items()}
    return value


def row_words(row: int) -> dict[str, str]:
    """``{row}`` counts from one as people do, ``{row0}`` from zero as many pages do inside."""
    return {"row": str(row), "row0": str(row - 1)}


class Answer(enum.Enum):
    ACCEPT = "accept"
    DISMISS = "dismiss"


class Meaning(enum.Enum):
    """What an unexpected screen or dialog tells the robot."""

    NOTHING = "nothing"
    REFUSED = "refused"
    """Dialogs only: the target says no, in the dialog's words."""

    SESSION_EXPIRED = "session_expired"
    """Sign in again, look the record up, start over only if it is not there."""

    UNAVAILABLE = "unavailable"
    """Maintenance or an error page: try again later."""

    DOUBLE = "double"
    """The target holds this reception number already: never confirmed, looked up instead."""


class Dialog(Strict):
    """A message box of the browser, known by a part of its words. One that is not known stops the robot."""

    says: str
    answer: Answer = Answer.DISMISS
    means: Meaning = Meaning.NOTHING


class Screen(Strict):
    """How a screen is recognised, and what has to be there before anything is typed.

    Recognised by its ``heading``, or by ``seen`` where it has none. ``shows`` says how it holds values:
    beside ``labels``, or in the same ``boxes`` as those that they were typed into.
    """

    heading: str | None = None
    seen: Locator | None = None
    frame: str | None = None
    landmarks: tuple[Locator, ...] = ()
    means: Meaning = Meaning.NOTHING
    shows: Literal["labels", "boxes"] = "labels"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.heading is None) == (self.seen is None):
            raise ValueError("a screen is recognised by its heading, or by `seen`: exactly one of them")
        if self.means is Meaning.REFUSED:
            raise ValueError("a refusal is read from `refusals`, or from a dialog that means it")
        return self

    @property
    def sign(self) -> Locator:
        """What tells that this screen is there."""
        return self.seen or Locator(heading=self.heading, frame=self.frame)


VERBS = (
    "open",
    "arrive",
    "click",
    "fill",
    "choose",
    "tick",
    "upload",
    "download",
    "close",
    "wait_for",
    "hook",
)

EXAMPLES = {
    "fill": "{fill: {label: …}, with: reception_number}",
    "choose": "{choose: {label: …}, with: value}",
    "upload": "{upload: {label: …}, with: file}",
}


class Step(Strict):
    """One thing to do: exactly one of ``VERBS``.

    ``open`` an address, ``arrive`` at a screen, ``click`` (``opens: window`` when a new window comes),
    ``fill``/``choose``/``upload`` … ``with`` …, ``tick``, ``download`` (a click that brings a file), ``close:
    window``, ``wait_for`` a person who signs in until that screen is there, or a ``hook`` in Python.
    """

    open: str | None = None
    arrive: str | None = None
    click: Locator | None = None
    fill: Locator | None = None
    choose: Locator | None = None
    tick: Locator | None = None
    upload: Locator | None = None
    download: Locator | None = None
    close: Literal["window"] | None = None
    wait_for: str | None = None
    hook: str | None = None
    with_: str | None = Spec(default=None, alias="with")
    opens: Literal["window"] | None = None
    timeout_s: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(VERBS) - {"with", "with_", "opens", "timeout_s"})
            if unknown:
                raise ValueError(f"unknown step {', '.join(unknown)}; a step is one of {', '.join(VERBS)}")
        return data

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(getattr(self, verb) is not None for verb in VERBS) != 1:
            raise ValueError(f"a step is exactly one of {', '.join(VERBS)}")
        for verb, example in EXAMPLES.items():
            if getattr(self, verb) is not None and self.with_ is None:
                raise ValueError(f"{verb} says with what: {example}")
        if self.with_ is not None and not any(getattr(self, verb) for verb in EXAMPLES):
            raise ValueError(f"`with` goes with {', '.join(EXAMPLES)} only")
        if self.opens and not self.click:
            raise ValueError("`opens: window` goes with click only")
        return self

    @property
    def place(self) -> Locator | None:
        """Where the step acts on the screen; None for steps that name an address or a screen."""
        return self.click or self.fill or self.choose or self.tick or self.upload or self.download

    @property
    def screen(self) -> str | None:
        return self.arrive or self.wait_for
