"""Proof of entry: what a target shows, compared field by field with the record, in canonical text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import jaconv

from forms.definition import Field, Kind
from forms.kinds import parse
from robots.errors import ScreenChangedError
from robots.fields import FieldMap, Format
from robots.places import Locator
from robots.plan import Placed
from robots.receipt import FieldCheck

MASKED = "＊"


@dataclass(frozen=True)
class Shown:
    """What one screen shows: texts by title of their table and label, and by selector."""

    screen: str
    labelled: tuple[tuple[str, str, str], ...]
    """Title of the table, label, text."""

    selected: Mapping[str, str]

    def beside(self, label: str) -> str:
        """The text beside a label. ScreenChangedError unless the label is there exactly once."""
        texts = [text for _, other, text in self.labelled if other == label]
        if len(texts) != 1:
            raise ScreenChangedError(self.screen, (label,))
        return texts[0]

    def titles(self) -> frozenset[str]:
        return frozenset(title for title, _, _ in self.labelled)


def compare(placed: Iterable[Placed], shown: Shown, separator: str) -> tuple[FieldCheck, ...]:
    """Every field of the record beside what the screen shows for it.

    A table row that is empty in the record is compared only where the screen shows one; it then differs.
    ScreenChangedError when a label is not there exactly once.
    """
    placed = tuple(placed)
    titled = {one.shown_in for one in placed if one.shown_in}
    there = [one for one in placed if one.row_filled or one.shown_in in shown.titles()]
    texts = [(one, _text(one, shown, titled)) for one in there]
    missing = tuple(str(one.mapped.shown_as) for one, text in texts if text is None)
    if missing:
        raise ScreenChangedError(shown.screen, missing)
    return tuple(_check(one, text or "", separator) for one, text in texts)


def texts_of(placed: Iterable[Placed], shown: Shown) -> frozenset[str]:
    """The record's values as the screen words them, for making sure that no picture shows one."""
    placed = tuple(placed)
    titled = {one.shown_in for one in placed if one.shown_in}
    return frozenset(text for one in placed if (text := _text(one, shown, titled)))


def canonical(field: Field, mapped: FieldMap, text: str, separator: str) -> str:
    """What the target shows as canonical text; as it stands where it cannot be that."""
    if mapped.options or mapped.checks:
        words = {word: value for value, word in mapped.options.items()}
        text = ",".join(words.get(word, word) for word in text.split(separator))
    if mapped.as_ is Format.HIRAGANA:
        text = jaconv.hira2kata(text)
    return parse(field, text).value or text.strip()


def _text(one: Placed, shown: Shown, titled: set[str]) -> str | None:
    """The text beside a field's label; None unless there is exactly one."""
    place = one.mapped.shown_as
    if isinstance(place, Locator):
        return shown.selected.get(str(place))
    found = [
        text
        for title, label, text in shown.labelled
        if label == place and (title == one.shown_in if one.shown_in else title not in titled)
    ]
    return found[0] if len(found) == 1 else None


def _check(one: Placed, text: str, separator: str) -> FieldCheck:
    seen = canonical(one.field, one.mapped, text, separator)
    same = seen == one.expected
    if one.field.kind is Kind.MY_NUMBER:
        return FieldCheck(one.field.id, MASKED * len(one.expected), MASKED * len(seen), same)
    return FieldCheck(one.field.id, one.expected, seen, same)
