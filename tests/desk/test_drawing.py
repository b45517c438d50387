"""Bars keep to their room, and their lengths to their values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.drawing import BOTTOM, HEIGHT, LEFT, WIDTH, Series, chart, rate_chart

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=12)


@given(VALUES, st.floats(0.01, 1e6))
def test_bars_stay_in_the_picture_and_grow_with_their_value(values: list[float], some: float) -> None:
    every = [*values, some]
    found = chart([f"{place}月" for place in range(len(every))], [Series("before", "導入前", every)], "時間")
    assert found is not None
    for bar in found.bars:
        assert bar.x >= LEFT and bar.x + bar.width <= WIDTH
        assert bar.y >= 0 and bar.y + bar.height == pytest.approx(HEIGHT - BOTTOM)
    heights = [bar.height for bar in found.bars]
    assert heights.index(max(heights)) == every.index(max(every))
    assert 3 <= len(found.ticks) <= 6


@pytest.mark.parametrize("values", [[], [0.0], [-3.0, 0.0]])
def test_nothing_above_zero_draws_nothing(values: list[float]) -> None:
    assert chart(["4月"] * len(values), [Series("after", "導入後", values)], "時間") is None


def test_rates_start_at_zero_and_go_both_ways() -> None:
    good, bad, worse = rate_chart([("甲", 0.8), ("乙", -0.5), ("丙", -9.1)], 0.75).rows
    assert (good.below, bad.below, worse.below) == (False, True, True)
    assert good.start == pytest.approx(0.5)
    assert bad.start + bad.length == pytest.approx(0.5)
    assert (worse.start, worse.rate) == (0.0, -9.1)


def test_without_a_negative_rate_the_scale_begins_at_zero() -> None:
    found = rate_chart([("甲", 0.8)], None)
    assert (found.zero, found.rows[0].length, found.target) == (0.0, 0.8, None)
