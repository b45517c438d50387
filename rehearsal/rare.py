"""Sheets that come in once a year and must neither stop reading nor make it invent anything, by name.

Each has a truth: how reading should end (``expect``), what is meant, and about which fields a person ought to
be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from forms.definition import Box, FormDefinition, Kind
from rehearsal import scanning
from rehearsal.faces import FontFace
from rehearsal.hands import Hand, Writers, hand
from rehearsal.handwriting import natural_width_em, write
from rehearsal.incidents import STRIKABLE, Incidents, asks, strayed
from rehearsal.names import COUNTRIES, Word
from rehearsal.paper import Paper, blank_paper, empty_paper
from rehearsal.pens import Tick
from rehearsal.people import pick
from rehearsal.scanners import TROUBLES, Scan
from rehearsal.sheets import fill
from rehearsal.specimens import Specimen, Truth, make_sheet, strokes_folder
from rehearsal.stories import Story, story

NOTHING: Final = Incidents()
PLAIN: Final = Scan(noise=1.5, specks=4, skew_deg=0.3)
PRINT_FONTS: Final = (
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/opentype/ipaexfont-mincho/ipaexm.ttf",
)
"""From Debian's packages fonts-ipaexfont-gothic and fonts-ipaexfont-mincho."""

SHORTEST_LINE_MM: Final = 21.0
LINE_MM: Final = 5.0
"""What somebody who writes beside the boxes takes for a line."""


@dataclass(frozen=True)
class _Case:
    """A form, who fills it in, and the chance of one sheet."""

    form: FormDefinition
    seed: int
    writers: Writers

    @property
    def by(self) -> Hand:
        return hand(self.seed, strokes_folder(), writers=self.writers)

    @property
    def clerk(self) -> Hand:
        return hand(self.seed + 1_000_003, strokes_folder(), writers=self.writers)

    @property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng((self.seed, 0x2A2E))

    @property
    def told(self) -> Story:
        return story(self.form, self.rng)

    def sheet(self, told: Story, by: Hand | None = None, happened: Incidents = NOTHING) -> Specimen:
        """The story on a plainly scanned sheet."""
        writer = by or self.by
        paper = fill(self.form, told, writer, self.clerk, self.rng, happened)
        truth = self.truth(told.values, writer, asks=asks(self.form, told, happened))
        return self.scanned(paper, replace(truth, incidents=happened.facts()))

    def truth(
        self, values: Mapping[str, str], by: Hand, expect: str = "read", asks: tuple[str, ...] = ()
    ) -> Truth:
        form = self.form
        return Truth(form.form, form.version, values, by.name, PLAIN.facts(), expect=expect, asks=asks)

    def scanned(self, paper: Paper, truth: Truth) -> Specimen:
        return Specimen(scanning.scan(paper, PLAIN, self.rng), truth)


def make_rare(form: FormDefinition, name: str, seed: int, writers: Writers = Writers.ANY) -> Specimen:
    """The rare sheet of that name and seed. KeyError for an unknown name; the errors of ``make_sheet``."""
    return RARE[name](_Case(form, seed, writers))


def _photo(case: _Case) -> Specimen:
    """Taken by phone at an angle."""
    how = replace(TROUBLES["photo"](Scan(), case.rng), trouble="photo")
    return make_sheet(case.form, case.seed, scan=how, mistake="", incidents=Incidents(), writers=case.writers)


def _empty(case: _Case) -> Specimen:
    """A blank that nobody has filled in."""
    values = {field.id: "" for field in case.form.fields}
    return case.scanned(blank_paper(case.form), case.truth(values, case.by))


def _printed(case: _Case) -> Specimen:
    """Filled in by typewriter or printer: ticks are printed crosses, circles are drawn."""
    path = PRINT_FONTS[case.seed % len(PRINT_FONTS)]
    face = FontFace(path.rpartition("/")[2].partition(".")[0], path)
    machine = Hand(
        f"{face.name}-{case.seed}",
        case.seed,
        (face,),
        pen_mm=0.2,
        pressure=0,
        size_mm=4.2,
        size_spread=0,
        wander=0,
        habit=0,
        shake=0,
    )
    return case.sheet(case.told, machine, Incidents(ticks=Tick.CROSS))


