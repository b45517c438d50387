from __future__ import annotations

import math
import statistics
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savings.errors import BadFigure
from savings.sampling import Baseline, Source, Timing, baseline_of, student_t
from tests.savings.reports import timings


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (9, 2.2622),
        (10, 2.2281),
        (30, 2.0423),
        (100, 1.9840),
        (10_000, 1.9602),
    ],
)
def test_student_t_agrees_with_the_printed_tables(freedom: int, quantile: float) -> None:
    assert student_t(freedom) == pytest.approx(quantile, abs=5e-5)


def test_the_mean_comes_with_its_interval() -> None:
    baseline = baseline_of(timings(8.0, 10.0, 12.0))
    assert baseline is not None and baseline.interval_minutes is not None
    assert (baseline.n, baseline.mean_minutes, baseline.deviation_minutes) == (3, 10.0, 2.0)
    half = 4.30265 * 2 / math.sqrt(3)
    assert baseline.interval_minutes.low == pytest.approx(10 - half, abs=1e-4)
    assert baseline.interval_minutes.high == pytest.approx(10 + half, abs=1e-4)
    assert baseline.persons == ("区民課 入力担当A", "区民課 入力担当B")
    assert (baseline.first_day, baseline.last_day) == (date(2026, 2, 2), date(2026, 2, 4))


def test_a_single_timing_has_no_interval() -> None:
    baseline = baseline_of(timings(8.0))
    assert baseline is not None
    assert baseline.deviation_minutes is None
    assert baseline.interval_minutes is None


def test_own_timings_put_the_sample_aside() -> None:
    baseline = baseline_of((*timings(8.0, 9.0, source=Source.SAMPLE), *timings(12.0)))
    assert baseline is not None
    assert not baseline.is_sample
    assert baseline.mean_minutes == 12.0


def test_nobody_timed_anything() -> None:
    assert baseline_of(()) is None


@pytest.mark.parametrize("minutes", [0.0, -3.0, math.nan, math.inf])
def test_a_timing_that_no_stopwatch_gives_is_refused(minutes: float) -> None:
    with pytest.raises(BadFigure, match="time the case again"):
        Timing(minutes, date(2026, 2, 2), "区民課", "ストップウォッチ", Source.MEASURED)


def bundle(minutes: float, sheets: int, *steps: tuple[str, float]) -> Timing:
    return Timing(minutes, date(2026, 2, 2), "区民課", "ストップウォッチ", Source.MEASURED, sheets, steps)


def test_a_bundle_weighs_by_its_sheets() -> None:
    baseline = Baseline((bundle(20.0, 10), bundle(12.0, 5), bundle(2.2, 1)))
    assert (baseline.runs, baseline.n) == (3, 16)
    assert baseline.mean_minutes == pytest.approx(34.2 / 16)
    mean = 34.2 / 16
    squares = 10 * (2.0 - mean) ** 2 + 5 * (2.4 - mean) ** 2 + (2.2 - mean) ** 2
    assert baseline.deviation_minutes == pytest.approx(math.sqrt(squares / 2))
    assert baseline.error_minutes == pytest.approx(math.sqrt(squares / 2) / 4)


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=20))
def test_single_sheets_give_the_ordinary_mean_and_deviation(minutes: list[float]) -> None:
    baseline = Baseline(tuple(bundle(each, 1) for each in minutes))
    assert baseline.mean_minutes == pytest.approx(statistics.mean(minutes))
    assert baseline.deviation_minutes == pytest.approx(statistics.stdev(minutes), abs=1e-9)


def test_steps_of_the_old_way_are_means_a_sheet() -> None:
    baseline = Baseline((bundle(6.0, 2, ("入力", 4.0), ("読み合わせ", 2.0)), bundle(3.0, 1, ("入力", 3.0))))
    assert baseline.step_means == (("入力", pytest.approx(7 / 3)), ("読み合わせ", pytest.approx(2 / 3)))
    assert Baseline((bundle(3.0, 1),)).step_means == ()


def test_a_run_without_sheets_is_refused() -> None:
    with pytest.raises(BadFigure, match="at least one sheet"):
        bundle(3.0, 0)
