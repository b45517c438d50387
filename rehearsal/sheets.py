"""Fills a printed blank the way a person does: each field by its kind, by a hand, with what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from forms.dates import era_parts
from forms.definition import Box, Field, FormDefinition, Kind
from rehearsal import mishaps, names, pens
from rehearsal.hands import Hand
from rehearsal.handwriting import Align, write, write_cell
from rehearsal.incidents import Incidents, Stamping
from rehearsal.mishaps import Writing
from rehearsal.paper import Paper, blank_paper
from rehearsal.people import chance, pick
from rehearsal.stories import Story

DATE_TEXT: Final = re.compile(r"(?P<era>\D*?)(?P<year>\d+|元)年(?P<month>\d+)月(?P<day>\d+)日")
PALE_STAMP: Final = 0.35
"""How strong a stamp is that wants ink."""


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
    if incidents.pale_print:
        paper.pixels[:] = 255 - ((255 - paper.pixels) * (1 - incidents.pale_print)).astype(np.uint8)
    pale = replace(hand, density=hand.density * (1 - incidents.pale_pen))
    day = story.handed_in
    for field in form.fields:
        text = story.written.get(field.id) or story.values[field.id]
        if text:
            at_work = Writing(paper, clerk if field.office else pale, rng, day, incidents)
            _fill_field(at_work, field, text)
    return paper


def _fill_field(work: Writing, field: Field, text: str) -> None:
    happened = work.incidents
    ink = _with_mishap(work, field, text) or _plainly(work, field, text)
    if field.id == happened.sealed:
        centre = (ink.right_mm - 0.5, ink.y_mm + ink.height_mm / 2)
        pens.name_seal(work.paper, text.split("\u3000")[0][:2], centre, work.rng)


def _with_mishap(work: Writing, field: Field, text: str) -> Box | None:
    """Writes an entry that goes wrong; None, and nothing written, when this one does not."""
    happened = work.incidents
    mishap = {
        happened.struck: mishaps.struck,
        happened.patched: mishaps.patched,
        happened.two_lines: mishaps.on_two_lines,
        happened.squeezed: mishaps.squeezed,
        happened.reaching: mishaps.reaching,
        happened.vertical: mishaps.downwards,
    }.get(field.id)
    return mishap(work, field, text) if mishap else None


def _plainly(work: Writing, field: Field, text: str) -> Box:
    happened, box = work.incidents, field.box
    if field.id == happened.erased:
        mishaps.ghost(work, field, text)
    if field.id in happened.touching:
        box = box.moved(dy_mm=box.height_mm * 0.17)
    if field.id == happened.strayed:
        box = box.moved(*happened.strayed_mm)
    return _entry(work, field.model_copy(update={"box": box}), text)


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
    if field.id == work.incidents.corrected:
        _wrong_tick(work, field, text)
    for value in text.split(","):
        option = field.option(value)
        if option is None:
            raise LookupError(f"field {field.id} has no option {value!r}")
        if field.kind is Kind.CIRCLE:
            pens.circle(work.paper, option.box, work.hand, work.rng, work.incidents.rings)
        else:
            _tick(work, field, option.box)
    return field.box


def _tick(work: Writing, field: Field, box: Box) -> None:
    if field.id in work.incidents.sloppy:
        box = pens.miss(box, work.rng)
    pens.tick(work.paper, box, work.hand, work.rng, work.incidents.ticks)


def _wrong_tick(work: Writing, field: Field, text: str) -> None:
    """Ticks another box and takes it back: with two lines, or by blackening where ticks are not black."""
    wrong = pick(work.rng, [option for option in field.options if option.value != text]).box
    habit = work.incidents.ticks or pens.tick_of(work.hand)
    pens.tick(work.paper, wrong, work.hand, work.rng, habit)
    if habit is not pens.Tick.FILLED and chance(work.rng, 0.4):
        pens.blacken(work.paper, wrong, work.hand, work.rng)
        return
    across = Box(x_mm=wrong.x_mm - 2, y_mm=wrong.y_mm, width_mm=wrong.width_mm + 4, height_mm=wrong.height_mm)
    pens.strike_through(work.paper, across, work.hand, work.rng)


def _date(work: Writing, field: Field, text: str) -> Box:
    """Rings the era and writes the numbers; ``text`` is canonical or as written (昭和64年1月8日)."""
    era, *numbers = _as_written(field, text, work.rng)
    option = field.option(era)
    if option:
        pens.circle(work.paper, option.box, work.hand, work.rng, work.incidents.rings)
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
    box, how = field.box, work.incidents.stamps
    size_mm = min(box.width_mm, box.height_mm) * 0.98
    slack = np.maximum([box.width_mm - size_mm, box.height_mm - size_mm], 0) * 0.3
    dx, dy = work.rng.uniform(-1, 1, 2) * slack
    if how is Stamping.OVERLAPPING:
        dx, dy = dx + work.rng.choice([-1, 1]) * 0.4 * box.width_mm, dy - 0.3 * box.height_mm
    strength = PALE_STAMP if how is Stamping.PALE else 1
    centre = (box.x_mm + box.width_mm / 2 + float(dx), box.y_mm + box.height_mm / 2 + float(dy))
    if "受付" in field.label:
        stamped = era_parts(work.day.isoformat())
        day = f"{stamped.year}.{stamped.month}.{stamped.day}"
        pens.date_seal(work.paper, ("受付", day, "市民課"), centre, work.rng, size_mm, strength)
    else:
        name = pick(work.rng, names.SURNAMES).text
        pens.name_seal(work.paper, name, centre, work.rng, min(size_mm, 10.5), strength)
    return box


Way = Callable[[Writing, Field, str], Box]
WAYS: Final[Mapping[Kind, Way]] = {
    Kind.PHONE: _phone,
    Kind.TICKS: _ticks,
    Kind.CIRCLE: _ticks,
    Kind.DATE: _date,
    Kind.STAMP: _stamp,
}
