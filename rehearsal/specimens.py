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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from forms.definition import FormDefinition, Kind
from forms.errors import FormError
from forms.library import FormLibrary
from rehearsal import scanning
from rehearsal.files import FileKind, write_pages
from rehearsal.hands import Hand, NoFaceError, NoGlyphError, available_faces, hand
from rehearsal.paper import blank_paper
from rehearsal.people import chance, pick
from rehearsal.scanners import Quality, Scan, graded_scan, ordinary_scan
from rehearsal.scanning import Scanned
from rehearsal.sheets import STRIKABLE, Incidents, fill
from rehearsal.stories import NoStoryError, Story, mistakes_of, story

FORMS: Final = Path(__file__).resolve().parent.parent / "config" / "forms"
STROKES_VARIABLE: Final = "TENKI_STROKES"
"""Names a folder with stroke collections; without it hands write with handwriting fonts."""


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
        }


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
    quality: Quality | None = None,
) -> Specimen:
    """The sheet of that seed; what is not given is chosen by the seed. ``mistake`` "" means none.

    NoStoryError for a form that nobody told a story for, NoFaceError when nothing to write with is installed.
    """
    rng = np.random.default_rng((seed, zlib.crc32(form.form.encode())))
    chosen_mistake, chosen_scan = _mistake(form, rng), ordinary_scan(rng)
    told = story(form, rng, chosen_mistake if mistake is None else mistake)
    happened = incidents or _incidents(form, told, rng)
    by = writer or hand(seed, strokes_folder())
    clerk = hand(seed + 1_000_003, strokes_folder())
    paper = fill(form, told, by, clerk, rng, happened)
    used = scan or (graded_scan(quality, rng) if quality else chosen_scan)
    back = blank_paper(form) if used.show_through else None
    truth = Truth(form.form, form.version, told.values, by.name, used.facts(), told.mistakes)
    return Specimen(scanning.scan(paper, used, rng, back), truth)


def _mistake(form: FormDefinition, rng: np.random.Generator) -> str:
    known = mistakes_of(form.form)
    return pick(rng, known) if known and chance(rng, 0.12) else ""


def _incidents(form: FormDefinition, told: Story, rng: np.random.Generator) -> Incidents:
    filled = [f for f in form.fields if told.values[f.id] and not f.office]
    words = [f.id for f in filled if f.kind in STRIKABLE]
    people = [f.id for f in filled if f.kind is Kind.NAME]
    low = rng.choice(words, min(3, len(words)), replace=False) if words and chance(rng, 0.2) else ()
    return Incidents(
        struck=pick(rng, words) if words and chance(rng, 0.15) else "",
        erased=pick(rng, words) if words and chance(rng, 0.08) else "",
        sealed=pick(rng, people) if people and chance(rng, 0.15) else "",
        touching=tuple(str(field_id) for field_id in low),
    )


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
    form: FormDefinition, count: int, first_seed: int, folder: Path, kind: FileKind | None = None
) -> None:
    """Writes ``count`` sheets of one page each, by seeds from ``first_seed`` upwards."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(first_seed, first_seed + count):
        specimen = make_sheet(form, seed)
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
    parser.add_argument("--hands", action="store_true", help="list the faces that hands can use, and stop")
    return parser


def main() -> int:
    """Exit status: 0 when the sheets are made, 2 when they cannot be."""
    wanted = _arguments().parse_args()
    if wanted.hands:
        print("\n".join(face.name for face in available_faces(strokes_folder())))
        return 0
    try:
        form = FormLibrary(wanted.forms).get(wanted.form)
        make_many(form, wanted.count, wanted.seed, wanted.out, wanted.kind)
    except (FormError, NoStoryError, NoFaceError, NoGlyphError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{wanted.count} sheets of {form.form} lie in {wanted.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
