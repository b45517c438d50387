"""A target system as a city hall describes it: the model behind ``config/targets/<name>.yaml``.

Steps speak the words that a person sees (headings, labels, buttons); a CSS selector is the last resort.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Spec

from forms.library import load_definition

RECEPTION_NUMBER = "reception_number"
"""The entry that carries the reception number into the target; it is not a field of the form."""


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Locator(Strict):
    """One thing on a screen, by exactly one of these; words have to agree in full."""

    label: str | None = None
    button: str | None = None
    link: str | None = None
    group: str | None = None
    text: str | None = None
    selector: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("name exactly one of label, button, link, group, text, selector")
        return self

    def __str__(self) -> str:
        return " ".join(f"{key} {word}" for key, word in self.model_dump(exclude_none=True).items())


class Step(Strict):
    """One thing to do: ``open`` an address, ``arrive`` at a screen, ``click``, or ``fill`` … ``with`` …."""

    open: str | None = None
    arrive: str | None = None
    click: Locator | None = None
    fill: Locator | None = None
    with_: str | None = Spec(default=None, alias="with")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(part is not None for part in (self.open, self.arrive, self.click, self.fill)) != 1:
            raise ValueError("a step is exactly one of open, arrive, click, fill")
        if (self.fill is None) != (self.with_ is None):
            raise ValueError("fill says with what: {fill: {label: …}, with: reception_number}")
        return self


class Meaning(enum.Enum):
    """What an unexpected screen tells the robot."""

    NOTHING = "nothing"
    SESSION_EXPIRED = "session_expired"
    """Sign in again, look the record up, start over only if it is not there."""

    UNAVAILABLE = "unavailable"
    """Maintenance or an error page: try again later."""

    DOUBLE = "double"
    """The target holds this reception number already: never confirmed, looked up instead."""


class Screen(Strict):
    """How a screen is recognised, and what has to be there before anything is typed."""

    heading: str
    landmarks: tuple[Locator, ...] = ()
    means: Meaning = Meaning.NOTHING


class Format(enum.Enum):
    """How the target wants text; what it shows is folded back by the field's kind."""

    PLAIN = "plain"
    FULL_WIDTH = "full_width"
    HALF_KANA = "half_kana"


class DateParts(Strict):
    """The labels of the four boxes of a date; ``{label}`` stands for the date's own label."""

    era: str
    year: str
    month: str
    day: str


class FieldMap(Strict):
    """Where one field goes: a text box, several boxes, a drop-down, radio buttons, check boxes or a date.

    ``shown`` is the label beside which the target shows the value afterwards, where it is another one.
    ``options`` gives the target's word for a value where it has another one.
    """

    text: str | Locator | None = None
    split: tuple[str, ...] = ()
    at: str | None = None
    drop_down: str | None = None
    radio: str | None = None
    checks: str | None = None
    date: str | None = None
    era: str | None = None
    """Dates only: always this choice of the era drop-down, with the western year (在留期間満了日: 西暦)."""

    shown: str | Locator | None = None
    as_: Format = Spec(default=Format.PLAIN, alias="as")
    options: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(map(bool, (self.text, self.split, self.drop_down, self.radio, self.checks, self.date))) != 1:
            raise ValueError("a field goes to exactly one of text, split, drop_down, radio, checks, date")
        if self.split and not (self.at and self.shown):
            raise ValueError("split also needs `at` (the sign between the parts) and `shown`")
        if isinstance(self.text, Locator) and self.shown is None:
            raise ValueError("a box found by selector needs `shown`")
        return self

    def for_row(self, row: int) -> FieldMap:
        """The same with ``{row}`` replaced in every label."""
        named = self.model_dump(exclude_defaults=True, by_alias=True)
        return FieldMap.model_validate({key: _numbered(value, row) for key, value in named.items()})

    @property
    def shown_as(self) -> str | Locator:
        """The label, or the place, at which confirmation and detail screens show the value."""
        return self.shown or self.text or self.drop_down or self.radio or self.checks or self.date or ""


def _numbered(value: object, row: int) -> object:
    if isinstance(value, str):
        return value.replace("{row}", str(row))
    if isinstance(value, tuple):
        return tuple(_numbered(part, row) for part in value)
    if isinstance(value, dict):
        return {key: _numbered(part, row) for key, part in value.items()}
    return value


