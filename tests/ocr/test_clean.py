"""Writing parted from print, rulings, neighbours, dust, seals and what was struck through."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from forms.definition import Box, FormDefinition
from ocr.blank import Blank
from ocr.clean import writing
from ocr.flat import PX_PER_MM, Area, FlatPage
from ocr.load import Pixels
from tests.ocr.conftest import px

PEN_PX = 5
Lay = Callable[[Pixels], FlatPage]


@pytest.fixture(scope="module")
def box(notice: FormDefinition) -> Box:
    return notice.field("persons.2.name").box


def line(sheet: Pixels, start: tuple[float, float], end: tuple[float, float], ink: int = 30) -> None:
    """A stroke of the pen between two places in mm."""
    cv2.line(sheet, px(*start), px(*end), (ink,) * 3 if sheet.ndim == 3 else ink, PEN_PX, cv2.LINE_AA)


def cross(sheet: Pixels, x: float, y: float, size: float = 2.0, ink: int = 30) -> None:
    line(sheet, (x - size, y), (x + size, y), ink)
    line(sheet, (x, y - size), (x, y + size), ink)


def test_every_field_of_a_blank_sheet_is_blank(
    notice: FormDefinition, notice_blank: Blank, flat_of: Lay
) -> None:
    page = flat_of(notice_blank.image)
    inked = [field.id for field in notice.fields if not field.options and not writing(page, field.box).blank]
    assert [name for name in inked if not notice.field(name).parts] == []


def test_writing_is_kept_and_print_is_gone(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    cross(sheet, box.x_mm + 10, box.y_mm + 3.5)
    found = writing(flat_of(sheet), box)
    assert not found.blank
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(4.4, abs=0.4)
    assert found.image.shape[0] / PX_PER_MM == pytest.approx(4.4, abs=0.4)


def test_a_stroke_through_the_ruling_stays_whole(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    line(sheet, (box.x_mm + 10, box.y_mm + 2), (box.x_mm + 10, box.bottom_mm + 1.2))
    found = writing(flat_of(sheet), box)
    count, *_ = cv2.connectedComponents((found.image < 160).astype(np.uint8))
    assert count == 2, "the stroke and the paper"
    assert found.image.shape[0] / PX_PER_MM == pytest.approx(6.6, abs=0.6)


def test_a_neighbours_stroke_is_not_ours(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    line(sheet, (box.x_mm + 10, box.y_mm - 5), (box.x_mm + 10, box.y_mm + 1.5))
    found = writing(flat_of(sheet), box)
    assert found.blank
    assert found.lost_mm2 > 0.2, "what hangs into the box is at least noted"


def test_dust_and_stray_dots_are_dropped(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    rng = np.random.default_rng(5)
    for x, y in rng.uniform((box.x_mm, box.y_mm), (box.right_mm, box.bottom_mm), (30, 2)):
        sheet[px(x, y)[1], px(x, y)[0]] = 0
    cv2.circle(sheet, px(box.right_mm - 4, box.bottom_mm - 2), 4, 0, -1)
    cross(sheet, box.x_mm + 6, box.y_mm + 3.5)
    found = writing(flat_of(sheet), box)
    assert found.image.shape[1] / PX_PER_MM < 5


def test_a_red_seal_in_colour_fades(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = cv2.cvtColor(notice_blank.image, cv2.COLOR_GRAY2BGR)
    cross(sheet, box.x_mm + 10, box.y_mm + 3.5)
    cv2.circle(sheet, px(box.x_mm + 13, box.y_mm + 3.5), round(4.5 * PX_PER_MM), (50, 50, 215), 6)
    page = flat_of(sheet)
    found = writing(page, box)
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(4.4, abs=0.5)
    assert Area.around(box, 2.0, page.text).of(page.red).sum() > 500


def test_a_pale_seal_in_grey_is_told_from_the_pen(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    cv2.circle(sheet, px(box.x_mm + 13, box.y_mm + 3.5), round(2.6 * PX_PER_MM), 125, 12)
    cross(sheet, box.x_mm + 10, box.y_mm + 3.5)
    found = writing(flat_of(sheet), box)
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(4.4, abs=0.6)
    assert found.lost_mm2 > 2


def test_what_is_struck_through_is_left_out_and_noted(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    for x in (4, 8, 12):
        cross(sheet, box.x_mm + x, box.y_mm + 3.5, 1.6)
    for y in (3.0, 4.0):
        line(sheet, (box.x_mm + 1, box.y_mm + y), (box.x_mm + 15, box.y_mm + y))
    cross(sheet, box.x_mm + 25, box.y_mm + 3.5)
    found = writing(flat_of(sheet), box)
    assert found.struck
    assert (found.left / PX_PER_MM) == pytest.approx(box.x_mm + 22.8, abs=0.5)


def test_level_strokes_of_characters_are_no_strike(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    """三 三 三: three level strokes of a character's width, thrice."""
    sheet = notice_blank.image.copy()
    for x in (3, 9, 15):
        for y in (1.5, 3.5, 5.5):
            line(sheet, (box.x_mm + x, box.y_mm + y), (box.x_mm + x + 4.5, box.y_mm + y))
    found = writing(flat_of(sheet), box)
    assert not found.struck
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(17, abs=0.6)
