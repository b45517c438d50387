"""Writing parted from print, rulings, neighbours, dust, seals and what was struck through."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from forms.definition import Box, FormDefinition
from ocr.blank import Blank
from ocr.clean import writing
from ocr.fit import refine
from ocr.flat import PX_PER_MM, Area, FlatPage, flatten
from ocr.geometry import moved
from ocr.ink import evened
from ocr.load import Pixels
from tests.ocr.conftest import px, scanned

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


def kanji(sheet: Pixels, x: float, y: float, size: float) -> None:
    """Something like 目 with legs: strokes across and down, none of them long."""
    for height in (0.0, 0.3, 0.7):
        line(sheet, (x + 0.1 * size, y + height * size), (x + 0.9 * size, y + height * size))
    for across in (0.1, 0.9):
        line(sheet, (x + across * size, y), (x + across * size, y + size))


def strike(sheet: Pixels, x: float, y: float, size: float) -> None:
    for height in (0.45, 0.6):
        line(sheet, (x - 0.3, y + height * size), (x + size + 0.3, y + height * size))


def scribble(sheet: Pixels, x: float, y: float, size: float) -> None:
    for step in range(12):
        ends = ((x, y + step * size / 12), (x + size, y + (step + 1) * size / 12))
        line(sheet, *ends)
        line(sheet, (ends[1][0], ends[0][1]), (ends[0][0], ends[1][1]))


@pytest.mark.parametrize("cancel", [strike, scribble])
def test_one_character_struck_out_with_another_above_it(
    cancel: Callable[[Pixels, float, float, float], None],
    notice_blank: Blank,
    flat_of: Lay,
    notice: FormDefinition,
) -> None:
    box = notice.field("notifier_address").box
    sheet = notice_blank.image.copy()
    for x in (2, 8, 14):
        kanji(sheet, box.x_mm + x, box.y_mm + 4.4, 3.4)
    cancel(sheet, box.x_mm + 8, box.y_mm + 4.4, 3.4)
    kanji(sheet, box.x_mm + 8.6, box.y_mm + 1.0, 2.2)
    found = writing(flat_of(sheet), box)
    assert found.struck
    middle = round((box.x_mm + 9.7) * PX_PER_MM) - found.left
    kept = np.flatnonzero((found.image[:, middle - 30 : middle + 30] < 160).any(axis=1)) + found.top
    assert kept.max() / PX_PER_MM < box.y_mm + 4.2, "what was meant stays, what was struck does not"


def test_two_short_level_strokes_are_no_strike(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    """井 and 共 have two strokes across that run over the others."""
    sheet = notice_blank.image.copy()
    kanji(sheet, box.x_mm + 3, box.y_mm + 1.5, 4.0)
    strike(sheet, box.x_mm + 3, box.y_mm + 1.5, 4.0)
    assert not writing(flat_of(sheet), box).struck


def test_an_entry_is_followed_where_no_other_field_is(
    notice_blank: Blank, flat_of: Lay, notice: FormDefinition
) -> None:
    box = notice.field("hittousha").box
    sheet = notice_blank.image.copy()
    for step in range(3):
        cross(sheet, box.right_mm - 8 + 5.2 * step, box.y_mm + 3.5)
    found = writing(flat_of(sheet), box)
    assert found.outside
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(14.6, abs=0.6)


def test_what_stands_beside_an_empty_box_leaves_it_doubtful(
    notice_blank: Blank, flat_of: Lay, notice: FormDefinition
) -> None:
    box = notice.field("hittousha").box
    sheet = notice_blank.image.copy()
    for step in range(3):
        cross(sheet, box.right_mm + 1.2, box.y_mm + 1.5 + 2.2 * step, size=1.0)
    found = writing(flat_of(sheet), box)
    assert found.blank
    assert found.lost_mm2 > 1


@pytest.mark.parametrize("radius_px", [4, 6, 8])
def test_a_blot_is_no_entry(radius_px: int, notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    cv2.circle(sheet, px(box.x_mm + 9, box.y_mm + 3.5), radius_px, 20, -1)
    assert writing(flat_of(sheet), box).blank


def test_a_small_digit_is_an_entry(notice_blank: Blank, flat_of: Lay, notice: FormDefinition) -> None:
    box = notice.field("persons.1.birth_date").parts["day"]
    sheet = notice_blank.image.copy()
    line(sheet, (box.x_mm + 3, box.y_mm + 2), (box.x_mm + 3, box.y_mm + 3.8))
    assert not writing(flat_of(sheet), box).blank


def test_streaks_leave_boxes_blank_and_strokes_whole(notice_blank: Blank, box: Box) -> None:
    sheet = notice_blank.image.copy()
    cross(sheet, box.x_mm + 10, box.y_mm + 3.5)
    scan = scanned(sheet, angle_deg=0.7)
    at = moved(scan.transform, [(box.x_mm + 11, box.y_mm + 3.5), (box.x_mm + 20, box.y_mm + 3.5)])
    for x in at[:, 0].round().astype(int).tolist():
        scan.image[:, x : x + 2] = 70
    light = evened(scan.image)
    page = flatten(scan.image, light, notice_blank, refine(light, notice_blank, scan.transform))
    found = writing(page, box)
    assert found.image.shape[1] / PX_PER_MM == pytest.approx(4.4, abs=0.4)
    count, *_ = cv2.connectedComponents((found.image < 160).astype(np.uint8))
    assert count == 2, "the cross and the paper"


def test_the_two_strokes_of_a_dakuten_stay_and_dust_elsewhere_does_not(
    notice_blank: Blank, flat_of: Lay, box: Box
) -> None:
    bare, marked = notice_blank.image.copy(), notice_blank.image.copy()
    for sheet in (bare, marked):
        cross(sheet, box.x_mm + 10, box.y_mm + 3.5)
    for x_mm in (12.15, 12.45, 30.0):
        x, y = px(box.x_mm + x_mm, box.y_mm + 1.8)
        marked[y : y + 3, x : x + 3] = 40
    alone, with_signs = writing(flat_of(bare), box), writing(flat_of(marked), box)
    assert with_signs.ink_mm2 > alone.ink_mm2
    assert with_signs.image.shape[1] < 6 * PX_PER_MM, "the dust further off is none of it"


def test_a_pencil_is_read_like_a_pen(notice_blank: Blank, flat_of: Lay, notice: FormDefinition) -> None:
    sheet = notice_blank.image.copy()
    written = [notice.field(f"persons.{row}.name").box for row in range(1, 6)]
    for own in written:
        for x_mm in (4, 10, 16, 22):
            cross(sheet, own.x_mm + x_mm, own.y_mm + 3.5, ink=185)
    page = flat_of(sheet)
    assert not any(writing(page, own).blank for own in written)
    assert writing(page, notice.field("new_address").box).blank


def test_a_bare_box_with_traces_of_writing_is_no_sure_blank(
    notice_blank: Blank, flat_of: Lay, box: Box
) -> None:
    sheet = notice_blank.image.copy()
    for number in range(12):
        x, y = px(box.x_mm + 4 + 1.5 * number, box.y_mm + 2 + number % 3)
        sheet[y : y + 3, x : x + 3] = 40
    found = writing(flat_of(sheet), box)
    assert found.blank
    assert found.lost_mm2 > 1


def test_a_stroke_too_pale_for_ink_is_kept_beside_writing(
    notice_blank: Blank, flat_of: Lay, box: Box
) -> None:
    sheet = notice_blank.image.copy()
    for x_mm in (6, 12):
        cross(sheet, box.x_mm + x_mm, box.y_mm + 3.5)
    alone = writing(flat_of(sheet), box)
    line(sheet, (box.x_mm + 15.5, box.y_mm + 2), (box.x_mm + 15.5, box.y_mm + 5), ink=168)
    with_pale = writing(flat_of(sheet), box)
    assert with_pale.image.shape[1] - alone.image.shape[1] == pytest.approx(1.6 * PX_PER_MM, abs=6)
    empty = notice_blank.image.copy()
    line(empty, (box.x_mm + 15.5, box.y_mm + 2), (box.x_mm + 15.5, box.y_mm + 5), ink=168)
    assert writing(flat_of(empty), box).blank, "by itself it is no entry"


def test_a_thin_1_inside_a_box_is_no_hair(notice_blank: Blank, flat_of: Lay, box: Box) -> None:
    sheet = notice_blank.image.copy()
    cross(sheet, box.x_mm + 6, box.y_mm + 3.5)
    start, end = px(box.x_mm + 9, box.y_mm + 2.2), px(box.x_mm + 9, box.y_mm + 5)
    cv2.line(sheet, start, end, 30, 2)
    assert writing(flat_of(sheet), box).image.shape[1] > 4.6 * PX_PER_MM
