"""Lines of digits are counted by their ink; what no character accounts for is noticed."""

import cv2
import numpy as np
import pytest

from ocr.lines import EXPLAINED, least_digits, unexplained
from ocr.load import Pixels

HIGH_PX = 60


def strokes(*lines: tuple[int, int, int, int]) -> Pixels:
    """White paper with straight strokes from place to place."""
    paper = np.full((HIGH_PX + 20, 260), 255, np.uint8)
    for left, top, right, bottom in lines:
        cv2.line(paper, (left, top), (right, bottom), 30, 4)
    return paper


ONE, SEVEN = (20, 10, 20, 66), (48, 10, 40, 66)
LEANING = ((30, 66, 60, 10), (48, 66, 78, 10))


@pytest.mark.parametrize(
    ("lines", "touching", "least"),
    [
        ((), False, 0),
        ((ONE,), False, 1),
        ((ONE, SEVEN), False, 2),
        ((ONE, (32, 40, 44, 40), (60, 10, 60, 66)), False, 2),
        (LEANING, False, 2),
        (((20, 66, 110, 10),), False, 1),
        (((20, 66, 110, 10),), True, 2),
    ],
    ids=["bare", "one", "two", "a hyphen is no digit", "leaning", "wide", "wide where two may touch"],
)
def test_digits_are_counted_by_their_ink(
    lines: tuple[tuple[int, int, int, int], ...], touching: bool, least: int
) -> None:
    assert least_digits(strokes(*lines), touching) == least


@pytest.mark.parametrize(
    ("places_px", "whole"), [((20, 120, 220), True), ((20, 120), False), ((), False), ((36, 112, 230), True)]
)
def test_ink_without_a_character_is_noticed(places_px: tuple[int, ...], whole: bool) -> None:
    line = strokes(ONE, (120, 10, 120, 66), (220, 10, 220, 66))
    far = unexplained(line, [x / line.shape[1] for x in places_px])
    assert (far <= EXPLAINED) is whole


def test_no_ink_needs_no_character() -> None:
    assert unexplained(strokes(), ()) == 0
