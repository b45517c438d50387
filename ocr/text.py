"""Written text: one line in a box, one character in each cell of a comb, the numbers of a date."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from forms.definition import Field, Kind
from forms.facts import Alternative
from forms.postal import PostalArea
from ocr import wording
from ocr.alphabets import LATIN, characters_of
from ocr.clean import Writing, writing
from ocr.decode import Decoded
from ocr.evidence import Evidence, Remark, Signs, worst
from ocr.flat import FlatPage
from ocr.grammar import State
from ocr.kana import sized
from ocr.layout import is_vertical, split_lines
from ocr.lines import EXPLAINED, framed, least_digits, one_line, strip, unexplained
from ocr.load import Pixels
from ocr.looks import LineReader, Wish, too_short
from ocr.marks import circles
from ocr.numerals import with_numbers
from ocr.recognise import Probabilities
from ocr.second import SecondReader
from ocr.spacing import spaced
from ocr.unknown import GETA, known_shares, unknown_places

READER = "ppocr"

_WORDINGS = {
    Kind.TEXT: wording.text,
    Kind.NAME: wording.name,
    Kind.KANA: wording.kana,
    Kind.RELATION: wording.relation,
}

LATIN_TOO = frozenset({Kind.NAME, Kind.KANA})
"""Kinds in which foreign residents write Latin letters, never mixed with Japanese."""

BY_NEIGHBOURS = frozenset({Kind.NAME, Kind.ADDRESS, Kind.TEXT})
"""Kinds in which look-alikes are told apart by their neighbours."""

ONLY_DIGITS = frozenset({Kind.PHONE, Kind.POSTAL_CODE, Kind.DIGITS, Kind.AMOUNT})
"""Kinds whose digits can be counted by their ink before they are read."""

WITH_NUMBERS = frozenset({Kind.ADDRESS, Kind.TEXT})
"""Kinds whose lines hold numbers among words, which are looked at once more."""

LAST_YEARS = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31}
"""The last year of each era. A later one is not read; the belief lost by that leaves the reading doubtful."""

_LATIN_AHEAD = 3.0
"""By how much (log) Latin letters must explain a name better than Japanese ones."""

_A_CHARACTER_MORE = 0.5
"""Ink so much further off than what is explained (in line heights) is certainly another character."""

_PARTS = {
    "year": re.compile(r"元|[1-9]\d?|(?:18|19|20)\d\d"),
    "month": re.compile(r"0?[1-9]|1[0-2]|00"),
    "day": re.compile(r"0?[1-9]|[12]\d|3[01]|00"),
}


@dataclass(frozen=True)
class TextReader:
    """Reads fields of text. ``second``: who must agree besides, where sheets are filled in by machine."""

    lines: LineReader
    second: SecondReader = field(default_factory=SecondReader)

    def read(self, page: FlatPage, field: Field, areas: Sequence[PostalArea] = ()) -> Evidence:
        """What is written in a field that is neither ticked, circled nor stamped.

        ``areas``: where the postal code beside an address says that it lies.
        """
        if field.parts:
            return self._date(page, field)
        return self._comb(page, field) if field.comb else self._line(page, field, areas)

    def _line(self, page: FlatPage, field: Field, areas: Sequence[PostalArea]) -> Evidence:
        written = writing(page, field.box)
        if written.blank:
            return _nothing(written)
        if is_vertical(written, field.box):
            signs = Signs(
                probability=0.0, weakest=0.0, weakest_free=0.0, remarks=frozenset({Remark.VERTICAL})
            )
            return Evidence(GETA, False, READER, signs)
        lines = split_lines(written, field.box)
        line = framed(written, field.box) if len(lines) == 1 else one_line(lines)
        decoded = self.line(line, field, areas)
        divided = [
            spaced(alternative.text, decoded.places_of(alternative.text), line, field.kind)
            for alternative in decoded.alternatives
        ]
        text, spacing = divided[0] if divided else ("", 1.0)
        alternatives = tuple(
            replace(alternative, text=words)
            for alternative, (words, _) in zip(decoded.alternatives, divided, strict=True)
        )
        signs = replace(_signs(decoded, [written]), spacing=spacing, covered=_covered(line, decoded))
        if page.blank.form.by_machine and not self.second.agrees(line, text):
            signs = replace(signs, agreement=0.0)
        unknown = _unknown(decoded, text) if field.kind in BY_NEIGHBOURS else ()
        return Evidence(text, False, READER, signs, alternatives, unknown)

    def line(self, line: Pixels, field: Field, areas: Sequence[PostalArea] = ()) -> Decoded:
        """One line of a field, without its spaces."""
        wish = self.lines.wish(characters_of(field), field.kind)
        first = self.lines.own_look(line) if wish.small else self.lines.large_look(line)
        if field.kind in LATIN_TOO and self._is_latin(first, wish):
            return self.lines.read(line, replace(self.lines.wish(LATIN, Kind.NAME), accept=bool))
        wish = replace(
            wish,
            accept=bool,
            grammar=_grammar(field.kind, areas),
            by_neighbours=field.kind in BY_NEIGHBOURS,
            least_digits=least_digits(line) if field.kind in ONLY_DIGITS else 0,
        )
        decoded = self.lines.read(line, wish, first)
        if field.kind in WITH_NUMBERS:
            return with_numbers(decoded, line, self.lines)
        return sized(decoded, line) if field.kind is Kind.KANA else decoded

    def _is_latin(self, first: Probabilities, wish: Wish) -> bool:
        """Whether Latin letters explain a line better than Japanese, to the model that has looked at it."""
        latin, small = self.lines.wish(LATIN, Kind.NAME), wish.small is not None
        return latin.view(first, small).belief > wish.view(first, small).belief + _LATIN_AHEAD

    def _comb(self, page: FlatPage, field: Field) -> Evidence:
        cells = [writing(page, cell, margin_mm=1.0) for cell in field.cell_boxes]
        filled = [cell for cell in cells if not cell.blank]
        if not filled:
            return _nothing(writing(page, field.box))
        count = len(filled)
        wish = self.lines.wish(characters_of(field), field.kind)
        wish = replace(wish, accept=lambda text: len(text) == count)
        decoded = self.lines.read(strip(filled), wish)
        # An empty cell between filled ones stays visible in the raw text, so that it does not parse.
        shape = "".join("_" if cell.blank else "x" for cell in cells).strip("_")
        alternatives = tuple(replace(a, text=_in_shape(a.text, shape)) for a in decoded.alternatives)
        raw = alternatives[0].text if alternatives else "?" * count
        return Evidence(raw, False, READER, _signs(decoded, filled), alternatives)

    def _date(self, page: FlatPage, field: Field) -> Evidence:
        parts = {name: writing(page, box) for name, box in field.parts.items()}
        eras = circles(page, field.options) if field.options else ()
        marked = [era.value for era in eras if era.marked]
        if not marked and all(part.blank for part in parts.values()):
            doubt = max((era.strength for era in eras), default=0.0)
            lost_mm2 = sum(part.lost_mm2 for part in parts.values())
            return Evidence("", True, READER, Signs(weakest=1 - doubt, kept=_kept(0.0, lost_mm2)))
        era = marked[0] if len(marked) == 1 else ""
        numbers = {
            name: self._number(part, field, name, era) for name, part in parts.items() if not part.blank
        }
        era_signs = Signs(weakest=min((abs(2 * era.strength - 1) for era in eras), default=1.0))
        alternatives = _dates("".join(marked), {name: decoded for name, (decoded, _) in numbers.items()})
        signs = worst([era_signs, *(own for _, own in numbers.values())])
        return Evidence(alternatives[0].text, False, READER, signs, alternatives)

    def _number(self, written: Writing, field: Field, part: str, era: str) -> tuple[Decoded, Signs]:
        digits = frozenset("0123456789元" if part == "year" else "0123456789")
        line = framed(written, field.parts[part])
        wish = replace(
            self.lines.wish(digits, Kind.DATE),
            accept=partial(possible_part, part, era),
            least_digits=least_digits(line, touching=True),
        )
        decoded = self.lines.read(line, wish)
        lacking = too_short(decoded.best, wish.least_digits) < 0
        covered = 0.0 if lacking else _covered(line, decoded)
        return decoded, replace(_signs(decoded, [written]), covered=covered)


def _unknown(decoded: Decoded, spaced_text: str) -> tuple[int, ...]:
    """Where in the best text, its spaces counted, a character may be unknown to the model."""
    places = unknown_places(known_shares(decoded.views, decoded.best), decoded.best) if decoded.best else ()
    written = [at for at, sign in enumerate(spaced_text) if sign != " "]
    return tuple(written[place] for place in places)


def _grammar(kind: Kind, areas: Sequence[PostalArea]) -> State | None:
    """How what is written in a field of this kind is usually worded."""
    if kind is Kind.ADDRESS:
        return wording.address(areas)
    begins = _WORDINGS.get(kind)
    return begins() if begins else None


def possible_part(part: str, era: str, text: str) -> bool:
    """Whether a text can be the year (of an era, or western), month or day of a date; 00 is unknown."""
    if not _PARTS[part].fullmatch(text):
        return False
    return part != "year" or text == "元" or not era or int(text) <= LAST_YEARS.get(era, 99)


def _nothing(written: Writing) -> Evidence:
    signs = Signs(kept=_kept(written.ink_mm2, written.lost_mm2), remarks=_remarks(written))
    return Evidence("", True, READER, signs)


def _remarks(written: Writing) -> frozenset[Remark]:
    seen = {Remark.STRUCK: written.struck, Remark.OUTSIDE: written.outside}
    return frozenset(remark for remark, applies in seen.items() if applies)


def _kept(ink_mm2: float, lost_mm2: float) -> float:
    """Share of the ink in a box that was read; a trace of dust counts little against 2 mm²."""
    return (ink_mm2 + 2.0) / (ink_mm2 + lost_mm2 + 2.0)


def _signs(decoded: Decoded, written: Sequence[Writing]) -> Signs:
    return Signs(
        probability=decoded.probability,
        weakest=decoded.weakest,
        weakest_free=decoded.weakest_free,
        agreement=0.5 if decoded.agreed is None else float(decoded.agreed),
        kept=min(_kept(part.ink_mm2, part.lost_mm2) for part in written),
        support=decoded.support,
        length=len(decoded.best),
        remarks=frozenset().union(*map(_remarks, written)),
    )


def _covered(line: Pixels, decoded: Decoded) -> float:
    """How well the text accounts for all ink of a line: 1 all of it, 0 at least a character is missing."""
    beyond = unexplained(line, decoded.places) - EXPLAINED
    return 1 - min(max(beyond / _A_CHARACTER_MORE, 0.0), 1.0)


def _in_shape(text: str, shape: str) -> str:
    characters = iter(text)
    return "".join(next(characters, "?") if place == "x" else " " for place in shape)


def _dates(era: str, numbers: dict[str, Decoded]) -> tuple[Alternative, ...]:
    """The likeliest dates from the likeliest numbers, with the era as circled."""
    choices = [
        [(a.text + sign, a.probability) for a in numbers[name].alternatives[:3]] or [("?" + sign, 0.0)]
        if name in numbers
        else [(sign, 1.0)]
        for name, sign in (("year", "年"), ("month", "月"), ("day", "日"))
    ]
    found = [
        Alternative(era + "".join(text for text, _ in chosen), float(np.prod([p for _, p in chosen])))
        for chosen in itertools.product(*choices)
    ]
    return tuple(sorted(found, key=lambda alternative: -alternative.probability)[:5])
