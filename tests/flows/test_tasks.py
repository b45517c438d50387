"""The verbs of tasks: a wrong file is refused with file, line and remedy; next rounds; the switch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from cases import seed, task_versions
from cases.models import Task
from cases.seed import TaskFile
from flows import task_book
from flows.task_export import exported
from forms.library import load_definition
from tests.flows.conftest import PROJECT, Tenki

IDO = (PROJECT / "config" / "tasks" / "ido.yaml").read_text(encoding="utf-8")


def written(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """The shipped task with some lines changed and some added."""
    text = IDO
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "ido.yaml"
    path.write_text(text + more, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "more", "said"),
    [
        ([], "schedule: {at: ['09:00']}\n", []),
        ([("forms: [ido_todoke]", "forms: [ido]")], "", ["line 10, forms.1: There is no form called 'ido'"]),
        ([("target: rehearsal", "target: juki")], "", ["line 11, target: there is no target 'juki'"]),
        (
            [
                ("target: rehearsal", "target: django_admin"),
                ("forms: [ido_todoke]", "forms: [ido_todoke, juminhyo_kofu]"),
            ],
            "",
            ["line 10, forms.2: target django_admin does not take form 'juminhyo_kofu'"],
        ),
        ([("name: ido", "name: kofu")], "", ["the file is ido.yaml and the task kofu"]),
        ([("samples/baseline_ido.yaml", "samples/none.yaml")], "", ["baseline: no samples/none.yaml"]),
        ([], "schedule: {at: ['9']}\n", ["line 82, schedule.at.1: a time of the day is written as 08:30"]),
        ([], "schedule: {cron: '0 9 30 2 *'}\n", ["schedule.cron: cron cannot be read"]),
        (
            [],
            "schedule: {at: ['18:00']}\nlimits: {latest: '17:00'}\n",
            ["line 82, schedule: no round would be made", "mind limits.latest"],
        ),
        (
            [],
            "schedule:\n  at: ['09:00', '18:00']\nlimits: {latest: '17:00'}\n",
            ["schedule.at.2: no round would ever be made at 18:00"],
        ),
        (
            [("  max_wrong:", "  second_check: [my_number, new_haed]\n  max_wrong:")],
            "",
            ["policy.second_check: no form of the task has a field or kind 'new_haed'"],
        ),
        ([], "limits: {sheets_per_run: 0}\n", ["limits.sheets_per_run", "greater than or equal to 1"]),
    ],
)
def test_a_wrong_file_is_told_with_line_and_remedy(
    tmp_path: Path, changes: list[tuple[str, str]], more: str, said: list[str]
) -> None:
    found = " ".join(map(str, task_book.problems(written(tmp_path, *changes, more=more))))
    assert bool(found) is bool(said)
    assert not [words for words in said if words not in found], found


def test_the_verbs_of_a_task(shared_tenki: Tenki, tmp_path: Path) -> None:
    """One database, one site folder: list, show, check, pause, resume as a person types them."""
    own = tmp_path / "config"
    (own / "tasks").mkdir(parents=True)
    file = written(own / "tasks", more="schedule: {at: ['09:00'], days: last_business_day}\n")
    site = {"TENKI_CONFIG": str(own)}

    listed = shared_tenki("task", "list", "--json", **site).json
    assert {one["name"]: len(one["next_rounds"]) for one in listed} == {"ido": 5, "kofu": 0}
    assert all(at.endswith("T09:00+09:00") for at in listed[0]["next_rounds"])

    assert "was already on" in shared_tenki("task", "resume", "ido", **site).out
    assert shared_tenki("task", "pause", "ido", **site).out.startswith("ido: paused\nNo Prefect server")
    shown = shared_tenki("task", "show", "ido", "--json", **site).json
    assert (shown["switch"], shown["next_rounds"], shown["version"]) == ("paused", [], 1)

    assert shared_tenki("task", "check", **site).status == 0
    file.write_text(file.read_text(encoding="utf-8").replace("rehearsal", "juki"), encoding="utf-8")
    checked = shared_tenki("task", "check", "--json", **site)
    problem = json.loads(checked.out)["ido"][0]
    assert (checked.status, problem["line"], "Known targets" in problem["remedy"]) == (2, 11, True)
    refused = shared_tenki("task", "run", "ido", **site)
    assert (refused.status, "ido.yaml, line 11, target" in refused.err) == (2, True)
    shutil.rmtree(own)


@pytest.mark.django_db
def test_an_export_is_the_task_as_it_is_now(tmp_path: Path, settings: Settings) -> None:
    """What the desk has changed stands in the file, comments stay, and seeding it again changes nothing."""
    settings.CONFIG_FOLDERS = (PROJECT / "config",)
    seed.seed()
    now = {"schedule": {"at": ["09:00"], "when_closed": "before", "days": "month_end"}, "title": "届の入力"}
    Task.objects.filter(pk="ido").update(**now, limits={"latest": "16:30"}, key_task=False)
    task = Task.objects.get(pk="ido")
    task.policy = {**task.policy, "version": 2, "sample_share": 0.02}
    task.save()

    written = tmp_path / "ido.yaml"
    written.write_text(exported(task, PROJECT / "config" / "tasks" / "ido.yaml"), encoding="utf-8")
    read = load_definition(written, TaskFile).columns()
    assert read == task_versions.definition_of(task)
    text = written.read_text(encoding="utf-8")
    assert 'latest: "16:30"' in text and '- "09:00"' in text
    assert "# What the department signed" in text and "method: ホチキス外し" in text

    Task.objects.filter(pk="ido").update(schedule={}, limits={})
    bare = exported(Task.objects.get(pk="ido"), written)
    assert "\nschedule:" not in bare and "\nlimits:" not in bare

    fresh = tmp_path / "new.yaml"
    fresh.write_text(exported(task, None), encoding="utf-8")
    assert load_definition(fresh, TaskFile).columns() == task_versions.definition_of(task)