class TableMap(Strict):
    """A table of persons: the columns' fields, and the title of the table in which a row is shown."""

    shown_in: str = ""
    fields: Mapping[str, FieldMap]


class EntryPage(Strict):
    """One entry page: its fields in typing order, and what leads on."""

    screen: str
    fields: Mapping[str, FieldMap] = {}
    tables: Mapping[str, TableMap] = {}
    next: Locator


class Confirmation(Strict):
    screen: str
    submit: Locator


class ReceiptScreen(Strict):
    """Where the target says what number it gave: the label beside it."""

    screen: str
    number: str


class FormEntry(Strict):
    """How one form is entered, from a signed-in session to the receipt."""

    begin: tuple[Step, ...]
    pages: tuple[EntryPage, ...]
    confirm: Confirmation
    receipt: ReceiptScreen


class LookUp(Strict):
    """How a record is looked up by its reception number.

    ``hits`` is the title of the table of hits, ``number`` its column whose link opens the ``detail`` screen.
    With ``identifies: false`` the target has no place for a reception number, and every hit goes to a person.
    """

    steps: tuple[Step, ...]
    nothing: Locator
    hits: str
    number: str
    detail: str
    identifies: bool = True


class CredentialNames(Strict):
    """The environment variables that hold the operator's id and password."""

    operator: str
    password: str


class TargetDefinition(Strict):
    """A target system: how to sign in, look up, enter and prove, and how its screens are told apart."""

    target: str
    version: Annotated[int, Spec(gt=0)]
    title: str
    url: str
    credentials: CredentialNames
    step_timeout_s: Annotated[float, Spec(gt=0)] = 15.0
    settle_s: Annotated[float, Spec(ge=0)] = 5.0
    """The longest time in which a submit that seemed lost may still arrive."""

    doubt_timeout_s: Annotated[float, Spec(ge=0)] = 60.0
    """How long a doubt is looked into while the target cannot be reached."""

    screens: Mapping[str, Screen]
    refusals: Locator
    mask: tuple[str, ...] = ("td", "dd", "input", "select", "textarea")
    """Selectors of everything that is painted over in pictures."""

    date_parts: DateParts
    checks_separator: str = "、"
    """What stands between the words where several boxes were ticked."""

    sign_in: tuple[Step, ...]
    sign_out: tuple[Step, ...] = ()
    look_up: LookUp
    forms: Mapping[str, FormEntry]

    def at(self, url: str) -> TargetDefinition:
        """The same target at another address."""
        return self.model_copy(update={"url": url})

    def with_meaning(self) -> dict[str, Screen]:
        """The screens that may come up at any time."""
        return {name: screen for name, screen in self.screens.items() if screen.means is not Meaning.NOTHING}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = sorted(set(self._named_screens()) - set(self.screens))
        if unknown:
            raise ValueError(f"no such screen: {', '.join(unknown)}")
        for name, form in self.forms.items():
            carried = any(RECEPTION_NUMBER in page.fields for page in form.pages)
            if self.look_up.identifies and not carried:
                raise ValueError(f"form {name}: no entry carries {RECEPTION_NUMBER} into the target")
        _fills_only(self.sign_in, "sign_in", "operator", "password")
        _fills_only(self.look_up.steps, "look_up", RECEPTION_NUMBER)
        for name, form in self.forms.items():
            _fills_only((*form.begin, *self.sign_out), f"{name}.begin or sign_out")
        return self

    def _named_screens(self) -> Iterator[str]:
        yield self.look_up.detail
        for form in self.forms.values():
            yield from (form.confirm.screen, form.receipt.screen, *(page.screen for page in form.pages))
        begins = (step for form in self.forms.values() for step in form.begin)
        for step in (*self.sign_in, *self.sign_out, *self.look_up.steps, *begins):
            if step.arrive:
                yield step.arrive


def _fills_only(steps: Iterable[Step], where: str, *words: str) -> None:
    for step in steps:
        if step.with_ is not None and step.with_ not in words:
            raise ValueError(
                f"{where} cannot fill with {step.with_}; it knows {', '.join(words) or 'nothing'}"
            )


def load_target(path: Path) -> TargetDefinition:
    """The target that a file defines. DefinitionError (``forms.errors``) names line and remedy."""
    return load_definition(path, TargetDefinition)
