"""Proving a definition against the live screens, without writing anything: all that does not fit is named.

Goes as far as can be gone by looking: sign-in, look-up of a number that is not there, the first page of each
form. The pages behind it are seen by a dry run (``robots.dry``), and checked again before each is typed into.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from playwright.async_api import Error

from forms.definition import Field, FormDefinition
from robots.definition import RECEPTION_NUMBER, EntryPage, FormEntry
from robots.errors import RobotError, ScreenChangedError
from robots.fields import FieldMap
from robots.formats import boxes
from robots.places import Locator, Step
from robots.plan import gaps, name_of
from robots.prints import ScreenPrint, take
from robots.steps import Hands

NOT_THERE = "TENKI-CHECK-0"
"""A reception number that no record has."""


class Lack(enum.Enum):
    """What does not fit."""

    MISSING = "missing"
    """A place is not on the screen."""

    AMBIGUOUS = "ambiguous"
    """A place is there more than once: nobody knows which is meant."""

    OPTION = "option"
    """A choice that the form has is not offered."""

    LENGTH = "length"
    """The box takes fewer characters than the definition says."""

    SCREEN = "screen"
    """A screen does not come."""

    MAPPING = "mapping"
    """Form and definition do not agree."""


@dataclass(frozen=True)
class Misfit:
    """One thing that does not fit: on which screen, what the definition says, what was seen."""

    lack: Lack
    screen: str
    place: str
    seen: str = ""


@dataclass
class Examination:
    """What was seen on the way, screen by screen."""

    misfits: list[Misfit] = field(default_factory=list)
    screens: list[ScreenPrint] = field(default_factory=list)


async def examine(hands: Hands, forms: Iterable[FormDefinition]) -> Examination:
    """Everything from the look-up on; the caller has signed in. A way that ends early ends with a misfit."""
    seen, target = Examination(), hands.target
    forms = tuple(forms)
    seen.misfits += (Misfit(Lack.MAPPING, "", gap) for form in forms for gap in gaps(target, form))
    await _walk(hands, seen, (*target.look_up.steps,), {RECEPTION_NUMBER: NOT_THERE})
    if not seen.misfits and not await hands.shows(target.look_up.nothing):
        seen.misfits.append(Misfit(Lack.MISSING, target.look_up.detail, str(target.look_up.nothing)))
    for form in forms:
        entry = target.forms.get(form.form)
        if entry and await _walk(hands, seen, entry.begin, {}):
            await _first_page(hands, seen, entry, form)
    return seen


async def _walk(hands: Hands, seen: Examination, steps: Iterable[Step], words: Mapping[str, str]) -> bool:
    """Do steps one by one and take the print of each screen; False when one of them cannot be done."""
    for step in steps:
        try:
            await hands.perform((step,), words)
        except ScreenChangedError as error:
            await _note_missing(hands, seen, error)
            return False
        except (RobotError, Error) as error:
            code = error.code if isinstance(error, RobotError) else "browser"
            seen.misfits.append(Misfit(Lack.SCREEN, step.screen or "", told(step), code))
            return False
        if step.arrive:
            await _print(hands, seen, step.arrive)
    return True


def told(step: Step) -> str:
    """A step in the definition's words."""
    return str(step.place or step.open or step.screen or step.hook or "")


async def _print(hands: Hands, seen: Examination, screen: str) -> None:
    if screen not in {one.screen for one in seen.screens}:
        seen.screens.append(await take(hands.page, screen, await hands.masked_picture(frozenset())))


async def _note_missing(hands: Hands, seen: Examination, error: ScreenChangedError) -> None:
    await _print(hands, seen, error.screen)
    screen = hands.target.screens.get(error.screen)
    places = {str(place): place for place in (screen.landmarks if screen else ())}
    for name in error.missing:
        count = (await hands.counts([places[name]]))[places[name]] if name in places else 0
        lack = Lack.AMBIGUOUS if count > 1 else Lack.MISSING
        seen.misfits.append(Misfit(lack, error.screen, name, str(count)))


async def _first_page(hands: Hands, seen: Examination, entry: FormEntry, form: FormDefinition) -> None:
    page = entry.pages[0]
    try:
        await hands.arrive(page.screen)
        await hands.perform(page.before, {})
    except ScreenChangedError as error:
        await _note_missing(hands, seen, error)
        return
    except (RobotError, Error):
        seen.misfits.append(Misfit(Lack.SCREEN, page.screen, page.screen))
        return
    await _print(hands, seen, page.screen)
    seen.misfits += await page_misfits(hands, page, entry, form)


async def page_misfits(hands: Hands, page: EntryPage, entry: FormEntry, form: FormDefinition) -> list[Misfit]:
    """Everything on an entry page that is not as the definition and the form say; nothing is typed."""
    wanted = list(_mapped(page, form))
    parts = hands.target.date_parts
    places = [place for mapped, _ in wanted for place in boxes(mapped, parts)]
    counts = await hands.counts([*places, page.next or entry.final])
    misfits = [
        Misfit(Lack.AMBIGUOUS if count else Lack.MISSING, page.screen, str(place), str(count))
        for place, count in counts.items()
        if count != 1
    ]
    for mapped, one in wanted:
        for place in boxes(mapped, parts):
            if counts[place] == 1:
                misfits += await _box_misfits(hands, page.screen, mapped, one, place)
    return misfits


def _mapped(page: EntryPage, form: FormDefinition) -> Iterator[tuple[FieldMap, Field | None]]:
    """Every field of the page, tables with the rows that are there, beside the form's field."""
    by_name = {name_of(one): one for one in form.fields if not one.table or one.row == 1}
    for name, mapped in page.fields.items():
        yield mapped, by_name.get(name)
    for table, columns in page.tables.items():
        rows = {one.row for one in form.fields if one.table == table and one.row}
        there = columns.rows_there if columns.rows_there is not None else max(rows, default=0)
        for row in range(1, there + 1):
            for name, mapped in columns.fields.items():
                yield mapped.for_row(row), by_name.get(f"{table}.{name}")


async def _box_misfits(
    hands: Hands, screen: str, mapped: FieldMap, one: Field | None, place: Locator
) -> list[Misfit]:
    offered = await hands.offered(place)
    options = [option.value for option in one.options] if one else []
    misfits = []
    if mapped.drop_down or mapped.radio or mapped.checks:
        words = [mapped.options.get(value, value) for value in options]
        lost = [word for word in words if word not in offered.words]
        misfits += [Misfit(Lack.OPTION, screen, str(place), word) for word in lost]
    if mapped.max_length and offered.longest and offered.longest < mapped.max_length:
        misfits.append(Misfit(Lack.LENGTH, screen, str(place), str(offered.longest)))
    return misfits
