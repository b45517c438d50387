"""Tasks, samples and roles from the configuration: twice gives the same, a wrong file is named."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from pytest_django import Settings

from cases import access, roles, seed
from cases.errors import NotAllowed
from cases.models import BaselineSample, Task
from cases.people import Assignment
from cases.roles import Role
from cases.seed import SeedWrong
from cases.signed import Ownership
from config.folders import SHIPPED, ConfigurationMissing
from forms.errors import DefinitionError
from tests.cases.conftest import CONFIG

pytestmark = pytest.mark.django_db


def test_seeding_twice_gives_the_same(settings: Settings) -> None:
    settings.CONFIG_FOLDERS = (SHIPPED, CONFIG)
    first = [(task.name, task.baseline.count()) for task in seed.seed()]
    assert first == [(task.name, task.baseline.count()) for task in seed.seed()]
    assert {"ido", "kofu", "shiken"} <= {name for name, _ in first}
    ido = Task.objects.get(name="ido")
    assert ido.policy == {
        "version": 1,
        "approve_unasked": False,
        "max_wrong": 0.001,
        "wanted_wrong": None,
        "sample_share": 0.0,
        "second_check": [],
        "second_check_decides": "third",
        "signed_by": "区民課長",
        "signed_on": "2026-03-25",
    }
    assert ido.steps["prepare"]["minutes"] == 0.5
    assert set(ido.baseline.values_list("source", flat=True)) == {"sample"}
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}


def test_seeding_follows_the_file_and_leaves_what_the_desk_sets(
    task: Task, tmp_path: Path, settings: Settings
) -> None:
    Task.objects.update(enabled=False)
    own = tmp_path / "config"
    shutil.copytree(CONFIG, own)
    sample = own / "samples" / "shiken.yaml"
    sample.write_text("\n".join(sample.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    settings.CONFIG_FOLDERS = (CONFIG, own)
    seed.seed()
    assert Task.objects.get(name="shiken").enabled is False
    assert [row.minutes for row in BaselineSample.objects.all()] == [3.5]


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("tasks/shiken.yaml", ("target: nowhere\n", ""), r"shiken\.yaml, line 1, target: Field required"),
        ("tasks/shiken.yaml", ("introduced_on: 2026-04-01", "introduced_on: soon"), "introduced_on"),
        ("tasks/shiken.yaml", ("name: shiken", "name: 2shiken"), r"shiken\.yaml, line 1, name: .*pattern"),
        ("tasks/shiken.yaml", ("annual_volume", "anual_volume"), r"line 7, anual_volume: Extra inputs"),
        ("tasks/shiken.yaml", ("{version: 3", "{version: ["), r"shiken\.yaml, line \d: .*brackets"),
        ("samples/shiken.yaml", ("task: shiken", "task: other"), "is a sample of task other"),
        ("samples/shiken.yaml", ("source: sample", "source: guess"), "source"),
    ],
)
def test_a_wrong_file_is_named(
    tmp_path: Path, settings: Settings, file: str, change: tuple[str, str], said: str
) -> None:
    own = tmp_path / "config"
    shutil.copytree(CONFIG, own)
    path = own / file
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    settings.CONFIG_FOLDERS = (own,)
    with pytest.raises((SeedWrong, DefinitionError), match=said):
        seed.seed()
    assert not Task.objects.exists()


def test_a_missing_sample_file_is_named(tmp_path: Path, settings: Settings) -> None:
    own = tmp_path / "config"
    shutil.copytree(CONFIG, own, ignore=shutil.ignore_patterns("samples"))
    settings.CONFIG_FOLDERS = (own,)
    with pytest.raises(ConfigurationMissing, match=r"samples/shiken\.yaml"):
        seed.seed()


def test_roles_are_groups_and_an_account_switched_off_has_none(people: dict[str, User]) -> None:
    assert roles.of(people["aoki"]) == {Role.OPERATOR, Role.SECOND_CHECKER}
    with pytest.raises(NotAllowed, match="the role operator"):
        roles.require(people["chiba"], Role.OPERATOR)
    people["aoki"].is_active = False
    assert roles.of(people["aoki"]) == frozenset()


def test_a_superuser_has_no_right_over_cases() -> None:
    with pytest.raises(NotAllowed):
        roles.require(User.objects.create_superuser("root"), Role.OPERATOR)


def test_a_task_without_a_department_ties_nobody_by_it(task: Task, people: dict[str, User]) -> None:
    Task.objects.update(department="")
    access.assign_everything(people["aoki"], by="test")
    assert access.ties(people["aoki"]) == (set(), set())
    import_module("cases.migrations.0003_assignments").tie_everybody(apps, None)
    assert not Assignment.objects.filter(task=None, department="").exists()


@pytest.mark.parametrize("password", ["short", "12345678901", "password123"])
def test_a_weak_password_makes_no_account(password: str) -> None:
    with pytest.raises(ValidationError):
        roles.add_user("dobashi", password, [Role.OPERATOR], by="test")
    assert not User.objects.exists()


def changed_department(tmp_path: Path, settings: Settings, more: str = "") -> None:
    own = tmp_path / "config"
    shutil.copytree(CONFIG, own)
    path = own / "tasks" / "shiken.yaml"
    text = path.read_text(encoding="utf-8").replace("department: 試験課", f"department: 南区役所{more}")
    path.write_text(text, encoding="utf-8")
    settings.CONFIG_FOLDERS = (own,)


def test_a_task_does_not_take_its_past_to_another_department(
    task: Task, tmp_path: Path, settings: Settings
) -> None:
    changed_department(tmp_path, settings)
    with pytest.raises(SeedWrong, match="department_since"):
        seed.seed()


@pytest.mark.parametrize(("since", "moved"), [("2026-10-01", True), ("2026-10-15", False)])
def test_a_task_moves_from_the_first_of_a_month(
    task: Task, tmp_path: Path, settings: Settings, since: str, moved: bool
) -> None:
    changed_department(tmp_path, settings, f"\ndepartment_since: {since}")
    if not moved:
        with pytest.raises(SeedWrong, match="first day of a month"):
            seed.seed()
        return
    seed.seed()
    seed.seed()
    owners = Ownership.objects.order_by("since").values_list("department", flat=True)
    assert list(owners) == ["試験課", "南区役所"]
    assert Task.objects.get().department == "南区役所"
