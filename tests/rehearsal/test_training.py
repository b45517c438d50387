"""What the recogniser learns from: texts, shapes and lines. The network is not in the tests' environment."""

from __future__ import annotations

import numpy as np
import pytest

from rehearsal.faces import Pen
from rehearsal.sources import TEST_FONTS
from rehearsal.strokes import SMALL_KANA
from rehearsal.training.lines import HEIGHT_PX, PAPER, NoInkError, line_of, strip, tight
from rehearsal.training.texts import CAPITALS, CHARACTERS, DIGITS, GAP, KATAKANA, Text, any_text
from rehearsal.training.writers import VALIDATION_FONTS, Style, pen_shapes

PLAIN = Style(
    font=None,
    digits="letters",
    em_px=36,
    pen=Pen(3),
    slant=0,
    stretch=1,
    bend=0.01,
    loose=0.01,
    corner=1,
    edge=0.45,
)


def test_texts_keep_to_the_alphabet_and_use_all_of_it() -> None:
    rng = np.random.default_rng(1)
    texts = [any_text(rng) for _ in range(4000)]
    assert {char for text in texts for char in text.read} == set(CHARACTERS)
    assert all(text.read for text in texts)


def test_a_gap_is_written_and_not_read() -> None:
    assert Text(f"ヤマダ{GAP}ハナ").read == "ヤマダハナ"


def test_no_character_has_two_columns() -> None:
    assert len(set(CHARACTERS)) == len(CHARACTERS)


@pytest.mark.parametrize("char", [*KATAKANA, *DIGITS, *CAPITALS, "-", "ー", "・", "."])
def test_our_own_shapes_cover_what_forms_hold_and_stay_near_the_square(char: str) -> None:
    for habit in pen_shapes(None)[char]:
        points = np.concatenate(habit)
        assert points.min() > -0.1
        assert points.max() < 1.1


@pytest.mark.parametrize(("made", "base"), [("ガ", "カ"), ("パ", "ハ"), ("ヴ", "ウ"), ("ポ", "ホ")])
def test_voiced_kana_are_their_base_with_marks(made: str, base: str) -> None:
    shapes = pen_shapes(None)
    assert len(shapes[made]) == len(shapes[base])
    assert len(shapes[made][0]) > len(shapes[base][0])


@pytest.mark.parametrize("small", [char for char in SMALL_KANA if char in KATAKANA])
def test_small_kana_are_about_half_as_high(small: str) -> None:
    shapes = pen_shapes(None)
    heights = [np.ptp(np.concatenate(shapes[char][0])[:, 1]) for char in (small, SMALL_KANA[small])]
    assert heights[0] < 0.75 * heights[1]


@pytest.mark.parametrize("comb", [False, True], ids=["line", "comb"])
def test_a_line_is_as_high_as_the_recogniser_wants_it_and_longer_for_more(comb: bool) -> None:
    short, long = (
        line_of(Text(text, comb), PLAIN, "train", None, np.random.default_rng(3))
        for text in ("アキ", "アキヤマユウコ")
    )
    assert short.shape[0] == long.shape[0] == HEIGHT_PX
    assert long.shape[1] > 2 * short.shape[1]
    assert short.min() < 130


def test_white_paper_has_no_line() -> None:
    with pytest.raises(NoInkError):
        tight(np.full((20, 30), PAPER, np.uint8))


def test_a_comb_is_set_on_a_common_middle_at_equal_distances() -> None:
    cells = [np.zeros((10, 4), np.uint8), np.zeros((20, 6), np.uint8), np.zeros((10, 4), np.uint8)]
    inked = np.flatnonzero((strip(cells) == 0).any(axis=0))
    gaps = np.diff(inked)[np.diff(inked) > 1] - 1
    assert list(gaps) == [9, 9]
    rows = np.flatnonzero((strip(cells[:1] + cells[1:2]) == 0)[:, 9])
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(strip(cells).shape[0] / 2, abs=1)


def test_those_kept_aside_are_not_those_measured_on() -> None:
    assert not VALIDATION_FONTS & TEST_FONTS
