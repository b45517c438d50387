"""From canonical values to keystrokes: what is typed or chosen where. All of it is known before typing."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import jaconv

from forms.dates import era_parts
from robots.definition import FieldMap, Format, Locator, TargetDefinition
from robots.errors import DefinitionGapError


class Act(enum.Enum):
    """What a keystroke does."""

    FILL = "fill"
    """Type ``text`` into the box at ``place``."""

    CHOOSE = "choose"
    """Choose ``text`` in the drop-down at ``place``."""

    TICK = "tick"
    """Tick the box, or the radio button, ``text`` in the group ``place``."""


@dataclass(frozen=True)
class Keystroke:
    """One thing to type or to choose. ``text`` is personal data; it is not part of the printed form."""

    act: Act
    place: Locator

    text: str

    def __repr__(self) -> str:
        return f"Keystroke({self.act.value} {self.place})"


def keystrokes(target: TargetDefinition, mapped: FieldMap, value: str) -> tuple[Keystroke, ...]:
    """How a canonical value is entered; nothing for a blank one.

    DefinitionGapError when the definition has no way to write the value.
    """
    if not value:
        return ()
    if mapped.date:
        return _date(target, mapped, mapped.date, value)
    if mapped.split:
        return _split(mapped, value)
    if mapped.drop_down:
        return (Keystroke(Act.CHOOSE, Locator(label=mapped.drop_down), mapped.options.get(value, value)),)
    if group := mapped.radio or mapped.checks:
        words = [mapped.options.get(part, part) for part in value.split(",")]
        return tuple(Keystroke(Act.TICK, Locator(group=group), word) for word in words)
    place = mapped.text if isinstance(mapped.text, Locator) else Locator(label=mapped.text)
    return (Keystroke(Act.FILL, place, formatted(mapped.as_, value)),)


def formatted(how: Format, value: str) -> str:
    """Canonical text in the width that the target takes."""
    if how is Format.FULL_WIDTH:
        return str(jaconv.h2z(value, kana=True, ascii=True, digit=True)).replace(" ", "\u3000")
    if how is Format.HALF_KANA:
        return str(jaconv.z2h(value, kana=True, ascii=True, digit=True)).replace("\u3000", " ")
    return value


def _split(mapped: FieldMap, value: str) -> tuple[Keystroke, ...]:
    parts = value.split(mapped.at)
    if len(parts) != len(mapped.split):
        raise DefinitionGapError("definition.split", f"{mapped.shown_as}: not {len(mapped.split)} parts")
    return tuple(
        Keystroke(Act.FILL, Locator(label=label), part)
        for label, part in zip(mapped.split, parts, strict=True)
    )


def _date(target: TargetDefinition, mapped: FieldMap, label: str, value: str) -> tuple[Keystroke, ...]:
    written = era_parts(value)
    era, year = (mapped.era, int(value[:4])) if mapped.era else (written.era, written.year)
    if not era:
        raise DefinitionGapError("definition.era", f"{label}: a date before the eras of the drop-down")
    boxes = target.date_parts.model_copy(
        update={
            part: words.replace("{label}", label) for part, words in target.date_parts.model_dump().items()
        }
    )
    return (
        Keystroke(Act.CHOOSE, Locator(label=boxes.era), mapped.options.get(era, era)),
        Keystroke(Act.FILL, Locator(label=boxes.year), str(year)),
        Keystroke(Act.FILL, Locator(label=boxes.month), f"{written.month:02d}"),
        Keystroke(Act.FILL, Locator(label=boxes.day), f"{written.day:02d}"),
    )
