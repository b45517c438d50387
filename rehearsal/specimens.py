"""Specimen sheets: invented contents, written by a hand, scanned by a machine, with the truth beside them.

Run ``python -m rehearsal.specimens --form ido_todoke --count 100 --seed 1 --out DIR``. The same seed gives
the same bytes while fonts, stroke files and library versions stay the same.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from forms.definition import FormDefinition, Kind
from forms.errors import FormError
from forms.library import FormLibrary
from rehearsal import scanning
from rehearsal.files import FileKind, write_pages
from rehearsal.hands import Hand, NoFaceError, NoGlyphError, Writers, hand, writers_available
from rehearsal.incidents import Incidents, Stamping, asks, graded_incidents, ordinary_incidents
from rehearsal.paper import blank_paper
from rehearsal.people import chance, pick
from rehearsal.scanners import Quality, Scan, graded_scan, ordinary_scan
from rehearsal.scanning import Scanned
from rehearsal.sheets import fill
from rehearsal.sources import WritersMissing
from rehearsal.stories import NoStoryError, Story, mistakes_of, story

FORMS: Final = Path(__file__).resolve().parent.parent / "config" / "forms"
STROKES_VARIABLE: Final = "TENKI_STROKES"
"""Names a folder with stroke collections; without it hands write with handwriting fonts."""

MOST_TELLINGS: Final = 20
"""How often a story is told anew by its seed when a hand of a group cannot write a character of it."""

FAINT_SHARE: Final = 0.4
"""How many poor sheets have a faint pen or print."""


@dataclass(frozen=True)
class Truth:
    """What is on one page. ``expect`` is ``read``, or the problem code with which reading it should end."""

    form: str
    version: int
    values: Mapping[str, str]
    hand: str
    scan: Mapping[str, Any]
    mistakes: tuple[str, ...] = ()
    expect: str = "read"
    incidents: Mapping[str, Any] = field(default_factory=dict)
    """What went wrong on a graded sheet, as ``Incidents.facts`` says it."""

    asks: tuple[str, ...] = ()
    """Fields about which reading ought to ask a person, whatever it reads."""

    @property
    def face(self) -> str:
        """The face that the hand is on."""
        return self.hand.rpartition("-")[0]

    def facts(self) -> dict[str, Any]:
        """As plain values, in the order of the truth file."""
        return {
            "form": self.form,
            "version": self.version,
            "values": dict(self.values),
            "hand": self.hand,
            "scan": dict(self.scan),
            "mistakes": list(self.mistakes),
            "expect": self.expect,
        } | self._seldom()

    def _seldom(self) -> dict[str, Any]:
        """What only some truths say, so that files made before it was known stay as they are."""
        said = {"incidents": dict(self.incidents), "asks": list(self.asks)}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Specimen:
    """One page with its truth."""

    page: Scanned
    truth: Truth

    @property
    def image(self) -> Image.Image:
        return self.page.image


def strokes_folder() -> Path | None:
    """The folder of stroke collections that the environment names, if any."""
    named = os.environ.get(STROKES_VARIABLE)
    return Path(named) if named else None


def make_sheet(
    form: FormDefinition,
    seed: int,
    writer: Hand | None = None,
    scan: Scan | None = None,
    mistake: str | None = None,
    incidents: Incidents | None = None,
    writers: Writers = Writers.ANY,
    quality: Quality | None = None,
) -> Specimen:
    """The sheet of that seed; what is not given is chosen by the seed. ``mistake`` "" means none.

    ``writers``: whose hands. ``quality``: the grade of the scan, and of pen and print with it.
    NoStoryError for a form that nobody told a story for, NoFaceError when nothing to write with is installed,
    WritersMissing when a group's handwriting is not.
    """
    by = writer or hand(seed, strokes_folder(), writers=writers)
    clerk = hand(seed + 1_000_003, strokes_folder(), writers=writers)
    wanted = _Wanted(form, by, clerk, scan, mistake, incidents, quality)
    for telling in range(1, MOST_TELLINGS if writers is not Writers.ANY else 1):
        try:
            return _made(wanted, _rng(form, seed, writers, telling))
        except NoGlyphError:
            continue
    return _made(wanted, _rng(form, seed, writers, MOST_TELLINGS))


@dataclass(frozen=True)
class _Wanted:
    """What a sheet is to be like; None: as the generator decides."""

    form: FormDefinition
    by: Hand
    clerk: Hand
    scan: Scan | None
    mistake: str | None
    incidents: Incidents | None
    quality: Quality | None


def _rng(form: FormDefinition, seed: int, writers: Writers, telling: int) -> np.random.Generator:
    """Of one telling of a seed's story; groups of writers are told different ones."""
    first = (seed, zlib.crc32(form.form.encode()))
    if writers is Writers.ANY:
        return np.random.default_rng(first)
    return np.random.default_rng((*first, zlib.crc32(writers.encode()), telling))


