from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savings.indicators import Average, indicators
from savings.intervals import average_interval
from tests.savings.reports import task

MINUTES = st.lists(st.floats(5, 20), min_size=3, max_size=12)


@given(st.lists(st.tuples(MINUTES, st.floats(1, 500)), min_size=1, max_size=6), st.sampled_from(Average))
def test_an_average_lies_within_its_interval(tasks: list[tuple[list[float], float]], which: Average) -> None:
    figures = indicators(task(minutes=tuple(minutes), staff=100 + staff) for minutes, staff in tasks)
    interval, average = average_interval(figures, which), figures.average(which)
    assert average is not None
    if interval is not None:
        assert interval.low <= average + 1e-9
        assert average <= interval.high + 1e-9


def test_one_task_has_the_interval_of_its_own_rate() -> None:
    found = task(minutes=(9.0, 10.0, 11.0))
    pooled = average_interval(indicators([found]), Average.POOLED)
    assert pooled is not None and found.rate_interval is not None
    assert (pooled.low, pooled.high) == pytest.approx((found.rate_interval.low, found.rate_interval.high))


def test_a_single_timing_tells_no_spread() -> None:
    assert average_interval(indicators([task(), task(minutes=(9.0,))]), Average.POOLED) is None
    assert average_interval(indicators([]), Average.MEAN_OF_RATES) is None


@pytest.mark.parametrize("which", list(Average))
def test_nineteen_of_twenty_intervals_hold_the_truth(which: Average) -> None:
    """Six hundred time studies of three tasks whose true means are known."""
    chance = random.Random(7)
    truth, staff = (10.0, 4.0, 25.0), (200.0, 150.0, 300.0)
    rates = [1 - spent / (mean * 100) for mean, spent in zip(truth, staff, strict=True)]
    true = statistics.mean(rates) if which is Average.MEAN_OF_RATES else 1 - sum(staff) / (100 * sum(truth))
    hits = 0
    for _ in range(600):
        tasks = [
            task(minutes=tuple(chance.gauss(mean, mean / 5) for _ in range(12)), staff=spent)
            for mean, spent in zip(truth, staff, strict=True)
        ]
        interval = average_interval(indicators(tasks), which)
        assert interval is not None
        hits += interval.low <= true <= interval.high
    assert 0.92 <= hits / 600 <= 0.985