def _latin_names(case: _Case) -> Specimen:
    """Names in Latin letters where kanji are expected."""
    told, rng = case.told, case.rng
    called: dict[str, tuple[Word, Word]] = {}
    values = dict(told.values)
    for field in case.form.fields:
        if field.kind is Kind.NAME and values[field.id]:
            country = pick(rng, COUNTRIES)
            new = pick(rng, country.families), pick(rng, (*country.men, *country.women))
            family, given = called.setdefault(values[field.id], new)
            values[field.id] = f"{family.text} {given.text}"
            kana = field.id.removesuffix("name") + "kana"
            if values.get(kana):
                values[kana] = f"{family.kana}\u3000{given.kana}"
    return case.sheet(replace(told, values=values))


def _vertical(case: _Case) -> Specimen:
    """A name written from top to bottom."""
    names = [f.id for f in case.form.fields if f.kind is Kind.NAME and case.told.values[f.id]]
    return case.sheet(case.told, happened=Incidents(vertical=pick(case.rng, names)))


def _strayed(case: _Case) -> Specimen:
    """An entry written beside its box."""
    return case.sheet(case.told, happened=Incidents(**strayed(case.form, case.told, case.rng)))


def _outside_all_boxes(case: _Case) -> Specimen:
    """Everything is written into margins and over labels, nothing into a box."""
    told, paper, rng, by = case.told, blank_paper(case.form), case.rng, case.by
    values = {field.id: "" for field in case.form.fields}
    lines = _free_lines(case.form)
    for field in case.form.fields:
        text = told.values[field.id]
        if field.kind not in STRIKABLE or not text or field.office:
            continue
        fitting = [line for line in lines if line.width_mm > 3 * natural_width_em(text, by)]
        if fitting:
            line = fitting[int(rng.integers(len(fitting)))]
            lines.remove(line)
            write(paper, text, line, by, rng)
            values[field.id] = text
    written = tuple(field_id for field_id, value in values.items() if value)
    return case.scanned(paper, case.truth(values, by, asks=written))


def _free_lines(form: FormDefinition) -> list[Box]:
    """Places without any box, wide and high enough to write a line, away from the corner marks."""
    taken = np.zeros((round(form.page.height_mm), round(form.page.width_mm)), bool)
    taken[:, :10] = taken[:, -10:] = taken[:17] = taken[-9:] = True
    taken[-17:, :17] = taken[-17:, -17:] = True
    for field in form.fields:
        box = field.box
        taken[int(box.y_mm) : int(box.bottom_mm) + 1, int(box.x_mm) : int(box.right_mm) + 1] = True
    lines = []
    for top in range(0, taken.shape[0] - int(LINE_MM), int(LINE_MM)):
        free = ~taken[top : top + int(LINE_MM)].any(axis=0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(int), [0]])))
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            if right - left >= SHORTEST_LINE_MM:
                lines.append(
                    Box(x_mm=float(left), y_mm=float(top), width_mm=float(right - left), height_mm=LINE_MM)
                )
    return lines


def _two_forms(case: _Case) -> Specimen:
    """Two sheets copied onto one page, side by side, at half their area."""
    page = empty_paper(297, 210)
    width, height = round(page.pixels.shape[1] / 2), page.pixels.shape[0]
    for number in range(2):
        told = story(case.form, np.random.default_rng((case.seed, number)))
        paper = fill(case.form, told, case.by, case.clerk, case.rng, Incidents())
        small = cv2.resize(paper.pixels, (width, height), interpolation=cv2.INTER_AREA)
        page.pixels[:, number * width : (number + 1) * width] = small[
            :, : page.pixels.shape[1] - number * width
        ]
    return case.scanned(page, case.truth({}, case.by, expect="sheet.two_forms"))


RARE: Final[Mapping[str, Callable[[_Case], Specimen]]] = {
    "photo": _photo,
    "empty": _empty,
    "printed": _printed,
    "latin-names": _latin_names,
    "vertical": _vertical,
    "strayed": _strayed,
    "outside-all-boxes": _outside_all_boxes,
    "two-forms": _two_forms,
}
