"""A target system as a city hall describes it: the model behind ``config/targets/<name>.yaml``."""

from __future__ import annotations

import datetime
import enum
import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field as Spec
from pydantic import model_validator

from forms.errors import DefinitionError
from forms.library import load_definition
from robots import hooks
from robots.fields import Characters, DateParts, FieldMap, TableMap
from robots.places import Dialog, Locator, Meaning, Screen, Step, Strict

RECEPTION_NUMBER = "reception_number"
"""The entry that carries the reception number into the target; it is not a field of the form."""


class EntryPage(Strict):
    """One entry page: its fields in typing order, and what leads on (the last one's may be the submit)."""

    screen: str
    before: tuple[Step, ...] = ()
    """Steps that make the page ready (opening a section, choosing a tab)."""

    fields: Mapping[str, FieldMap] = {}
    tables: Mapping[str, TableMap] = {}
    next: Locator | None = None

    def places(self) -> Iterator[FieldMap]:
        yield from self.fields.values()
        for table in self.tables.values():
            yield from table.fields.values()


class Confirmation(Strict):
    """The screen that shows everything once more, and the button that registers it."""

    screen: str
    submit: Locator


class ReceiptScreen(Strict):
    """What follows the submit, and where the number stands that the target gave: a label or a place.

    Without ``number`` it comes from the look-up that follows.
    """

    screen: str
    number: str | Locator | None = None


class FormEntry(Strict):
    """How one form is entered, from a signed-in session to the receipt.

    A target without a confirmation screen names the ``submit`` of its last page: what stands in the boxes is
    then compared before it is pressed.
    """

    begin: tuple[Step, ...]
    pages: Annotated[tuple[EntryPage, ...], Spec(min_length=1)]
    confirm: Confirmation | None = None
    submit: Locator | None = None
    receipt: ReceiptScreen

    @model_validator(mode="after")
    def _one_submit(self) -> Self:
        if (self.confirm is None) == (self.submit is None):
            raise ValueError("say `confirm` (screen and submit), or `submit` where there is no such screen")
        without = [page.screen for page in self.pages[: -1 if self.submit else None] if page.next is None]
        if without:
            raise ValueError(f"page {without[0]} needs `next`: what leads on from it")
        return self

    @property
    def final(self) -> Locator:
        """The one thing that registers."""
        place = self.confirm.submit if self.confirm else self.submit
        if place is None:
            raise ValueError("no submit")  # _one_submit has seen to it.
        return place


class LookUp(Strict):
    """How a record is looked up by its reception number.

    ``hits`` is the title of the table of hits (or its place), ``number`` its column whose link holds the
    target's own number and opens the ``detail`` screen. With ``identifies: false`` the target has no place
    for a reception number, and every hit goes to a person.
    """

    steps: tuple[Step, ...]
    nothing: Locator
    hits: str | Locator
    number: str
    detail: str
    identifies: bool = True


class CredentialNames(Strict):
    """The names under which operator id and password are kept (environment, secrets file or keyring)."""

    operator: str
    password: str


class Day(enum.Enum):
    MON, TUE, WED, THU, FRI, SAT, SUN = "mon", "tue", "wed", "thu", "fri", "sat", "sun"


class Hours(Strict):
    """When the target may be worked at, in the city hall's time; holidays are the site's."""

    opens: datetime.time
    closes: datetime.time
    days: tuple[Day, ...] = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI)
    on_holidays: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("`opens` comes before `closes`")
        return self


class Retry(Strict):
    """What is done while the target cannot be worked with: how long each wait is, and when to give up.

    After ``breaker`` records in a row that found it so, the queue stays shut for ``shut_s``.
    """

    waits_s: tuple[Annotated[float, Spec(ge=0)], ...] = (5.0, 30.0)
    breaker: Annotated[int, Spec(gt=0)] = 3
    shut_s: Annotated[float, Spec(ge=0)] = 600.0


