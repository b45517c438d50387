from __future__ import annotations

from datetime import date

import pytest

from savings import words
from tests.savings.reports import task


@pytest.mark.parametrize(
    ("rate", "text"), [(0.7921, "79.2 %"), (-2.5014, "−250.1 %"), (0.0, "0.0 %"), (None, "—")]
)
def test_rates_are_written_with_a_true_minus(rate: float | None, text: str) -> None:
    assert words.percent(rate) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(754.0, "12.6 時間"), (9.0, "0.15 時間"), (-870.0, "−14.5 時間"), (None, "—")]
)
def test_short_times_keep_two_decimals(minutes: float | None, text: str) -> None:
    assert words.hours(minutes) == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("%", 0.75, "75.0 %"),
        ("時間", 11600.0, "11,600.0 時間"),
        ("業務", 10.0, "10 業務"),
        ("業務", None, "—"),
    ],
)
def test_targets_are_written_in_their_unit(unit: str, value: float | None, text: str) -> None:
    assert words.figure(unit, value) == text


def test_a_task_answers_four_questions_without_a_baseline_too() -> None:
    assert [question for question, _ in words.answers(task())] == [
        "何時間か",
        "何と比べたか",
        "どう計ったか",
        "誰が計ったか",
    ]
    told = dict(words.answers(task(minutes=())))
    assert told["何時間か"] == "削減率は出せません：導入前の計時がありません。"
    assert "比べる相手がありません" in told["何と比べたか"]


def test_samples_are_labelled() -> None:
    assert words.labelled("80.0 %", sample=True) == "80.0 %（見本値）"
    assert words.labelled("80.0 %", sample=False) == "80.0 %"


@pytest.mark.parametrize(
    ("day", "text"), [(date(2019, 4, 30), "平成31年4月30日"), (date(2019, 5, 1), "令和元年5月1日")]
)
def test_days_are_written_in_their_era(day: date, text: str) -> None:
    assert words.era_day(day) == text
