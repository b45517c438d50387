from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savings.errors import BadFigure
from savings.groups import added_minutes, by_department, by_policy, owner_in
from savings.indicators import MonthVolume, Owner, Step, StepMinutes, TaskMinutes, indicators
from savings.plan import Policy
from savings.sampling import Source
from tests.savings.reports import YEAR, plan, task

MONTHS = tuple(YEAR.months())
COUNTS = st.lists(st.integers(0, 500), min_size=12, max_size=12)


def monthly(counts: list[int], *owners: Owner) -> TaskMinutes:
    """A task with cases and two staff minutes a case in every month."""
    return replace(
        task(),
        owners=owners,
        volumes=tuple(MonthVolume(month, count, count) for month, count in zip(MONTHS, counts, strict=True)),
        steps=tuple(
            StepMinutes(month, Step.FIRST_CORRECTION, 2.0 * count, count, Source.MEASURED)
            for month, count in zip(MONTHS, counts, strict=True)
        ),
    )


OCTOBER = Owner(date(2026, 10, 1), "南区役所 区民課")
APRIL = Owner(date(2020, 4, 1), "市民局 区民課")


@given(COUNTS)
def test_a_moved_tasks_hours_are_split_and_add_up(counts: list[int]) -> None:
    moved = monthly(counts, APRIL, OCTOBER)
    groups = by_department([moved], YEAR)
    assert [group.key for group in groups] == ["南区役所 区民課", "市民局 区民課"]
    new, old = (group.tasks[0] for group in groups)
    assert old.entered == sum(counts[:6])
    assert new.entered == sum(counts[6:])
    assert (new.before_minutes or 0) + (old.before_minutes or 0) == pytest.approx(moved.before_minutes)
    assert new.after_minutes + old.after_minutes == pytest.approx(moved.after_minutes)


def test_before_its_first_move_a_task_was_its_first_owners() -> None:
    moved = monthly([1] * 12, OCTOBER)
    assert owner_in(moved, date(2026, 9, 1)) == "南区役所 区民課"
    assert owner_in(monthly([1] * 12, APRIL, OCTOBER), date(2026, 9, 1)) == "市民局 区民課"
    assert owner_in(monthly([1] * 12), date(2026, 9, 1)) == "市民局 区民課"


def test_a_move_within_a_month_is_refused() -> None:
    with pytest.raises(BadFigure, match="first day of a month"):
        Owner(date(2026, 10, 15), "区民課")


@given(COUNTS)
def test_the_half_years_add_up_to_the_year(counts: list[int]) -> None:
    found = monthly(counts)
    halves = [added_minutes([found], half) for half in YEAR.halves()]
    assert sum(halves) == pytest.approx(indicators([found]).saved_minutes)


def test_policies_hold_their_tasks_and_name_the_rest() -> None:
    wanted = plan().model_copy(update={"policies": {"2-1": Policy(title="削減", tasks=("甲",))}})
    groups = by_policy([task("甲"), task("乙")], wanted)
    assert [(group.key, [one.name for one in group.tasks]) for group in groups] == [
        ("2-1", ["甲"]),
        ("", ["乙"]),
    ]
    assert len(by_policy([task("甲")], wanted)) == 1
