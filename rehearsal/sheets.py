"""Fills a printed blank the way a person does: each field by its kind, by a hand, with what goes wrong."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from forms.dates import era_parts
from forms.definition import Box, Field, FormDefinition, Kind
from rehearsal import names, pens
from rehearsal.hands import Align, Hand, natural_width_em, write, write_cell
from rehearsal.paper import Paper, blank_paper
from rehearsal.people import chance, japanese_household, pick, place
from rehearsal.stories import Story

RELATIONS: Final = ("妻", "夫", "子", "母", "父")
STRIKABLE: Final = (Kind.NAME, Kind.KANA, Kind.ADDRESS, Kind.RELATION, Kind.TEXT)
DATE_TEXT: Final = re.compile(r"(?P<era>\D*?)(?P<year>\d+|元)年(?P<month>\d+)月(?P<day>\d+)日")


@dataclass(frozen=True)
class Incidents:
    """What happened while the sheet was filled, each by field id; empty: nothing."""

    struck: str = ""
    """First written wrong, struck through with two lines, and written again."""

    erased: str = ""
    """First written wrong and rubbed out, not quite, with an erasable pen; written again over it."""

    sealed: str = ""
    """A name seal was pressed over the end of the writing."""

    touching: tuple[str, ...] = ()
    """Written so low that it touches the ruling."""


@dataclass(frozen=True)
class Writing:
    """A hand at work on a paper."""

    paper: Paper
    hand: Hand
    rng: np.random.Generator
    day: dt.date
    """The day that the office's stamp shows."""


def fill(
    form: FormDefinition,
    story: Story,
    hand: Hand,
    clerk: Hand,
    rng: np.random.Generator,
    incidents: Incidents,
) -> Paper:
    """A fresh blank with the story written on it; the office's fields are in the clerk's hand.

    NoGlyphError when a hand cannot write a character.
    """
    paper = blank_paper(form)
    day = story.handed_in
    for field in form.fields:
        text = story.written.get(field.id) or story.values[field.id]
        if text:
            at_work = Writing(paper, clerk if field.office else hand, rng, day)
            _fill_field(at_work, field, text, incidents)
    return paper


def _fill_field(work: Writing, field: Field, text: str, incidents: Incidents) -> None:
    if field.id == incidents.struck:
        ink = _struck(work, field, text)
    else:
        box = field.box
        if field.id == incidents.erased:
            _ghost(work, field, text)
        if field.id in incidents.touching:
            box = box.moved(dy_mm=box.height_mm * 0.17)
        ink = _entry(work, field.model_copy(update={"box": box}), text)
    if field.id == incidents.sealed:
        centre = (ink.right_mm - 0.5, ink.y_mm + ink.height_mm / 2)
        pens.name_seal(work.paper, text.split("\u3000")[0][:2], centre, work.rng)


def _entry(work: Writing, field: Field, text: str) -> Box:
    """Writes one entry by its kind; returns the area of the ink where a seal or line may go."""
    if field.comb:
        return _comb(work, field, text)
    return WAYS.get(field.kind, _line)(work, field, text)


def _line(work: Writing, field: Field, text: str) -> Box:
    align: Align = (
        "centre" if field.kind is Kind.RELATION else "right" if field.kind is Kind.AMOUNT else "left"
    )
    return write(work.paper, text, field.box, work.hand, work.rng, align)


def _comb(work: Writing, field: Field, text: str) -> Box:
    chars = text.replace("-", "")
    cells = field.cell_boxes
    # A telephone number begins at the left; a short count stands at the right, though not with everybody.
    left = field.kind is Kind.PHONE or chance(work.rng, 0.2)
    start = 0 if left else len(cells) - len(chars)
    for char, cell in zip(chars, cells[start:], strict=False):
        write_cell(work.paper, char, cell, work.hand, work.rng)
    return field.box


def _phone(work: Writing, field: Field, text: str) -> Box:
    head = 3
    middle = -4
    grouped = f"{text[:head]}-{text[head:middle]}-{text[middle:]}"
    return write(work.paper, grouped, field.box, work.hand, work.rng)


def _ticks(work: Writing, field: Field, text: str) -> Box:
    for value in text.split(","):
        option = field.option(value)
        if option is None:
            raise LookupError(f"field {field.id} has no option {value!r}")
        if field.kind is Kind.CIRCLE:
            pens.circle(work.paper, option.box, work.hand, work.rng)
        else:
            pens.tick(work.paper, option.box, work.hand, work.rng)
    return field.box


