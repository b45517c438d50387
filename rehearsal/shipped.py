"""The dozen specimen sheets that lie in ``rehearsal/sheets/``, the demo's input, as recipes.

Run ``TENKI_STROKES=DIR python -m rehearsal.shipped`` to make them anew, after a form's layout has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forms.definition import FormDefinition
from forms.library import FormLibrary
from rehearsal.hands import hand
from rehearsal.incidents import Incidents
from rehearsal.scanners import Mode, Scan
from rehearsal.specimens import FORMS, Specimen, make_sheet, strokes_folder, write_specimen

SHEETS: Final = Path(__file__).resolve().parent / "sheets"
LAYOUTS: Final = "layouts.json"
"""Fingerprints of the layouts on which the sheets were filled, by form."""

NOTHING: Final = Incidents()
MOVING, COPY = "ido_todoke", "juminhyo_kofu"

OFFICE: Final = Scan(dpi=200, mode=Mode.GREY, noise=0.8, specks=6, paper_white=249, jpeg_quality=68)
COLOUR: Final = Scan(dpi=200, mode=Mode.COLOUR, noise=0.8, specks=4, paper_white=249, jpeg_quality=64)
FAX: Final = Scan(dpi=200, mode=Mode.FAX, noise=6.0, specks=25, blur_px=0.6)


def _placed(
    how: Scan, skew_deg: float, shift_mm: tuple[float, float] = (0, 0), **changes: float | bool
) -> Scan:
    """The scan with the sheet lying a little differently on the glass."""
    values = (
        how.__dict__ | {"skew_deg": skew_deg, "shift_x_mm": shift_mm[0], "shift_y_mm": shift_mm[1]} | changes
    )
    return Scan(**values)


@dataclass(frozen=True)
class Page:
    """One sheet: its seed, the face that its hand is on, and what is particular about it."""

    seed: int
    face: str
    how: Scan
    mistake: str = ""
    incidents: Incidents = NOTHING


@dataclass(frozen=True)
class File:
    """One shipped file, its pages and why it is there."""

    name: str
    form: str
    pages: tuple[Page, ...]
    purpose: str


FILES: Final = (
    File(
        "ido_todoke-scanned.pdf",
        MOVING,
        (
            Page(8, "kanjicanvas", _placed(OFFICE, 0.4, (0.6, -0.8), dpi=300, jpeg_quality=55)),
            Page(16, "tomoe", _placed(OFFICE, -0.7, (-0.9, 0.5))),
            Page(36, "klee", _placed(OFFICE, 0.2, scale_x=1.003, scale_y=0.998)),
        ),
        "An everyday pile: a family, a person alone with a resident code, a foreign couple; three hands",
    ),
    File(
        "ido_todoke-fax.tiff",
        MOVING,
        (
            Page(33, "kanjicanvas", _placed(FAX, 0.8)),
            Page(31, "kiloji", _placed(FAX, -0.5, (1.5, 1.0), upside_down=True)),
        ),
        "Two pages by fax (CCITT G4), the second lay upside down",
    ),
    File(
        "ido_todoke-seal.jpg",
        MOVING,
        (
            Page(
                39,
                "tomoe",
                _placed(COLOUR, -0.3),
                incidents=Incidents(sealed="notifier_name", touching=("new_address", "persons.1.name")),
            ),
        ),
        "A red name seal over the notifier's name, writing that touches the ruling",
    ),
    File(
        "ido_todoke-mistake.png",
        MOVING,
        (Page(29, "kanjicanvas", _placed(FAX, 0.3, dpi=300, specks=8), mistake="my_number.check_digit"),),
        "A My Number whose check digit is wrong: the sheet waits for a person; one bit, 300 dpi",
    ),
    File(
        "juminhyo_kofu-scanned.pdf",
        COPY,
        (
            Page(14, "tomoe", _placed(OFFICE, 0.5, (0.4, 0.9))),
            Page(
                10,
                "kanjicanvas",
                _placed(OFFICE, -0.9, spine_shadow=0.35),
                incidents=Incidents(struck="subject_name"),
            ),
        ),
        "The second has a name struck through and written again, and a shadow at the spine",
    ),
    File(
        "juminhyo_kofu-fax.tiff",
        COPY,
        (Page(18, "kanjicanvas", _placed(FAX, -0.4)),),
        "One page by fax",
    ),
    File(
        "juminhyo_kofu-upside-down.jpg",
        COPY,
        (Page(36, "yusei", _placed(OFFICE, 1.2, (1.0, -1.2), dpi=240, upside_down=True, show_through=0.08)),),
        "Upside down, skewed, with the back page showing through",
    ),
    File(
        "juminhyo_kofu-mistake.png",
        COPY,
        (Page(12, "tomoe", _placed(FAX, 0.2, dpi=300, specks=5), mistake="date.wrong_era"),),
        "A birthday of 昭和64年1月8日, which is 平成元年: the sheet waits for a person",
    ),
)


def layout(form: FormDefinition) -> str:
    """A fingerprint of all that stands on the blank: sheets made on another layout must be made anew."""
    places = [(f.id, f.box, f.options, dict(f.parts), f.comb) for f in form.fields]
    tables = [(table.pitch_mm, table.print) for table in form.tables]
    text = repr((form.version, form.title, form.page, places, tables, form.print))
    return hashlib.sha256(text.encode()).hexdigest()


def make_page(form_library: FormLibrary, form: str, page: Page) -> Specimen:
    """One sheet of the dozen. NoFaceError when its face is not on this machine."""
    writer = hand(page.seed, strokes_folder(), page.face)
    return make_sheet(form_library.get(form), page.seed, writer, page.how, page.mistake, page.incidents)


def make_shipped(folder: Path) -> None:
    """Writes all files with their truth beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    library = FormLibrary(FORMS)
    for file in FILES:
        specimens = [make_page(library, file.form, page) for page in file.pages]
        write_specimen(folder / file.name, specimens, file.pages[0].seed)
    layouts = {name: layout(library.get(name)) for name in (MOVING, COPY)}
    (folder / LAYOUTS).write_text(json.dumps(layouts, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.shipped", description="Makes the shipped dozen."
    )
    parser.add_argument("--out", type=Path, default=SHEETS, help="folder to write to (default: %(default)s)")
    make_shipped(parser.parse_args().out)


if __name__ == "__main__":
    main()