class TargetDefinition(Strict):
    """A target system: how to sign in, look up, enter and prove, and how its screens are told apart."""

    target: str
    version: Annotated[int, Spec(gt=0)]
    title: str
    url: str
    credentials: CredentialNames | None = None
    """None where a person signs in (``wait_for`` in ``sign_in``)."""

    step_timeout_s: Annotated[float, Spec(gt=0)] = 15.0
    settle_s: Annotated[float, Spec(ge=0)] = 5.0
    """The longest time in which a submit that seemed lost may still arrive."""

    doubt_timeout_s: Annotated[float, Spec(ge=0)] = 60.0
    """How long a doubt is looked into while the target cannot be reached."""

    contexts: Annotated[int, Spec(gt=0, le=16)] = 1
    """How many records may be entered side by side, each in a session of its own."""

    hours: Hours | None = None
    retry: Retry = Retry()
    characters: Characters = Characters()
    hooks: str | None = None
    """A Python file beside the definition, for what YAML cannot say."""

    screens: Mapping[str, Screen]
    dialogs: tuple[Dialog, ...] = ()
    refusals: Locator
    mask: tuple[str, ...] = ("td", "dd", "input", "select", "textarea", ".readonly")
    """Selectors of everything that is painted over in pictures."""

    date_parts: DateParts | None = None
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

    @property
    def attended(self) -> bool:
        """Whether a person signs in at the robot's window."""
        return any(step.wait_for for step in self.sign_in)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = sorted(set(self._named_screens()) - set(self.screens))
        if unknown:
            raise ValueError(f"no such screen: {', '.join(unknown)}")
        if self.credentials is None and not self.attended:
            raise ValueError("`credentials` names id and password, unless a person signs in (`wait_for`)")
        for name, form in self.forms.items():
            carried = any(RECEPTION_NUMBER in page.fields for page in form.pages)
            if self.look_up.identifies and not carried:
                raise ValueError(f"form {name}: no entry carries {RECEPTION_NUMBER} into the target")
            dated = any(m.date and not m.parts for page in form.pages for m in page.places())
            if dated and self.date_parts is None:
                raise ValueError(f"form {name}: `date` needs `date_parts`, the labels of its boxes")
            _fills_only((*form.begin, *(s for page in form.pages for s in page.before)), f"{name}.begin")
            for mapped in (mapped for page in form.pages for mapped in page.places()):
                _fills_only(mapped.steps, f"{name}.{mapped.shown_as}", "value")
        _fills_only(self.sign_in, "sign_in", *(("operator", "password") if self.credentials else ()))
        _fills_only(self.look_up.steps, "look_up", RECEPTION_NUMBER)
        _fills_only(self.sign_out, "sign_out")
        return self

    def every_step(self) -> Iterator[Step]:
        """All steps, those of fields included."""
        yield from (*self.sign_in, *self.sign_out, *self.look_up.steps)
        for form in self.forms.values():
            yield from form.begin
            for page in form.pages:
                yield from page.before
                for mapped in page.places():
                    yield from mapped.steps

    def hook_names(self) -> frozenset[str]:
        fields = (m for form in self.forms.values() for page in form.pages for m in page.places())
        named = {step.hook for step in self.every_step()} | {mapped.hook for mapped in fields}
        return frozenset(name for name in named if name)

    def _named_screens(self) -> Iterator[str]:
        yield self.look_up.detail
        for form in self.forms.values():
            yield from (form.receipt.screen, *(page.screen for page in form.pages))
            if form.confirm:
                yield form.confirm.screen
        for step in self.every_step():
            if step.screen:
                yield step.screen


def _fills_only(steps: Iterable[Step], where: str, *words: str) -> None:
    for step in steps:
        if step.with_ is not None and step.with_ not in words:
            raise ValueError(
                f"{where} cannot fill with {step.with_}; it knows {', '.join(words) or 'nothing'}"
            )


def load_target(path: Path) -> TargetDefinition:
    """The target that a file defines. DefinitionError (``forms.errors``) names line and remedy."""
    target = load_definition(path, TargetDefinition)
    if target.hooks is None and target.hook_names():
        name = sorted(target.hook_names())[0]
        line = hooks.line_of(path, f"hook: {name}")
        raise DefinitionError(path, line, "hooks", f"hook {name} is in no file", "Name it: `hooks: name.py`.")
    if target.hooks is None:
        return target
    file = path.with_name(target.hooks)
    known = hooks.functions(file, path)
    for name in sorted(target.hook_names()):
        if not inspect.iscoroutinefunction(known.get(name)):
            line = hooks.line_of(path, f"hook: {name}")
            problem = f"{file.name} has no function `async def {name}`"
            raise DefinitionError(path, line, "hook", problem, "Add it or correct the name.")
    return target.model_copy(update={"hooks": str(file)})
