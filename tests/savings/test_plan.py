from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from forms.errors import DefinitionError
from savings.indicators import Average
from savings.periods import FiscalYear
from savings.plan import load_corrections, load_plan, plan_in
from savings.sampling import Source
from tests.savings.reports import CONFIG, plan


def test_the_example_plan_holds_the_published_targets() -> None:
    found = plan()
    assert [found.targets(FiscalYear(year)).tasks_introduced for year in range(2020, 2024)] == [5, 7, 10, 10]
    assert {found.targets(FiscalYear(year)).average_rate for year in (2020, 2023, 2026)} == {0.75}
    last = found.targets(FiscalYear(2023))
    assert (last.staff_hours, last.citizen_hours) == (11_600, 1_000)
    assert found.targets(FiscalYear(2026)).tasks_introduced is None
    assert found.average is Average.MEAN_OF_RATES


def test_the_example_plan_speaks_of_shipped_tasks() -> None:
    shipped = {path.stem for path in (CONFIG / "tasks").glob("*.yaml")}
    found = plan()
    named = {task for policy in found.policies.values() for task in policy.tasks}
    assert named == set(found.goals) == shipped
    goal = found.goal("ido", FiscalYear(2026))
    assert goal is not None and goal.action and goal.result
    assert found.goal("ido", FiscalYear(2020)) is found.goal("moon", FiscalYear(2026)) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("name: a\ntitle: b\naverage: median\n", 3),
        ("name: a\ntitle: b\naverage: pooled\nyears:\n  2026:\n    average_rate: 75\n", 6),
        ("name: a\ntitle: b\naverage: pooled\nyears:\n  2026:\n    task_count: 5\n", 6),
        ("name: a\ntitle: [\n", 3),
        ("", 1),
    ],
)
def test_a_wrong_plan_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_plan(file)
    assert caught.value.line == line
    assert caught.value.remedy


def test_correction_times_grow_with_the_asked_fields() -> None:
    sample = load_corrections(CONFIG / "samples" / "correction_seconds.yaml")
    assert sample.source is Source.SAMPLE
    seconds = [sample.seconds(asked) for asked in range(40)]
    assert seconds == sorted(seconds)
    assert min(timing.seconds for timing in sample.timings) <= seconds[0] < 20
    assert 60 < sample.seconds(10) < 80


def test_correction_times_need_a_spread(tmp_path: Path) -> None:
    file = tmp_path / "correction.yaml"
    timing = "{asked_fields: 3, seconds: 20, timed_on: 2026-03-17, timed_by: 区民課}"
    file.write_text(f"source: sample\nmethod: 計測\ntimings:\n  - {timing}\n  - {timing}\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="two different numbers"):
        load_corrections(file)


@pytest.mark.parametrize("path", sorted((CONFIG / "samples").glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_sample_says_that_it_is_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# 見本")
    assert YAML(typ="safe").load(text)["source"] == "sample"


@pytest.mark.parametrize("path", sorted((CONFIG / "tasks").glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_task_has_its_baseline(path: Path) -> None:
    task = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    sample = YAML(typ="safe").load((CONFIG / task["baseline"]).read_text(encoding="utf-8"))
    assert sample["task"] == task["name"] == path.stem
    assert all(step["source"] == "sample" and step["timed_by"] for step in task["steps"].values())


def test_the_sites_own_plan_comes_before_the_shipped_one(tmp_path: Path) -> None:
    assert plan_in((CONFIG, tmp_path)).name == "sagamihara"
    (tmp_path / "plan").mkdir()
    assert plan_in((CONFIG, tmp_path)).name == "sagamihara"
    own = "name: own\ntitle: b\naverage: pooled\n"
    (tmp_path / "plan" / "own.yaml").write_text(own, encoding="utf-8")
    assert plan_in((CONFIG, tmp_path)).name == "own"
