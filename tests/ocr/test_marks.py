"""Ticks, rings and stamps drawn in many ways, on a sheet as scanned."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from forms.definition import Field, FormDefinition
from ocr import marks
from ocr.blank import Blank
from ocr.flat import PX_PER_MM, FlatPage
from ocr.load import Pixels
from tests.ocr.conftest import middle, px

Lay = Callable[[Pixels], FlatPage]
Draw = Callable[[Pixels, Field, str], None]


def check(sheet: Pixels, field: Field, value: str) -> None:
    box = field.option(value).box  # type: ignore[union-attr]  # every option in these tables exists
    corners = [(0.1, 0.5), (0.4, 0.9), (1.1, -0.1)]
    points = [px(box.x_mm + x * box.width_mm, box.y_mm + y * box.height_mm) for x, y in corners]
    cv2.polylines(sheet, [np.array(points)], False, 40, 5, cv2.LINE_AA)


def fill(sheet: Pixels, field: Field, value: str) -> None:
    box = field.option(value).box  # type: ignore[union-attr]  # the same
    cv2.rectangle(sheet, px(box.x_mm, box.y_mm), px(box.right_mm, box.bottom_mm), 60, -1)


def ring(
    sheet: Pixels, field: Field, value: str, size: float = 1.0, from_deg: int = 0, to_deg: int = 360
) -> None:
    box = field.option(value).box  # type: ignore[union-attr]  # the same
    axes = tuple(round(length / 2 * size * PX_PER_MM) for length in (box.width_mm, box.height_mm))
    cv2.ellipse(sheet, px(*middle(box)), axes, 5, from_deg, to_deg, 40, 5, cv2.LINE_AA)


def open_ring(sheet: Pixels, field: Field, value: str) -> None:
    ring(sheet, field, value, 1.1, 20, 330)


def large_ring(sheet: Pixels, field: Field, value: str) -> None:
    ring(sheet, field, value, 1.35)


def aside_ring(sheet: Pixels, field: Field, value: str) -> None:
    """A ring that cuts through its word."""
    x, y = middle(field.option(value).box)  # type: ignore[union-attr]  # the same
    cv2.ellipse(sheet, px(x + 1.6, y + 0.8), (34, 34), 0, 0, 350, 40, 5, cv2.LINE_AA)


def double_ring(sheet: Pixels, field: Field, value: str) -> None:
    """Drawn twice, and long enough to cut into the words beside it."""
    box = field.option(value).box  # type: ignore[union-attr]  # the same
    for more in (0.0, 0.5):
        axes = (
            round((box.width_mm / 2 + 2.4 - more) * PX_PER_MM),
            round((box.height_mm / 2 - more) * PX_PER_MM),
        )
        cv2.ellipse(sheet, px(*middle(box)), axes, 4, 0, 360, 40, 5, cv2.LINE_AA)


def crossed_ring(sheet: Pixels, field: Field, value: str) -> None:
    ring(sheet, field, value)
    strike(sheet, field, value)


def strike(sheet: Pixels, field: Field, value: str) -> None:
    """Two level lines through a word or a square."""
    box = field.option(value).box  # type: ignore[union-attr]  # the same
    for share in (0.36, 0.64):
        y = box.y_mm + share * box.height_mm
        cv2.line(sheet, px(box.x_mm - 1.2, y), px(box.right_mm + 1.2, y + 0.2), 40, 5, cv2.LINE_AA)


def struck_check(sheet: Pixels, field: Field, value: str) -> None:
    check(sheet, field, value)
    strike(sheet, field, value)


def beside(sheet: Pixels, field: Field, value: str) -> None:
    """A tick that misses its square, on the left of it."""
    box = field.option(value).box  # type: ignore[union-attr]  # the same
    points = [px(box.x_mm - 4 + x, box.y_mm + y) for x, y in ((0, 1.5), (1.2, 3.2), (3.2, 0.4))]
    cv2.polylines(sheet, [np.array(points)], False, 40, 5, cv2.LINE_AA)


def dot(sheet: Pixels, field: Field, value: str) -> None:
    cv2.circle(sheet, px(*middle(field.option(value).box)), 2, 40, -1)  # type: ignore[union-attr]  # the same


@pytest.mark.parametrize(
    ("field_id", "draw", "values", "read"),
    [
        ("notice_type", check, ["転居"], "転居"),
        ("notice_type", fill, ["転出"], "転出"),
        ("notice_type", check, ["転入", "転居"], "転入,転居"),
        ("notice_type", dot, ["転入"], ""),
        ("notice_type", check, [], ""),
        ("notice_type", beside, ["転居"], "転居"),
        ("persons.1.sex", ring, ["男"], "男"),
        ("persons.1.sex", aside_ring, ["女"], "女"),
        ("persons.1.sex", strike, ["男"], ""),
        ("notifier_capacity", double_ring, ["世帯主"], "世帯主"),
        ("persons.1.sex", open_ring, ["女"], "女"),
        ("persons.2.sex", large_ring, ["女"], "女"),
        ("persons.1.sex", ring, ["男", "女"], "男,女"),
        ("persons.1.sex", dot, ["男"], ""),
        ("notifier_capacity", ring, ["世帯主"], "世帯主"),
        ("notifier_capacity", open_ring, ["代理人"], "代理人"),
    ],
)
def test_marks(
    field_id: str,
    draw: Draw,
    values: list[str],
    read: str,
    notice: FormDefinition,
    notice_blank: Blank,
    flat_of: Lay,
) -> None:
    sheet, field = notice_blank.image.copy(), notice.field(field_id)
    for value in values:
        draw(sheet, field, value)
    evidence = marks.read(flat_of(sheet), field)
    assert evidence.raw == read
    assert evidence.blank == (read == "")
    if draw not in {dot, large_ring, strike, beside}:
        assert evidence.signs.weakest > 0.5


@pytest.mark.parametrize(
    ("field_id", "wrong", "cancelled", "right", "meant"),
    [
        ("notice_type", "転入", struck_check, check, "転出"),
        ("notice_type", "転居", fill, check, "転入"),
        ("persons.1.sex", "女", crossed_ring, ring, "男"),
        ("notifier_capacity", "代理人", crossed_ring, open_ring, "本人"),
    ],
)
def test_a_mark_that_was_crossed_out_does_not_count(
    field_id: str,
    wrong: str,
    cancelled: Draw,
    right: Draw,
    meant: str,
    notice: FormDefinition,
    notice_blank: Blank,
    flat_of: Lay,
) -> None:
    sheet, field = notice_blank.image.copy(), notice.field(field_id)
    cancelled(sheet, field, wrong)
    right(sheet, field, meant)
    assert marks.read(flat_of(sheet), field).raw == meant


def test_a_crossed_ring_alone_is_doubtful(notice: FormDefinition, notice_blank: Blank, flat_of: Lay) -> None:
    sheet, field = notice_blank.image.copy(), notice.field("persons.1.sex")
    crossed_ring(sheet, field, "男")
    assert marks.read(flat_of(sheet), field).signs.weakest < 0.5


def test_eras_are_decided_together(notice: FormDefinition, notice_blank: Blank, flat_of: Lay) -> None:
    sheet, field = notice_blank.image.copy(), notice.field("persons.1.birth_date")
    double_ring(sheet, field, "昭和")
    digits = middle(field.parts["year"])
    cv2.putText(sheet, "55", px(digits[0] - 3, digits[1] + 2), 0, 1.6, 40, 4, cv2.LINE_AA)
    found = marks.circles(flat_of(sheet), field.options)
    assert [mark.value for mark in found if mark.marked] == ["昭和"]


def test_half_a_ring_is_doubtful(notice: FormDefinition, notice_blank: Blank, flat_of: Lay) -> None:
    sheet, field = notice_blank.image.copy(), notice.field("persons.1.sex")
    ring(sheet, field, "男", 1.0, 0, 190)
    assert marks.read(flat_of(sheet), field).signs.weakest < 0.7


@pytest.mark.parametrize(
    ("colour", "there"), [((60, 40, 200), True), ((40, 40, 40), True), ((205, 205, 205), True), (None, False)]
)
def test_stamps(
    colour: tuple[int, int, int] | None,
    there: bool,
    notice: FormDefinition,
    notice_blank: Blank,
    flat_of: Lay,
) -> None:
    sheet, field = cv2.cvtColor(notice_blank.image, cv2.COLOR_GRAY2BGR), notice.field("office_received")
    if colour:
        cv2.circle(sheet, px(*middle(field.box)), round(5 * PX_PER_MM), colour, 6)
    assert marks.read(flat_of(sheet), field).raw == ("1" if there else "")


@pytest.mark.parametrize("dx_mm", [0.2, 0.8, 1.2])
@pytest.mark.parametrize("value", ["転入", "転居", "転出", "世帯変更"])
def test_a_tick_over_the_words_beside_its_square_is_asked(
    value: str, dx_mm: float, notice: FormDefinition, notice_blank: Blank, flat_of: Lay
) -> None:
    sheet, field = notice_blank.image.copy(), notice.field("notice_type")
    box = field.option(value).box  # type: ignore[union-attr]  # every option in this table exists
    points = [px(box.right_mm + dx_mm + x, box.y_mm + y) for x, y in ((0.4, 2.2), (1.4, 3.6), (3.6, 1.0))]
    cv2.polylines(sheet, [np.array(points)], False, 40, 5, cv2.LINE_AA)
    evidence = marks.read(flat_of(sheet), field)
    assert evidence.raw == value or evidence.signs.weakest < 0.5


@pytest.mark.parametrize(
    ("field_id", "draw", "value"), [("notice_type", fill, "転居"), ("persons.1.sex", ring, "女")]
)
def test_dots_that_are_left_of_a_pale_mark_raise_doubt(
    field_id: str, draw: Draw, value: str, notice: FormDefinition, notice_blank: Blank, flat_of: Lay
) -> None:
    sheet, field = notice_blank.image.copy(), notice.field(field_id)
    draw(sheet, field, value)
    rows, columns = np.indices(sheet.shape)
    dots = (rows % 11 < 3) & (columns % 11 < 3)
    faxed = np.where((sheet < notice_blank.image) & ~dots, notice_blank.image, sheet)
    evidence = marks.read(flat_of(faxed), field)
    assert evidence.blank
    assert evidence.signs.weakest < 0.5
    assert marks.read(flat_of(notice_blank.image), field).signs.weakest == 1
