"""What the pages show: registrations cut into titled tables of labels and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.target.screens import EntryForm, Item, Page


@dataclass(frozen=True)
class Section:
    """One titled table of labels and values; an empty item has an empty value."""

    title: str
    pairs: tuple[tuple[str, str], ...]


def sections(form: EntryForm, items: Mapping[str, str]) -> tuple[Section, ...]:
    """A registration as tables: one for each page, or one for each person that was entered."""
    return tuple(section for page in form.pages for section in _of_page(page, items))


def _of_page(page: Page, items: Mapping[str, str]) -> list[Section]:
    if not page.table:
        return [Section(page.title, _pairs(page.items, page.items, items))]
    rows = [(number, page.row(number)) for number in range(1, page.rows + 1)]
    return [
        Section(f"{number}人目", _pairs(page.columns, row, items))
        for number, row in rows
        if any(item.name in items for item in row)
    ]


def _pairs(
    labels: tuple[Item, ...], named: tuple[Item, ...], items: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple((label.label, items.get(item.name, "")) for label, item in zip(labels, named, strict=True))
