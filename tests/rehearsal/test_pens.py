"""Marks land where people put them, and look drawn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from forms.definition import Box
from rehearsal import pens
from rehearsal.hands import hand
from rehearsal.paper import PX_PER_MM, Paper, empty_paper

SQUARE = Box(x_mm=15, y_mm=15, width_mm=4.5, height_mm=4.5)
WORD = Box(x_mm=10, y_mm=12, width_mm=12, height_mm=6)
SEEDS = range(8)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def dark(paper: Paper) -> NDArray[np.bool_]:
    return np.asarray(paper.pixels.min(axis=2) < 190)


def share(paper: Paper, box: Box) -> float:
    """How much of the box is inked."""
    rows = slice(round(box.y_mm * PX_PER_MM), round(box.bottom_mm * PX_PER_MM))
    columns = slice(round(box.x_mm * PX_PER_MM), round(box.right_mm * PX_PER_MM))
    return float(dark(paper)[rows, columns].mean())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("habit", "least", "most"),
    [
        (pens.Tick.CHECK, 0.05, 0.4),
        (pens.Tick.RE, 0.05, 0.45),
        (pens.Tick.CROSS, 0.08, 0.5),
        (pens.Tick.FILLED, 0.45, 1.0),
    ],
)
def test_a_tick_inks_its_square(habit: pens.Tick, least: float, most: float, seed: int) -> None:
    paper = empty_paper(40, 40)
    pens.tick(paper, SQUARE, hand(seed), rng(seed), habit)
    assert least < share(paper, SQUARE) < most
    around = Box(x_mm=13, y_mm=12.5, width_mm=9, height_mm=9)
    assert share(paper, around) * 81 * PX_PER_MM**2 == pytest.approx(np.count_nonzero(dark(paper)), rel=0.03)


def test_habits_of_ticking_vary_but_stay_with_the_hand() -> None:
    habits = [pens.tick_of(hand(seed)) for seed in range(60)]
    assert set(habits) == set(pens.Tick)
    assert habits == [pens.tick_of(hand(seed)) for seed in range(60)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_ring_goes_around_the_word_and_leaves_it_free(seed: int) -> None:
    paper = empty_paper(40, 40)
    pens.circle(paper, WORD, hand(seed), rng(seed))
    rows, columns = np.nonzero(dark(paper))
    assert np.ptp(columns) / PX_PER_MM == pytest.approx(WORD.width_mm, rel=0.25)
    assert np.ptp(rows) / PX_PER_MM == pytest.approx(WORD.height_mm, rel=0.35)
    middle = Box(x_mm=14, y_mm=14, width_mm=4, height_mm=2)
    assert share(paper, middle) == 0


def test_rings_differ_as_their_names_say() -> None:
    dots: dict[pens.Ring | None, float] = {}
    for ring in (None, *pens.Ring):
        papers = [empty_paper(40, 40) for _ in SEEDS]
        for seed, paper in zip(SEEDS, papers, strict=True):
            pens.circle(paper, WORD, hand(1), rng(seed), ring)
        dots[ring] = float(np.mean([np.count_nonzero(dark(paper)) for paper in papers]))
    assert dots[pens.Ring.OPEN] < 0.9 * (dots[None] or 0) < 0.9 * dots[pens.Ring.DOUBLE] / 1.2


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cutting_ring_runs_through_the_edge_of_the_word(seed: int) -> None:
    paper = empty_paper(40, 40)
    pens.circle(paper, WORD, hand(seed), rng(seed), pens.Ring.CUTTING)
    _, columns = np.nonzero(dark(paper))
    middle_mm = (columns.min() + columns.max()) / 2 / PX_PER_MM
    assert 1.5 < abs(middle_mm - (WORD.x_mm + WORD.width_mm / 2)) < 6.5


def test_blackening_leaves_nothing_of_a_square_white() -> None:
    paper = empty_paper(40, 40)
    pens.blacken(paper, SQUARE, hand(2), rng(2))
    assert share(paper, SQUARE) > 0.75


def test_rings_are_not_all_closed() -> None:
    sweeps = set()
    for seed in SEEDS:
        paper = empty_paper(40, 40)
        pens.circle(paper, WORD, hand(1), rng(seed))
        sweeps.add(np.count_nonzero(dark(paper)))
    assert len(sweeps) == len(SEEDS)


def test_two_lines_go_through_what_was_written() -> None:
    paper = empty_paper(60, 30)
    written = Box(x_mm=10, y_mm=10, width_mm=30, height_mm=5)
    pens.strike_through(paper, written, hand(3), rng(3))
    for x_mm in (14, 25, 36):
        column = dark(paper)[:, round(x_mm * PX_PER_MM)]
        assert np.count_nonzero(np.diff(column.astype(int)) == 1) == 2


@pytest.mark.parametrize("text", ["林", "山口", "佐々木"])
def test_a_name_seal_is_red_and_lets_the_writing_show(text: str) -> None:
    paper = empty_paper(30, 30)
    line = slice(round(14.8 * PX_PER_MM), round(15.2 * PX_PER_MM))
    paper.pixels[line] = 30
    pens.name_seal(paper, text, (15, 15), rng(1))
    red = (paper.pixels[:, :, 0] > 150) & (paper.pixels[:, :, 1] < 140)
    assert 0.008 < red.mean() < 0.1
    assert (paper.pixels[line] <= 30).all()


def test_a_date_seal_fits_its_box() -> None:
    paper = empty_paper(30, 30)
    pens.date_seal(paper, ("受付", "8.10.6", "市民課"), (15, 15), rng(2), 12)
    rows, columns = np.nonzero(dark(paper))
    assert np.ptp(rows) / PX_PER_MM == pytest.approx(12, abs=0.6)
    assert np.ptp(columns) / PX_PER_MM == pytest.approx(12, abs=0.6)
