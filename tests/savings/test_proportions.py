"""The exact interval of a share, against printed tables, and that it holds what it promises."""

from __future__ import annotations

import random

import pytest

from savings.proportions import exact_interval, needed


@pytest.mark.parametrize(
    ("wrong", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (3, 1000, 0.000619, 0.008742),
    ],
)
def test_it_agrees_with_the_tables(wrong: int, n: int, low: float, high: float) -> None:
    found = exact_interval(wrong, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nothing_sampled_says_nothing() -> None:
    assert (exact_interval(0, 0).low, exact_interval(0, 0).high) == (0.0, 1.0)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be wrong"):
        exact_interval(3, 2)


def test_it_holds_the_true_share_nineteen_times_in_twenty() -> None:
    rng, true, hits = random.Random(4), 0.02, 0
    for _ in range(400):
        found = exact_interval(sum(rng.random() < true for _ in range(300)), 300)
        hits += found.low <= true <= found.high
    assert hits >= 380


def test_so_many_right_ones_show_a_wanted_share() -> None:
    n = needed(0.01)
    assert exact_interval(0, n).high <= 0.01 < exact_interval(0, n - 2).high
