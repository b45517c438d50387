"""From canonical values to keystrokes: what is typed or chosen where. All of it is known before typing."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from forms.dates import era_parts
from robots.definition import TargetDefinition
from robots.errors import DefinitionGapError
from robots.fields import DateParts, FieldMap, Format
from robots.places import Locator, Step
from robots.writing import Written, fitting, formatted, holdable, written_date

__all__ = ["Act", "Format", "Keystroke", "boxes", "formatted", "keystrokes", "typed"]


class Act(enum.Enum):
    """What a keystroke does."""

    FILL = "fill"
    """Type ``text`` into the box at ``place``."""

    CHOOSE = "choose"
    """Choose ``text`` in the drop-down at ``place``."""

    TICK = "tick"
    """Tick the box, or the radio button, ``text`` in the group ``place``."""

    SET = "set"
    """Tick the single box at ``place`` when ``text`` is not empty, else clear it."""

    STEPS = "steps"
    """Do ``steps`` with ``text`` as the value."""

    HOOK = "hook"
    """Call the hook ``name`` with ``text``."""


@dataclass(frozen=True)
class Keystroke:
    """One thing to type or to choose. ``text`` is personal data; it is not part of the printed form."""

    act: Act
    place: Locator | None

    text: str
    steps: tuple[Step, ...] = ()
    name: str = ""

    def __repr__(self) -> str:
        return f"Keystroke({self.act.value} {self.place or self.name or 'steps'})"


def typed(target: TargetDefinition, mapped: FieldMap, value: str) -> Written:
    """The canonical value in the target's own characters, or why it cannot be typed."""
    if not value or mapped.date or mapped.written or mapped.options or mapped.checkbox:
        return Written(value)
    held = holdable(mapped.characters or target.characters, value)
    too_long = fitting(mapped, formatted(mapped.as_, held.text))
    return Written(held.text, held.replaced, held.refused or too_long.refused)


def keystrokes(target: TargetDefinition, mapped: FieldMap, value: str) -> tuple[Keystroke, ...]:
    """How a value is entered; nothing for a blank one, but that a single box is cleared.

    DefinitionGapError when the definition has no way to write the value.
    """
    if mapped.checkbox:
        ticked = "1" if value == mapped.when else ""
        return (Keystroke(Act.SET, _place(mapped.checkbox), ticked),)
    if not value:
        return ()
    if mapped.date:
        return _date(mapped.parts or target.date_parts, mapped, mapped.date, value)
    if mapped.split:
        return _split(mapped, value)
    if mapped.drop_down:
        return (Keystroke(Act.CHOOSE, _place(mapped.drop_down), mapped.options.get(value, value)),)
    if group := mapped.radio or mapped.checks:
        place = group if isinstance(group, Locator) else Locator(group=group)
        words = [mapped.options.get(part, part) for part in value.split(",")]
        return tuple(Keystroke(Act.TICK, place, word) for word in words)
    text = written_date(mapped.written, value) if mapped.written else formatted(mapped.as_, value)
    if mapped.steps:
        return (Keystroke(Act.STEPS, mapped.steps[0].place, text, steps=mapped.steps),)
    if mapped.hook:
        return (Keystroke(Act.HOOK, None, text, name=mapped.hook),)
    return (Keystroke(Act.FILL, _place(mapped.text), text),)


def boxes(mapped: FieldMap, parts: DateParts | None) -> tuple[Locator, ...]:
    """The places of a field's boxes, in order; of a group the group, of steps what the first one uses."""
    if mapped.date:
        named = mapped.parts or parts
        words = (named.era, named.year, named.month, named.day) if named else ()
        return tuple(_boxed(word, mapped.date) for word in words if word)
    if mapped.steps:
        first = mapped.steps[0].place
        return (first,) if first else ()
    if group := mapped.radio or mapped.checks:
        return (group if isinstance(group, Locator) else Locator(group=group),)
    given = mapped.split or (mapped.text or mapped.drop_down or mapped.checkbox,)
    return tuple(_place(place) for place in given if place)


def _place(place: str | Locator | None) -> Locator:
    return place if isinstance(place, Locator) else Locator(label=place)


def _split(mapped: FieldMap, value: str) -> tuple[Keystroke, ...]:
    parts = value.split(mapped.at)
    if len(parts) != len(mapped.split):
        raise DefinitionGapError("definition.split", f"{mapped.shown_as}: not {len(mapped.split)} parts")
    return tuple(
        Keystroke(Act.FILL, _place(place), formatted(mapped.as_, part))
        for place, part in zip(mapped.split, parts, strict=True)
    )


def _date(parts: DateParts | None, mapped: FieldMap, label: str, value: str) -> tuple[Keystroke, ...]:
    if parts is None:
        raise DefinitionGapError("definition.date", f"{label}: `date_parts` are not given")
    written = era_parts(value)
    western = mapped.era or not parts.era
    era, year = (mapped.era, int(value[:4])) if western else (written.era, written.year)
    if parts.era and not era:
        raise DefinitionGapError("definition.era", f"{label}: a date before the eras of the drop-down")
    strokes = [
        Keystroke(Act.FILL, _boxed(parts.year, label), str(year)),
        Keystroke(Act.FILL, _boxed(parts.month, label), f"{written.month:02d}"),
        Keystroke(Act.FILL, _boxed(parts.day, label), f"{written.day:02d}"),
    ]
    if parts.era and era:
        strokes.insert(0, Keystroke(Act.CHOOSE, _boxed(parts.era, label), mapped.options.get(era, era)))
    return tuple(strokes)


def _boxed(words: str, label: str) -> Locator:
    return Locator(label=words.replace("{label}", label))
