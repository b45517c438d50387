"""Registration against known distortions, and every reason to refuse a sheet."""

from typing import Any

import cv2
import numpy as np
import pytest

from forms.definition import FormDefinition
from forms.library import FormLibrary
from ocr import errors
from ocr.blank import Blank, Blanks, draw
from ocr.geometry import moved
from ocr.identify import identify
from ocr.load import Pixels
from tests.ocr.conftest import px, scanned

GRID_MM = [(x, y) for x in (15, 105, 195) for y in (20, 150, 280)]
HALF_A_PIXEL_MM = 0.05


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"angle_deg": 5.0},
        {"angle_deg": -5.0},
        {"dpi": 200, "angle_deg": 1.0},
        {"dpi": 400},
        {"stretch": 1.03, "angle_deg": 1.0},
        {"stretch": 0.5, "dpi": 200},
        {"shift_mm": (5.0, -4.0)},
    ],
    ids=str,
)
def test_the_form_is_found_within_half_a_tenth_of_a_millimetre(
    how: dict[str, Any], library: FormLibrary, blanks: Blanks, notice_blank: Blank
) -> None:
    scan = scanned(notice_blank.image, **how)
    found = identify(scan.image, library, blanks)
    assert found.form.form == "ido_todoke"
    off_px = moved(found.registration.transform, GRID_MM) - moved(scan.transform, GRID_MM)
    px_per_mm = how.get("dpi", 300) / 25.4
    assert np.abs(off_px).max() < HALF_A_PIXEL_MM * px_per_mm
    assert found.registration.fit_mm < 0.05


@pytest.mark.parametrize(
    ("name", "quarters", "hidden"),
    [
        ("ido_todoke", 1, ()),
        ("ido_todoke", 2, ()),
        ("ido_todoke", 3, ("mark",)),
        ("ido_todoke", 2, ("qr",)),
        ("ido_todoke", 0, ("qr", "mark")),
        ("juminhyo_kofu", 2, ("qr",)),
        ("juminhyo_kofu", 3, ("qr", "mark")),
    ],
)
def test_turned_sheets_with_and_without_qr(
    name: str, quarters: int, hidden: tuple[str, ...], library: FormLibrary, blanks: Blanks
) -> None:
    form = library.get(name)
    sheet = hide(blanks.get(form).image, form, hidden)
    found = identify(scanned(sheet, angle_deg=2, quarters=quarters).image, library, blanks)
    assert found.form.form == name
    assert found.registration.turned_degrees == quarters * 90


def hide(sheet: Pixels, form: FormDefinition, what: tuple[str, ...]) -> Pixels:
    """The sheet with its QR smeared over, or its first mark torn off."""
    hidden = sheet.copy()
    if "qr" in what and form.page.qr:
        box = form.page.qr
        cv2.rectangle(hidden, px(box.x_mm, box.y_mm), px(box.right_mm, box.bottom_mm), 255, -1)
    if "mark" in what:
        cv2.circle(hidden, px(*form.page.mark_centres_mm()[0]), 70, 255, -1)
    return hidden


def code_of(image: Pixels, library: FormLibrary, blanks: Blanks) -> str:
    with pytest.raises(errors.SheetProblem) as caught:
        identify(image, library, blanks)
    return caught.value.code


def test_an_empty_page_is_blank(library: FormLibrary, blanks: Blanks, notice_blank: Blank) -> None:
    show_through = 255 - (255 - notice_blank.image[:, ::-1]) // 12
    assert code_of(show_through, library, blanks) == "sheet.blank"


def test_a_letter_is_foreign(library: FormLibrary, blanks: Blanks) -> None:
    letter = np.full((3508, 2480), 255, np.uint8)
    for line in range(30):
        text = f"Dear sir or madam, this is line {line} of a letter."
        cv2.putText(letter, text, (200, 300 + line * 90), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 3)
    assert code_of(letter, library, blanks) == "sheet.foreign"


def test_a_cut_sheet(library: FormLibrary, blanks: Blanks, notice_blank: Blank) -> None:
    assert code_of(scanned(notice_blank.image, cut_left_mm=36).image, library, blanks) == "sheet.cut"


def test_a_cut_sheet_that_lost_no_field_is_read(
    library: FormLibrary, blanks: Blanks, notice_blank: Blank
) -> None:
    found = identify(scanned(notice_blank.image, cut_left_mm=15).image, library, blanks)
    assert found.registration.found > 0.9


def test_an_older_version_is_named(library: FormLibrary, blanks: Blanks, notice: FormDefinition) -> None:
    newer = notice.model_copy(update={"version": notice.version + 1})
    with pytest.raises(errors.OldVersion) as caught:
        identify(scanned(draw(newer)).image, library, blanks)
    assert (caught.value.form, caught.value.version) == ("ido_todoke", notice.version + 1)


def test_a_look_alike_with_other_rows_is_refused(
    library: FormLibrary, blanks: Blanks, notice_blank: Blank
) -> None:
    """Marks and QR lie as they should; the table's rows are set 4 % tighter, which shifts every reading."""
    sheet = notice_blank.image.copy()
    top, bottom = px(0, 86)[1], px(0, 241)[1]
    table = sheet[top:bottom]
    tighter = cv2.resize(table, (table.shape[1], round(len(table) * 0.96)), interpolation=cv2.INTER_AREA)
    sheet[top:bottom] = 255
    sheet[top : top + len(tighter)] = tighter
    assert code_of(scanned(sheet).image, library, blanks) == "sheet.poor_fit"


def test_a_sheet_whose_marks_and_rulings_are_hidden_is_refused(
    library: FormLibrary, blanks: Blanks, notice_blank: Blank, notice: FormDefinition
) -> None:
    """A note lies over most of the sheet; the QR still tells what it is."""
    sheet = notice_blank.image.copy()
    sheet[px(0, 40)[1] :] = 255
    sheet[: px(0, 25)[1], : px(60, 0)[0]] = 255
    sheet[::40, ::40] = 0
    with pytest.raises(errors.SheetProblem) as caught:
        identify(scanned(sheet).image, library, blanks)
    assert caught.value.code in {"sheet.mark_missing", "sheet.poor_fit"}
    assert caught.value.form == "ido_todoke"


def test_a_form_named_by_its_qr_is_found_where_a_fax_has_lost_its_pale_print(
    library: FormLibrary, blanks: Blanks, notice_blank: Blank
) -> None:
    lost = notice_blank.image.copy()
    lost[1400:2200, 900:1600] = 255
    found = identify(scanned(lost).image, library, blanks)
    assert (found.form.form, found.registration.fit_mm < 0.05) == ("ido_todoke", True)


def test_print_that_lies_elsewhere_is_refused_in_spite_of_the_qr(
    library: FormLibrary, blanks: Blanks, notice_blank: Blank
) -> None:
    moved_down = notice_blank.image.copy()
    moved_down[1430:2230] = notice_blank.image[1400:2200]
    with pytest.raises(errors.PoorFit):
        identify(scanned(moved_down).image, library, blanks)


def test_the_qr_of_a_dotted_copy_is_read(library: FormLibrary, blanks: Blanks, notice_blank: Blank) -> None:
    rng = np.random.default_rng(4)
    grey = cv2.addWeighted(notice_blank.image, 0.62, np.full_like(notice_blank.image, 255), 0.38, 0)
    copied = np.where(grey > rng.integers(60, 256, grey.shape), 255, 0).astype(np.uint8)
    assert identify(scanned(copied).image, library, blanks).form.form == "ido_todoke"
