"""Fields are found where they lie on the paper: bent, stretched, photographed, with code and marks or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forms.definition import FormDefinition
from forms.library import FormLibrary
from ocr import errors
from ocr.blank import Blanks
from ocr.identify import Identified, identify
from ocr.load import Pixels
from rehearsal.geometry import Curl
from rehearsal.lookalikes import fewer_rows, without_marks
from rehearsal.paper import blank_paper
from rehearsal.scanners import Mode, Scan
from rehearsal.scanning import scan, where

WELL_PLACED_MM = 0.2
"""Measured: 0.02 on flat sheets, 0.16 at worst in the corners of a curled one without marks."""

SCANS = {
    "office": Scan(dpi=200, skew_deg=1.2, scale_x=1.004, scale_y=0.997),
    "ten degrees": Scan(dpi=200, skew_deg=9.5, shift_x_mm=1.0, cut_mm=(-25, -25, -25, -25)),
    "upside-down": Scan(dpi=200, skew_deg=-0.8, upside_down=True),
    "sheared": Scan(dpi=200, shear=0.02, scale_y=1.012),
    "old fax": Scan(dpi=204, fax_lines_dpi=98, mode=Mode.FAX, scale_y=1.01, blur_px=0.3),
    "cut": Scan(dpi=200, cut_mm=(4, 3, 0, 0)),
    "curled": Scan(dpi=200, curl=Curl("left", depth_mm=1.5, reach_mm=45, bow_mm=1.0, wave_mm=0.35)),
    "risen at the foot": Scan(dpi=200, curl=Curl("bottom", depth_mm=1.4, reach_mm=60, bow_mm=-1.0)),
    "photo": Scan(
        dpi=220,
        mode=Mode.COLOUR,
        corners=(0.09, 0.05, 0.92, 0.04, 0.95, 0.96, 0.04, 0.95),
        uneven_light=0.4,
        lid=100,
        blur_px=1.2,
    ),
}


@pytest.fixture(scope="module")
def unmarked(notice: FormDefinition) -> FormDefinition:
    return without_marks(notice)


def held(folder: Path, *forms: FormDefinition) -> FormLibrary:
    """A library of these forms alone."""
    for form in forms:
        text = form.model_dump_json(by_alias=True, exclude_defaults=True)
        (folder / f"{form.form}.yaml").write_text(text, encoding="utf-8")
    return FormLibrary(folder)


def picture(form: FormDefinition, how: Scan = SCANS["office"]) -> Pixels:
    seen = scan(blank_paper(form), how, np.random.default_rng(1)).image
    return np.array(seen.convert("L"))


def off_mm(found: Identified, form: FormDefinition, how: Scan) -> float:
    """The largest distance of a field's corner from where it truly lies, on the paper."""
    paper = blank_paper(form)
    corners = np.array([corner for field in form.fields for corner in field.box.corners_mm()])
    seen = np.array([corner for field in form.fields for corner in found.registration.box_px(field.box)])
    truly = where(paper, how, corners)
    right, below = (where(paper, how, corners + step) - truly for step in ([1.0, 0], [0, 1.0]))
    off = np.linalg.solve(np.stack((right, below), axis=-1), (seen - truly)[..., None])
    return float(np.linalg.norm(off, axis=1).max())


@pytest.mark.parametrize("marked", [True, False], ids=["code and marks", "neither"])
@pytest.mark.parametrize("name", SCANS)
def test_fields_are_found_on_the_paper(
    name: str, marked: bool, notice: FormDefinition, unmarked: FormDefinition, blanks: Blanks, tmp_path: Path
) -> None:
    form, how = notice if marked else unmarked, SCANS[name]
    found = identify(picture(form, how), held(tmp_path, form), blanks)
    assert off_mm(found, form, how) < WELL_PLACED_MM
    assert found.registration.turned_degrees == (180 if how.upside_down else 0)


def test_the_plane_alone_would_miss_a_curled_page(
    notice: FormDefinition, blanks: Blanks, tmp_path: Path
) -> None:
    """So what bends is worth its price, and the test above can fail."""
    found = identify(picture(notice, SCANS["curled"]), held(tmp_path, notice), blanks).registration
    corners = np.array([corner for field in notice.fields for corner in field.box.corners_mm()])
    assert np.hypot(*found.bend.at(corners).T).max() > 2 * WELL_PLACED_MM


def code_of(image: Pixels, library: FormLibrary, blanks: Blanks) -> str:
    """The form that is read, or the problem for which none is."""
    try:
        return identify(image, library, blanks).form.form
    except errors.SheetProblem as problem:
        return problem.code


def test_look_alikes_are_told_apart(
    notice: FormDefinition, unmarked: FormDefinition, blanks: Blanks, tmp_path: Path
) -> None:
    shorter = without_marks(fewer_rows(notice))
    both = held(tmp_path, unmarked, shorter)
    assert code_of(picture(unmarked), both, blanks) == unmarked.form
    assert code_of(picture(shorter), both, blanks) == shorter.form
    assert code_of(picture(unmarked), both.only(shorter.form), blanks) == "sheet.foreign"
    assert code_of(picture(shorter), both.only(unmarked.form), blanks) == "sheet.foreign"


def test_another_form_without_marks_is_foreign(
    library: FormLibrary, unmarked: FormDefinition, blanks: Blanks, tmp_path: Path
) -> None:
    other = picture(without_marks(library.get("juminhyo_kofu")))
    assert code_of(other, held(tmp_path, unmarked), blanks) == "sheet.foreign"


def test_two_forms_on_a_page_are_never_read_as_one(
    notice: FormDefinition, unmarked: FormDefinition, library: FormLibrary, blanks: Blanks, tmp_path: Path
) -> None:
    other = library.get("juminhyo_kofu")
    forms = held(tmp_path, notice, unmarked, other)
    ours, theirs, bare = picture(notice), picture(other), picture(unmarked)
    for beside in ([ours, theirs], [ours, ours], [theirs, bare], [bare, bare]):
        assert code_of(np.hstack(beside), forms, blanks) == "sheet.two_forms"
    assert code_of(np.vstack([bare, theirs]), forms, blanks) == "sheet.two_forms"
    assert code_of(np.hstack([bare, np.full_like(bare, 250)]), forms, blanks) == unmarked.form