def _made(wanted: _Wanted, rng: np.random.Generator) -> Specimen:
    form, quality = wanted.form, wanted.quality
    mistake, usual_scan = _mistake(form, rng), ordinary_scan(rng)
    told = story(form, rng, mistake if wanted.mistake is None else wanted.mistake)
    happened = wanted.incidents or _incidents(form, told, quality, rng)
    told = _as_stamped(form, told, happened)
    used = wanted.scan or (graded_scan(quality, rng) if quality else usual_scan)
    paper = fill(form, told, wanted.by, wanted.clerk, rng, happened)
    page = scanning.scan(paper, used, rng, blank_paper(form) if used.show_through else None)
    truth = Truth(
        form.form,
        form.version,
        told.values,
        wanted.by.name,
        used.facts(),
        told.mistakes,
        incidents=happened.facts() if quality else {},
        asks=asks(form, told, happened),
    )
    return Specimen(scanning.as_filed(page) if quality else page, truth)


def _incidents(
    form: FormDefinition, told: Story, quality: Quality | None, rng: np.random.Generator
) -> Incidents:
    if quality is None:
        return ordinary_incidents(form, told, rng)
    usual = graded_incidents(form, told, rng)
    if quality is not Quality.POOR or not chance(rng, FAINT_SHARE):
        return usual
    if chance(rng, 0.5):
        return replace(usual, pale_print=round(float(rng.uniform(0.3, 0.6)), 2))
    return replace(usual, pale_pen=round(float(rng.uniform(0.25, 0.5)), 2))


def _as_stamped(form: FormDefinition, told: Story, happened: Incidents) -> Story:
    """The story of a sheet that the office forgot to stamp."""
    if happened.stamps is not Stamping.ABSENT:
        return told
    stamps = {f.id: "" for f in form.fields if f.kind is Kind.STAMP}
    return replace(told, values=told.values | stamps)


def _mistake(form: FormDefinition, rng: np.random.Generator) -> str:
    known = mistakes_of(form.form)
    return pick(rng, known) if known and chance(rng, 0.12) else ""


def write_specimen(path: Path, specimens: Sequence[Specimen], seed: int) -> None:
    """Writes the pages to ``path`` and ``<name>.truth.json`` beside it."""
    write_pages(path, [specimen.page for specimen in specimens])
    truth = {"seed": seed, "pages": [specimen.truth.facts() for specimen in specimens]}
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    path.with_suffix(".truth.json").write_text(text + "\n", encoding="utf-8")


def file_kind(specimen: Specimen, seed: int) -> FileKind:
    """The kind of file that suits the page: fax as TIFF, the others by turns."""
    if specimen.image.mode == "1":
        return FileKind.TIFF
    return (FileKind.PDF, FileKind.JPEG, FileKind.PNG)[seed % 3]


def make_many(
    form: FormDefinition,
    count: int,
    first_seed: int,
    folder: Path,
    kind: FileKind | None = None,
    writers: Writers = Writers.ANY,
    quality: Quality | None = None,
) -> None:
    """Writes ``count`` sheets of one page each, by seeds from ``first_seed`` upwards."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first_seed, first_seed + count):
        specimen = make_sheet(form, seed, writers=writers, quality=quality)
        ending = kind or file_kind(specimen, seed)
        write_specimen(folder / f"{form.form}-{seed:05d}.{ending}", [specimen], seed)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.specimens", description="Makes specimen sheets."
    )
    parser.add_argument("--form", default="ido_todoke", help="name of the form (default: %(default)s)")
    parser.add_argument("--forms", type=Path, default=FORMS, help="folder of the form definitions")
    parser.add_argument("--count", type=int, default=10, help="how many sheets (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first sheet (default: %(default)s)")
    parser.add_argument("--kind", type=FileKind, choices=list(FileKind), help="kind of file (default: mixed)")
    parser.add_argument("--out", type=Path, default=Path("specimens"), help="folder to write to")
    parser.add_argument(
        "--writers", type=Writers, choices=list(Writers), default=Writers.ANY, help="whose hands"
    )
    parser.add_argument(
        "--quality", type=Quality, choices=list(Quality), help="grade (default: as offices scan)"
    )
    parser.add_argument("--hands", action="store_true", help="list the faces that hands can use, and stop")
    return parser


def main() -> int:
    """Exit status: 0 when the sheets are made, 2 when they cannot be."""
    wanted = _arguments().parse_args()
    if wanted.hands:
        print("\n".join(writers_available(wanted.writers, strokes_folder())))
        return 0
    try:
        form = FormLibrary(wanted.forms).get(wanted.form)
        make_many(form, wanted.count, wanted.seed, wanted.out, wanted.kind, wanted.writers, wanted.quality)
    except (FormError, NoStoryError, NoFaceError, NoGlyphError, WritersMissing) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{wanted.count} sheets of {form.form} lie in {wanted.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
