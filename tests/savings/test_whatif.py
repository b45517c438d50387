from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savings.errors import BadFigure
from savings.whatif import Candidate, gain, ranked

ONE = Candidate("児童手当の現況届", "こども若者未来局", 10_000, 6.0, 0.5, 2.0, 1.0)


def test_a_candidate_saves_volume_times_what_a_sheet_saves() -> None:
    assert (ONE.before_minutes, ONE.after_minutes, ONE.saved_minutes) == (60_000, 20_000, 40_000)
    assert ONE.rate == pytest.approx(2 / 3)
    assert replace(ONE, annual_volume=0).rate is None


def test_a_better_policy_and_a_better_form_bring_minutes() -> None:
    assert gain(ONE, straight_through=0.7) == pytest.approx(10_000 * 0.2 * 2.0)
    assert gain(ONE, asked_minutes=1.0) == pytest.approx(10_000 * 0.5 * 1.0)
    assert gain(ONE) == 0


@given(st.permutations([ONE, replace(ONE, title="乙", annual_volume=9), replace(ONE, minutes_each=0.5)]))
def test_the_order_of_the_candidates_does_not_matter(candidates: list[Candidate]) -> None:
    found = ranked(candidates)
    assert found[0] == ONE
    assert found[-1].saved_minutes < 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_straight_through_rate_never_costs(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert gain(replace(ONE, straight_through=low), straight_through=high) >= 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"annual_volume": -1},
        {"minutes_each": float("nan")},
        {"straight_through": 1.2},
        {"asked_minutes": -0.1},
        {"handling_minutes": float("inf")},
    ],
)
def test_impossible_guesses_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadFigure):
        replace(ONE, **wrong)
