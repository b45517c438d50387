"""A web system that nobody here wrote: Django's own admin, unchanged, with a household as inline rows."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from forms.definition import FormDefinition
from robots.client import RobotProcess
from robots.credentials import Credentials
from robots.definition import TargetDefinition, load_target
from robots.plan import gaps
from robots.receipt import Outcome
from tests.robots.conftest import CONFIG
from tests.robots.records import ido

OPERATOR = Credentials("robot", "himitsu-no-kotoba-8")
SHIPPED = load_target(CONFIG / "targets" / "django_admin.yaml")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin") / "admin.sqlite3"


@pytest.fixture(scope="module")
def definition(database: Path) -> Iterator[TargetDefinition]:
    """The shipped definition at the address of a running admin site."""
    secrets = {"ADMIN_SITE_OPERATOR": OPERATOR.operator, "ADMIN_SITE_PASSWORD": OPERATOR.password}
    command = [sys.executable, "-m", "rehearsal.admin_site", "--port", "0", "--database", str(database)]
    environment = {**os.environ, **secrets}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield SHIPPED.at(url).model_copy(update={"settle_s": 0.3})
        process.terminate()


@pytest.fixture(scope="module")
def robot(definition: TargetDefinition, forms: dict[str, FormDefinition]) -> Iterator[RobotProcess]:
    with RobotProcess(definition, forms.values(), OPERATOR) as process:
        yield process


def held(database: Path, number: str) -> list[tuple[object, ...]]:
    """What the system itself holds of a notice: one line a person."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            """SELECT n.notice_type, n.moved_on, n.new_address, p.name, p.birth_date, p.same_household
               FROM admin_site_notice n JOIN admin_site_person p ON p.notice_id = n.id
               WHERE n.reception_number = ? ORDER BY p.id""",
            (number,),
        ).fetchall()


def test_the_definition_fits_form_and_screens(robot: RobotProcess, forms: dict[str, FormDefinition]) -> None:
    assert gaps(SHIPPED, forms["ido_todoke"]) == ()
    assert robot.examine().misfits == []


def test_a_household_arrives_and_is_found_again(robot: RobotProcess, database: Path) -> None:
    record = ido(3)
    receipt = robot.enter(record)
    assert (receipt.outcome, receipt.code) == (Outcome.ENTERED, "")
    assert {check.field for check in receipt.checks} >= set(record.values)
    lines = held(database, record.reception_number)
    assert [line[3] for line in lines] == ["大山　誠司", "大山　美月", "大山　空"]
    assert lines[0][:3] == ("転入", "2026-11-15", "相模原市中央区相模原1-2-15")
    again = robot.enter(record)
    assert (again.outcome, again.receipt_number) == (Outcome.ALREADY_THERE, receipt.receipt_number)
    assert len(held(database, record.reception_number)) == 3
    other = robot.enter(replace(record, values={**record.values, "new_building": ""}))
    assert (other.outcome, other.code) == (Outcome.UNKNOWN, "read_back.differs")


def test_what_the_admin_refuses_comes_back_in_its_words(robot: RobotProcess, database: Path) -> None:
    record = ido(1, moved_on="2026-02-00")
    receipt = robot.enter(record)
    assert receipt.outcome is Outcome.REFUSED
    assert "日付を正しく入力してください" in receipt.message
    assert held(database, record.reception_number) == []


def test_too_long_a_name_is_not_typed(robot: RobotProcess) -> None:
    receipt = robot.enter(ido(1, new_head="長" * 41))
    assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "record.unfit")
    assert "41文字あり、40文字までの欄に入りません" in receipt.message