def _date(work: Writing, field: Field, text: str) -> Box:
    """Rings the era and writes the numbers; ``text`` is canonical or as written (昭和64年1月8日)."""
    era, *numbers = _as_written(field, text, work.rng)
    option = field.option(era)
    if option:
        pens.circle(work.paper, option.box, work.hand, work.rng)
    for number, part in zip(numbers, ("year", "month", "day"), strict=True):
        align: Align = "right" if chance(work.rng, 0.6) else "centre"
        write(work.paper, number, field.parts[part], work.hand, work.rng, align)
    return field.box


def _as_written(field: Field, text: str, rng: np.random.Generator) -> tuple[str, str, str, str]:
    found = DATE_TEXT.fullmatch(text)
    if found:
        return found["era"], found["year"], found["month"], found["day"]
    if not field.options:
        year, month, day = text.split("-")
        return "", year, str(int(month)), str(int(day))
    date = era_parts(text)
    year = "元" if date.year == 1 and chance(rng, 0.6) else str(date.year)
    return date.era, year, str(date.month), str(date.day)


def _stamp(work: Writing, field: Field, text: str) -> Box:
    box = field.box
    size_mm = min(box.width_mm, box.height_mm) * 0.98
    slack = np.maximum([box.width_mm - size_mm, box.height_mm - size_mm], 0) * 0.3
    dx, dy = work.rng.uniform(-1, 1, 2) * slack
    centre = (box.x_mm + box.width_mm / 2 + float(dx), box.y_mm + box.height_mm / 2 + float(dy))
    if "受付" in field.label:
        stamped = era_parts(work.day.isoformat())
        day = f"{stamped.year}.{stamped.month}.{stamped.day}"
        pens.date_seal(work.paper, ("受付", day, "市民課"), centre, work.rng, size_mm)
    else:
        pens.name_seal(work.paper, pick(work.rng, names.SURNAMES).text, centre, work.rng, min(size_mm, 10.5))
    return box


Way = Callable[[Writing, Field, str], Box]
WAYS: Final[Mapping[Kind, Way]] = {
    Kind.PHONE: _phone,
    Kind.TICKS: _ticks,
    Kind.CIRCLE: _ticks,
    Kind.DATE: _date,
    Kind.STAMP: _stamp,
}


# --- written wrong, struck through, written again ---


def _struck(work: Writing, field: Field, text: str) -> Box:
    wrong = _wrong_entry(field, text, work.rng)
    lower, upper = _two_places(field.box, wrong, text, work.hand, work.rng)
    ink = write(work.paper, wrong, lower, work.hand, work.rng)
    pens.strike_through(work.paper, ink, work.hand, work.rng)
    return write(work.paper, text, upper, work.hand, work.rng)


def _ghost(work: Writing, field: Field, text: str) -> None:
    faint = replace(work.hand, density=0.2, ink=(90, 90, 96))
    write(work.paper, _wrong_entry(field, text, work.rng), field.box, faint, work.rng)


def _two_places(box: Box, wrong: str, text: str, hand: Hand, rng: np.random.Generator) -> tuple[Box, Box]:
    """Where the wrong and the right entry go: one below the other in a high box, else side by side."""
    if box.height_mm >= 8.5 and chance(rng, 0.5):
        half = box.height_mm / 2
        upper = Box(x_mm=box.x_mm + 1, y_mm=box.y_mm, width_mm=box.width_mm - 1, height_mm=half)
        return upper.moved(dx_mm=-1, dy_mm=half), upper
    first_em, second_em = natural_width_em(wrong, hand), natural_width_em(text, hand)
    wide = min(box.width_mm * first_em / (first_em + second_em), first_em * hand.size_mm + 4)
    start = box.x_mm + wide + 1
    left = Box(x_mm=box.x_mm, y_mm=box.y_mm, width_mm=wide - 1, height_mm=box.height_mm)
    return left, Box(x_mm=start, y_mm=box.y_mm, width_mm=box.right_mm - start, height_mm=box.height_mm)


def _wrong_entry(field: Field, text: str, rng: np.random.Generator) -> str:
    """Something that a person might have begun to write there by mistake."""
    other = japanese_household(rng).head
    if field.kind is Kind.ADDRESS:
        return place(rng, names.AWAY_CODES).text
    if field.kind is Kind.RELATION:
        return pick(rng, [word for word in RELATIONS if word != text])
    if field.kind is Kind.TEXT:
        return pick(rng, names.HOUSES)
    return other.kana if field.kind is Kind.KANA else other.name
