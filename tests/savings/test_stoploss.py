from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savings import words
from savings.indicators import STAFF_STEPS, Step
from savings.sampling import baseline_of
from savings.stoploss import Mend, Pilot, Verdict, judge
from tests.savings.reports import timings


def pilot(
    minutes: dict[Step, float], sheets: int = 30, *, old: tuple[float, ...] = (3.0, 4.0, 5.0), **asked: int
) -> Pilot:
    return Pilot("zei", "税額通知の照合", baseline_of(timings(*old)), sheets, minutes, asked)


def test_a_pilot_that_costs_more_is_stopped_with_the_step_that_eats_the_saving() -> None:
    found = judge(pilot({Step.SCAN: 6.0, Step.FIRST_CORRECTION: 150.0, Step.ROBOT: 900.0}), 30)
    assert found.verdict is Verdict.STOP
    assert (found.worst, found.new_minutes, found.old_minutes) == (Step.FIRST_CORRECTION, 5.2, 4.0)
    assert found.worst_minutes == 5.0
    assert found.bearable_minutes == pytest.approx(3.8)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (pilot({Step.SCAN: 90.0}), Verdict.GO),
        (pilot({Step.SCAN: 120.0}), Verdict.GO),
        (pilot({Step.SCAN: 121.0}), Verdict.STOP),
        (pilot({Step.SCAN: 900.0}, sheets=29), Verdict.WAIT),
        (pilot({Step.ROBOT: 900.0}), Verdict.WAIT),
        (pilot({Step.SCAN: 1.0}, old=()), Verdict.NO_BASELINE),
    ],
)
def test_the_first_sample_decides(found: Pilot, verdict: Verdict) -> None:
    assert judge(found, 30).verdict is verdict


@pytest.mark.parametrize(
    ("worst", "asked", "first"),
    [
        (Step.FIRST_CORRECTION, {"digits": 8, "name": 2}, Mend.DIGIT_BOXES),
        (Step.FIRST_CORRECTION, {"digits": 2, "name": 8}, Mend.FORM),
        (Step.SECOND_CHECK, {}, Mend.POLICY),
        (Step.SCAN, {"digits": 8}, Mend.HANDLING),
        (Step.RERUN, {}, Mend.TARGET),
    ],
)
def test_the_mend_fits_the_step(worst: Step, asked: dict[str, int], first: Mend) -> None:
    assert judge(pilot({worst: 300.0}, **asked), 30).mends[0] is first


@given(st.dictionaries(st.sampled_from(STAFF_STEPS), st.floats(0, 1000)), st.floats(0.1, 500))
def test_more_checking_never_turns_a_stop_into_a_go(minutes: dict[Step, float], more: float) -> None:
    before = judge(pilot(minutes), 30).verdict
    dearer = {**minutes, Step.SECOND_CHECK: minutes.get(Step.SECOND_CHECK, 0.0) + more}
    assert not (before is Verdict.STOP and judge(pilot(dearer), 30).verdict is not Verdict.STOP)


def test_every_verdict_and_mend_has_words() -> None:
    assert set(words.VERDICTS) == set(Verdict)
    assert set(words.MENDS) == set(Mend)
