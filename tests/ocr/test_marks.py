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
        ("persons.1.sex", ring, ["男"], "男"),
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
    if draw not in {dot, large_ring}:
        assert evidence.signs.weakest > 0.5


def test_half_a_ring_is_doubtful(notice: FormDefinition, notice_blank: Blank, flat_of: Lay) -> None:
    sheet, field = notice_blank.image.copy(), notice.field("persons.1.sex")
    ring(sheet, field, "男", 1.0, 0, 190)
    assert marks.read(flat_of(sheet), field).signs.weakest < 0.7


@pytest.mark.parametrize(("colour", "there"), [((60, 40, 200), True), ((40, 40, 40), True), (None, False)])
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
