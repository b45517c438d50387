"""How an entry looks that did not go well: struck, patched, squeezed, on two lines, downwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from forms.definition import Box, Field, Kind
from rehearsal import names, pens
from rehearsal.hands import Hand
from rehearsal.handwriting import draw_line, natural_width_em, set_line, write, write_char
from rehearsal.incidents import Incidents
from rehearsal.paper import Paper
from rehearsal.people import chance, japanese_household, pick, place

RELATIONS: Final = ("妻", "夫", "子", "母", "父")
SQUEEZED_FROM: Final = 0.55
"""The share of the text after which a writer notices that there is no room."""


@dataclass(frozen=True)
class Writing:
    """A hand at work on a paper."""

    paper: Paper
    hand: Hand
    rng: np.random.Generator
    day: dt.date
    """The day that the office's stamp shows."""

    incidents: Incidents
    """What happens on the whole sheet."""


def struck(work: Writing, field: Field, text: str) -> Box:
    """Written wrong, struck through and written again; returns where the valid entry stands."""
    wrong = _wrong_entry(field, text, work.rng)
    lower, upper = _two_places(field.box, wrong, text, work.hand, work.rng)
    ink = write(work.paper, wrong, lower, work.hand, work.rng)
    pens.strike_through(work.paper, ink, work.hand, work.rng)
    return write(work.paper, text, upper, work.hand, work.rng)


def ghost(work: Writing, field: Field, text: str) -> None:
    """The faint remains of a wrong entry that was rubbed out."""
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


def patched(work: Writing, field: Field, text: str) -> Box:
    """One character struck out, the right one small above it."""
    at = pick(work.rng, [number for number, char in enumerate(text) if not char.isspace()])
    wrong = text[:at] + _wrong_char(field, text[at], work.rng) + text[at + 1 :]
    box = field.box
    fitting_mm = (box.width_mm - 2) / natural_width_em(wrong, work.hand)
    size_mm = min(box.height_mm * 0.55, work.hand.size_mm, fitting_mm)
    line = set_line(wrong, size_mm, work.hand, work.rng)
    left_mm, top_mm = box.x_mm + 0.8, box.bottom_mm - 1.06 * size_mm
    draw_line(work.paper, line, left_mm, top_mm, work.hand, work.rng)
    place_in_line = len(text[:at].replace(" ", "").replace("\u3000", ""))
    _, dx_mm, char_mm = line.chars[place_in_line]
    char_box = Box(x_mm=left_mm + dx_mm, y_mm=top_mm, width_mm=char_mm, height_mm=char_mm)
    pens.strike_through(work.paper, char_box, work.hand, work.rng)
    small_mm = max(min(box.height_mm - size_mm, size_mm), 2.4)
    above_mm = top_mm - small_mm * 0.95
    write_char(work.paper, text[at], char_box.x_mm + 0.3, above_mm, small_mm, work.hand, work.rng)
    return Box(x_mm=left_mm, y_mm=top_mm, width_mm=line.width_mm, height_mm=size_mm)


def _wrong_char(field: Field, char: str, rng: np.random.Generator) -> str:
    if char.isascii():
        return pick(rng, [other for other in "0123456789" if other != char])
    listed = "アイウエオカキサシタトナハマヤラ" if field.kind is Kind.KANA else "山田中小川本木村林石井上下"
    return pick(rng, [other for other in listed if other != char])


def on_two_lines(work: Writing, field: Field, text: str) -> Box:
    """Small, on two lines, though the box is made for one."""
    cut, half = (len(text) + 1) // 2, field.box.height_mm / 2
    upper = Box(x_mm=field.box.x_mm, y_mm=field.box.y_mm, width_mm=field.box.width_mm, height_mm=half)
    small = replace(work.hand, size_mm=half, fill=0.92)
    write(work.paper, text[:cut], upper, small, work.rng)
    write(work.paper, text[cut:], upper.moved(dy_mm=half), small, work.rng)
    return field.box


def squeezed(work: Writing, field: Field, text: str) -> Box:
    """The beginning fills most of the box, the end what is left of it."""
    box, cut = field.box, max(1, round(len(text) * SQUEEZED_FROM))
    begun_mm = min(natural_width_em(text[:cut], work.hand) * work.hand.size_mm + 1, 0.72 * box.width_mm)
    begun = Box(x_mm=box.x_mm, y_mm=box.y_mm, width_mm=begun_mm, height_mm=box.height_mm)
    room_mm = min(box.width_mm - begun_mm, begun_mm * 0.45)
    rest = Box(x_mm=begun.right_mm - 1, y_mm=box.y_mm, width_mm=room_mm + 1, height_mm=box.height_mm)
    write(work.paper, text[:cut], begun, work.hand, work.rng)
    write(work.paper, text[cut:], rest, replace(work.hand, stretch=0.7 * work.hand.stretch), work.rng)
    return box


def reaching(work: Writing, field: Field, text: str) -> Box:
    """So large that it runs over the rulings above and below."""
    box = field.box
    large = replace(work.hand, size_mm=box.height_mm * 1.3, fill=1.3)
    return write(work.paper, text, box, large, work.rng)


def downwards(work: Writing, field: Field, text: str) -> Box:
    """From top to bottom, out of a box that is too low for it."""
    chars = text.replace("\u3000", "").replace(" ", "")
    size_mm = min(max(field.box.height_mm / len(chars), 4.0), work.hand.size_mm)
    for number, char in enumerate(chars):
        top_mm = field.box.y_mm + 0.4 + number * size_mm * 1.02
        write_char(work.paper, char, field.box.x_mm + 2, top_mm, size_mm, work.hand, work.rng)
    return Box(x_mm=field.box.x_mm + 2, y_mm=field.box.y_mm, width_mm=size_mm, height_mm=size_mm * len(chars))
