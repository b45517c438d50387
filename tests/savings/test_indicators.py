from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.models import TimeEvent
from savings import words
from savings.errors import BadFigure
from savings.indicators import (
    STAFF_STEPS,
    Average,
    Gap,
    MonthVolume,
    Step,
    StepMinutes,
    TaskMinutes,
    indicators,
    mean_of_rates,
    pooled_rate,
    reduction_rate,
)
from savings.sampling import Source, baseline_of
from tests.savings.reports import APRIL, MAY, task, timings

KUJI_HOURS = [(19.8, 4.2), (1.6, 16.2), (73.0, 12.2)]
"""Before and after of Kuji city's three tasks, from shared reports of the city."""

MINUTES = st.floats(0.1, 1e6)
PAIRS = st.tuples(MINUTES, st.floats(0.0, 1e6))


def test_kuji_comes_out_to_the_digit() -> None:
    pairs = [(before * 60, after * 60) for before, after in KUJI_HOURS]
    mean = mean_of_rates([reduction_rate(*pair) for pair in pairs])
    pooled = pooled_rate(pairs)
    assert mean is not None and pooled is not None
    assert (f"{mean:.0%}", f"{pooled:.1%}") == ("-250%", "65.5%")


def test_tsukuba_comes_out_to_the_digit() -> None:
    assert f"{reduction_rate(424 * 60 + 44, 88 * 60 + 18):.1%}" == "79.2%"


@pytest.mark.parametrize(("before", "after"), [(0.0, 1.0), (-1.0, 1.0), (float("nan"), 1.0), (10.0, -0.1)])
def test_a_rate_of_impossible_times_is_refused(before: float, after: float) -> None:
    with pytest.raises(BadFigure):
        reduction_rate(before, after)


def test_negative_minutes_and_volumes_are_refused() -> None:
    with pytest.raises(BadFigure, match="minutes of scan is -1"):
        StepMinutes(APRIL, Step.SCAN, -1.0, 1, Source.MEASURED)
    with pytest.raises(BadFigure, match="a volume is -2"):
        MonthVolume(APRIL, 3, -2)


def test_only_a_signed_correction_may_take_minutes_away() -> None:
    found = replace(
        task(staff=200.0),
        steps=(*task(staff=200.0).steps, StepMinutes(MAY, Step.SCAN, -20.0, 1, Source.CORRECTION)),
    )
    assert found.after_minutes == pytest.approx(180.0)


def test_a_closed_half_keeps_the_baseline_that_was_signed() -> None:
    volumes = (MonthVolume(APRIL, 50, 50, each_minutes=8.0), MonthVolume(MAY, 50, 50))
    assert replace(task(), volumes=volumes).before_minutes == 50 * 8.0 + 50 * 10.0
    without = replace(task(minutes=()), volumes=volumes)
    assert (without.before_minutes, without.gap) == (400.0, None)


def test_citizens_minutes_need_both_sides() -> None:
    before, after = baseline_of(timings(20.0, 22.0)), baseline_of(timings(12.0, 14.0))
    assert replace(task(), citizen_before=before).citizen_minutes is None
    assert replace(task(), citizen_before=before, citizen_after=after).citizen_minutes == 800.0


def test_a_task_saves_what_staff_no_longer_does() -> None:
    found = task(minutes=(9.0, 10.0, 11.0), entered=100, staff=200.0, robot=5000.0)
    assert found.before_minutes == 1000.0
    assert found.after_minutes == pytest.approx(200.0)
    assert found.robot_minutes == 5000.0
    assert found.rate == pytest.approx(0.8)
    assert found.rate_interval is not None
    assert found.rate_interval.low < 0.8 < found.rate_interval.high


def test_a_task_may_cost_more_than_before() -> None:
    found = task(minutes=(0.5,), entered=100, staff=500.0)
    assert found.rate == pytest.approx(-9.0)
    assert found.saved_minutes == pytest.approx(-450.0)


@pytest.mark.parametrize(
    ("found", "gap"),
    [
        (task(minutes=()), Gap.NO_BASELINE),
        (task(entered=0, staff=10.0), Gap.NOTHING_ENTERED),
        (task(staff=0.0), Gap.NO_MINUTES),
        (replace(task(), steps=(StepMinutes(MAY, Step.ROBOT, 9.0, 3, Source.MEASURED),)), Gap.NO_MINUTES),
    ],
)
def test_a_task_without_evidence_shows_no_rate(found: TaskMinutes, gap: Gap) -> None:
    assert found.gap is gap
    assert found.rate is found.saved_minutes is None
    assert found.rate_interval is None


def test_averages_name_what_they_omit() -> None:
    whole, without = task("甲"), task("乙", minutes=())
    figures = indicators([whole, without])
    assert figures.counted == (whole,)
    assert figures.omitted == (without,)
    assert figures.mean_rate == figures.pooled == pytest.approx(0.8)
    assert figures.robot_minutes == 100.0


