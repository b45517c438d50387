"""A correction in the target is proven by the real robot; the rehearsal target is changed by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import access, claims, entry, proving, review, roles
from cases.models import Case
from cases.roles import Role
from cases.schedule import Limits
from cases.states import State
from flows.settling import proof_of
from flows.work_queue import Queue
from forms.facts import Record
from robots.client import RobotProcess
from robots.definition import TargetDefinition
from robots.receipt import Receipt
from tests.desk.sheets import make_case, make_task
from tests.robots.records import kofu
from tests.target_process import RunningTarget

NAME = "robot-proof"
FIELD = "applicant_name"


@pytest.fixture
def operator(db: None) -> User:
    make_task("kofu", "住民票の写し等交付申請の受付", ["juminhyo_kofu"])
    user = roles.add_user("operator", "sagami-gawa-2026", [Role.OPERATOR], by="test")
    access.assign_everything(user, by="test")
    return user


@pytest.fixture
def entered(operator: User, robot: RobotProcess, target: RunningTarget, tmp_path: Path) -> Case:
    """An application that the robot has entered and proven."""
    case = make_case(tmp_path, "juminhyo_kofu", dict(kofu().values))
    # The target outlives the tests' database, whose numbers begin anew each time.
    Case.objects.filter(pk=case.pk).update(number=f"T26-9{case.pk.int % 100_000:05d}")
    held = claims.claim(case.pk, operator)
    for question in review.open_questions(held):
        assert question.finding is not None
        review.confirm_finding(held, operator, question.finding)
    review.approve(held, operator)
    record = entry.begin_next("kofu", NAME)
    assert record is not None
    assert entry.finish(record.case_id, NAME, proof_of(robot.enter(record))) is State.ENTERED
    held.refresh_from_db()
    return held


def by_hand(target: RunningTarget, case: Case, value: str) -> None:
    """What a clerk does in the target."""
    with closing(sqlite3.connect(target.database)) as connection, connection:
        changed = connection.execute(
            "UPDATE item SET value = ? WHERE name = ? AND serial ="
            " (SELECT serial FROM registration WHERE reception_number = ?)",
            (value, FIELD, case.number),
        )
        assert changed.rowcount == 1


@pytest.fixture
def queue(definition: TargetDefinition) -> Queue:
    return Queue("kofu", definition, NAME, Limits())


def looked_up(case: Case, user: User, robot: RobotProcess, queue: Queue) -> Case:
    case.refresh_from_db()
    proving.ask(case, user)
    assert [state for _, state in queue.proofs(robot)] != []
    case.refresh_from_db()
    return case


def test_the_target_is_read_back_until_it_says_what_was_approved(
    entered: Case, operator: User, robot: RobotProcess, queue: Queue, target: RunningTarget
) -> None:
    by_hand(target, entered, "別人　太郎")
    entry.resolve(entered, operator, State.ENTERED_WRONG, "申請者の氏名が違う")
    case = looked_up(entered, operator, robot, queue)
    assert (case.state, case.reason) == (State.ENTERED_WRONG, "entry.differs")
    differing = [row["field"] for row in case.receipts.latest("pk").read_back if not row["same"]]
    assert differing == [FIELD]
    by_hand(target, entered, kofu().values[FIELD])
    assert looked_up(case, operator, robot, queue).state == State.ENTERED


def test_a_corrected_record_is_proven_against_the_corrected_target(
    entered: Case, operator: User, robot: RobotProcess, queue: Queue, target: RunningTarget
) -> None:
    entry.resolve(entered, operator, State.ENTERED_WRONG, "氏名の読み違い")
    held = claims.claim(entered.pk, operator)
    review.give_value(held, operator, FIELD, "大山　成司")
    review.approve(held, operator)
    assert looked_up(held, operator, robot, queue).reason == "entry.differs", (
        "the target still holds the old name"
    )
    by_hand(target, entered, "大山　成司")
    case = looked_up(held, operator, robot, queue)
    assert (case.state, case.reason) == (State.ENTERED, "")
    assert case.receipts.count() == 3
    assert set(case.times.values_list("step", flat=True)) == {"robot"}


@dataclass
class Overtaken:
    """A robot during whose look-up something happens elsewhere."""

    robot: RobotProcess
    meanwhile: Callable[[], object]

    def resolve(self, record: Record) -> Receipt:
        receipt = self.robot.resolve(record)
        self.meanwhile()
        return receipt


def test_a_look_up_that_outlasts_its_lease_ends_no_run(
    entered: Case, operator: User, robot: RobotProcess, queue: Queue, target: RunningTarget
) -> None:
    entry.resolve(entered, operator, State.ENTERED_WRONG, "氏名の読み違い")
    entered.refresh_from_db()
    proving.ask(entered, operator)

    def runs_out() -> None:
        Case.objects.filter(pk=entered.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    def taken() -> None:
        runs_out()
        proving.begin(proving.asked("kofu")[0], "robot-2")

    assert list(queue.proofs(Overtaken(robot, taken))) == [], "another robot has it: its word counts"
    assert proving.asked("kofu") == ()
    runs_out()
    assert [state for _, state in queue.proofs(Overtaken(robot, runs_out))] == [State.ENTERED]


def test_a_beat_prolongs_what_is_looked_up(entered: Case, operator: User, queue: Queue) -> None:
    entry.resolve(entered, operator, State.ENTERED_WRONG, "氏名の読み違い")
    entered.refresh_from_db()
    proving.ask(entered, operator)
    assert proving.begin(proving.asked("kofu")[0], NAME) is not None
    Case.objects.filter(pk=entered.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    queue.proven.add(str(entered.pk))
    queue.keep()
    assert proving.asked("kofu") == ()
    entered.refresh_from_db()
    assert entered.lease_until is not None
    assert entered.lease_until > timezone.now()
