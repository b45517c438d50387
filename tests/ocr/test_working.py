"""The working page: upright, modest, and without My Number."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.definition import FormDefinition, Kind
from forms.facts import SheetReading
from forms.library import FormLibrary
from ocr.blank import Blank, Blanks
from ocr.geometry import moved, rows_of
from ocr.identify import identify
from ocr.load import PageImage
from ocr.working import WORKING_DPI, working_page
from tests.ocr.conftest import middle, px, scanned


def registered(image: np.ndarray, library: FormLibrary, blanks: Blanks) -> SheetReading:
    found = identify(image, library, blanks)
    place = found.registration
    return SheetReading(
        page_index=0,
        form=found.form.form,
        version=found.form.version,
        transform=rows_of(place.transform),
        turned_degrees=place.turned_degrees,
        dpi=place.dpi,
    )


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_upright_and_my_number_black(
    quarters: int, library: FormLibrary, blanks: Blanks, notice: FormDefinition, notice_blank: Blank
) -> None:
    sheet = notice_blank.image.copy()
    box = notice.field("persons.1.my_number").box
    cv2.putText(sheet, "123456789012", px(box.x_mm, box.bottom_mm), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 0, 5)
    image = scanned(sheet, angle_deg=1.5, quarters=quarters).image
    page = working_page(PageImage(0, image), registered(image, library, blanks), notice)
    shown = cv2.imdecode(np.frombuffer(page.image_bytes, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert (page.width_px, page.height_px) == shown.shape[::-1]
    assert page.height_px > page.width_px
    transform = np.array(page.transform)
    top_left, top_right = moved(transform, notice.page.mark_centres_mm()[:2])
    assert top_left[0] < top_right[0]
    for field in notice.fields:
        if field.kind is Kind.MY_NUMBER:
            corners = np.round(moved(transform, field.box.corners_mm())).astype(int)
            inside = shown[corners[0][1] : corners[2][1], corners[0][0] : corners[2][0]]
            assert inside.max() < 60
    name = np.round(moved(transform, [middle(notice.field("persons.1.name").box)])).astype(int)[0]
    assert shown[name[1], name[0]] > 200


def test_no_larger_than_needed(
    library: FormLibrary, blanks: Blanks, notice: FormDefinition, notice_blank: Blank
) -> None:
    image = scanned(notice_blank.image, dpi=400).image
    page = working_page(PageImage(0, image), registered(image, library, blanks), notice)
    assert page.width_px == pytest.approx(210 / 25.4 * WORKING_DPI, rel=0.02)
    assert len(page.image_bytes) < 1_500_000


def test_an_unregistered_page_has_no_working_page(notice: FormDefinition) -> None:
    sheet = SheetReading(4, problem="sheet.foreign")
    with pytest.raises(ValueError, match=r"page 5 was not registered \(sheet.foreign\)"):
        working_page(PageImage(4, np.full((100, 100), 255, np.uint8)), sheet, notice)