def test_no_tasks_have_no_average() -> None:
    figures = indicators([])
    assert figures.average(Average.MEAN_OF_RATES) is figures.average(Average.POOLED) is None
    assert figures.saved_minutes == 0.0


@pytest.mark.parametrize(
    ("found", "sample"),
    [
        (task(), False),
        (task(source=Source.SAMPLE), True),
        (replace(task(source=Source.SAMPLE), steps=()), True),
    ],
)
def test_one_sample_value_labels_the_task(found: TaskMinutes, sample: bool) -> None:
    assert found.rests_on_samples is sample


@given(st.lists(PAIRS, min_size=1, max_size=20), PAIRS)
def test_adding_a_task_that_costs_time_lowers_both_averages(
    pairs: list[tuple[float, float]], costly: tuple[float, float]
) -> None:
    saving = [(before, min(after, before)) for before, after in pairs]
    before, more = costly
    worse = (before, before * 1.01 + more)
    rates = [reduction_rate(*pair) for pair in saving]
    mean, pooled = mean_of_rates(rates), pooled_rate(saving)
    lower_mean, lower_pooled = mean_of_rates([*rates, reduction_rate(*worse)]), pooled_rate([*saving, worse])
    assert mean is not None and lower_mean is not None and lower_mean < mean
    assert pooled is not None and lower_pooled is not None and lower_pooled < pooled


@given(st.lists(PAIRS, min_size=1, max_size=20).flatmap(lambda p: st.tuples(st.just(p), st.permutations(p))))
def test_order_does_not_matter(orders: tuple[list[tuple[float, float]], list[tuple[float, float]]]) -> None:
    one, other = orders
    assert pooled_rate(one) == pooled_rate(other)
    assert mean_of_rates([reduction_rate(*p) for p in one]) == mean_of_rates(
        [reduction_rate(*p) for p in other]
    )


MONTHS = [date(2026 + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in range(4, 16)]
STEPS = st.builds(
    StepMinutes,
    month=st.sampled_from(MONTHS),
    step=st.sampled_from(Step),
    minutes=st.floats(0, 1e5),
    n=st.integers(1, 500),
    source=st.sampled_from(Source),
)


@given(
    st.lists(STEPS, max_size=30),
    st.lists(st.integers(0, 1000), min_size=12, max_size=12),
    st.sets(st.sampled_from(MONTHS)),
)
def test_splitting_a_period_adds_up(steps: list[StepMinutes], entered: list[int], half: set[date]) -> None:
    volumes = tuple(MonthVolume(month, count, count) for month, count in zip(MONTHS, entered, strict=True))
    year = replace(task(), steps=tuple(steps), volumes=volumes)
    parts = [year.within(half), year.within(set(MONTHS) - half)]
    assert sum(part.entered for part in parts) == year.entered
    assert sum(part.before_minutes or 0.0 for part in parts) == pytest.approx(year.before_minutes)
    assert sum(part.after_minutes for part in parts) == pytest.approx(year.after_minutes)
    assert sum(part.robot_minutes for part in parts) == pytest.approx(year.robot_minutes)


def test_steps_and_sources_are_those_of_the_cases() -> None:
    assert {step.value: words.STEPS[step] for step in Step} == dict(TimeEvent.Step.choices)
    # A correction is no time event: it has a table of its own.
    events = {source.value: words.SOURCES[source] for source in Source if source is not Source.CORRECTION}
    assert events == dict(TimeEvent.Source.choices)
    assert Step.ROBOT not in STAFF_STEPS


@given(st.floats(0.5, 60), st.integers(1, 500), st.floats(0.01, 0.99), st.floats(1.0, 20.0))
def test_a_case_that_took_longer_than_before_lowers_the_rate(
    each: float, entered: int, share: float, longer: float
) -> None:
    spent = StepMinutes(APRIL, Step.SCAN, each * entered * share, entered, Source.MEASURED)
    saving = replace(task(minutes=(each,), entered=entered), steps=(spent,))
    slow = StepMinutes(MAY, Step.FIRST_CORRECTION, each * longer * 1.01, 1, Source.MEASURED)
    more = replace(saving, volumes=(*saving.volumes, MonthVolume(MAY, 1, 1)), steps=(*saving.steps, slow))
    assert saving.rate is not None and more.rate is not None
    assert more.rate < saving.rate


@given(st.lists(STEPS, max_size=20).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_the_events_does_not_matter(orders: tuple[list[StepMinutes], list[StepMinutes]]) -> None:
    one, other = (replace(task(), steps=tuple(rows)) for rows in orders)
    assert one.after_minutes == other.after_minutes
    assert one.rate == other.rate
