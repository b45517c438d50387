"""What the entry screens ask for: items and pages as data that templates draw and checks read."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property


class Input(enum.Enum):
    """How an item is asked for, and with it which characters the system takes."""

    WIDE = "wide"
    """Full-width characters of JIS levels 1 and 2 with the vendor extensions, as such systems hold them."""

    KANA = "kana"
    """Katakana, held in half-width."""

    DIGITS = "digits"
    LETTERS = "letters"
    """Half-width Latin letters and digits."""

    DATE = "date"
    """Era drop-down, year, month, day."""

    CHOICE = "choice"
    """Radio buttons."""

    LIST = "list"
    """A drop-down."""

    CHECKS = "checks"
    """Check boxes, any number of them."""


@dataclass(frozen=True)
class Item:
    """One item of a page. ``size`` is the longest text in characters that the database column takes.

    ``split`` divides a number over several boxes, each with so many digits. ``unknown_day`` allows 00 for
    month and day, as registers hold old births.
    """

    name: str
    label: str
    input: Input
    size: int = 40
    required: bool = False
    options: tuple[str, ...] = ()
    split: tuple[int, ...] = ()
    unknown_day: bool = False
    check_digit: bool = False

    @cached_property
    def parts(self) -> tuple[tuple[str, str, int], ...]:
        """Name, label and size of every box of the item, in order."""
        if self.input is Input.DATE:
            named = (("era", "元号", 2), ("year", "年", 4), ("month", "月", 2), ("day", "日", 2))
            return tuple((f"{self.name}.{key}", f"{self.label}の{word}", size) for key, word, size in named)
        if self.split:
            return tuple(
                (f"{self.name}.{number}", f"{self.label}({number})", size)
                for number, size in enumerate(self.split, start=1)
            )
        return ((self.name, self.label, self.size),)


@dataclass(frozen=True)
class Page:
    """One entry page: single items, and perhaps a table with the same items in every row."""

    title: str
    items: tuple[Item, ...] = ()
    table: str = ""
    table_title: str = ""
    rows: int = 0
    columns: tuple[Item, ...] = ()

    def row(self, number: int) -> tuple[Item, ...]:
        """The items of a table row, 1-based, with names and labels that tell the row."""
        return tuple(
            replace(
                column,
                name=f"{self.table}.{number}.{column.name}",
                label=f"{number}人目の{column.label}",
            )
            for column in self.columns
        )

    def all_items(self) -> Iterator[Item]:
        yield from self.items
        for number in range(1, self.rows + 1):
            yield from self.row(number)


@dataclass(frozen=True)
class EntryForm:
    """A kind of registration: its pages in the order in which they are asked."""

    name: str
    title: str
    pages: tuple[Page, ...]
