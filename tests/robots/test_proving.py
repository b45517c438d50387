"""A correction in the target is proven by the real robot; the rehearsal target is changed by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from cases import access, entry, proving, review, roles
from cases.models import Case
from cases.roles import Role
from cases.states import State
from flows.entry import proof_of, proofs
from robots.client import RobotProcess
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
    held = review.claim(case.pk, operator)
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


def looked_up(case: Case, user: User, robot: RobotProcess) -> Case:
    case.refresh_from_db()
    proving.ask(case, user)
    assert [state for _, state in proofs("kofu", NAME, robot)] != []
    case.refresh_from_db()
    return case


def test_the_target_is_read_back_until_it_says_what_was_approved(
    entered: Case, operator: User, robot: RobotProcess, target: RunningTarget
) -> None:
    by_hand(target, entered, "別人　太郎")
    entry.resolve(entered, operator, State.ENTERED_WRONG, "申請者の氏名が違う")
    case = looked_up(entered, operator, robot)
    assert (case.state, case.reason) == (State.ENTERED_WRONG, "entry.differs")
    differing = [row["field"] for row in case.receipts.latest("pk").read_back if not row["same"]]
    assert differing == [FIELD]
    by_hand(target, entered, kofu().values[FIELD])
    assert looked_up(case, operator, robot).state == State.ENTERED


def test_a_corrected_record_is_proven_against_the_corrected_target(
    entered: Case, operator: User, robot: RobotProcess, target: RunningTarget
) -> None:
    entry.resolve(entered, operator, State.ENTERED_WRONG, "氏名の読み違い")
    held = review.claim(entered.pk, operator)
    review.give_value(held, operator, FIELD, "大山　成司")
    review.approve(held, operator)
    assert looked_up(held, operator, robot).reason == "entry.differs", "the target still holds the old name"
    by_hand(target, entered, "大山　成司")
    case = looked_up(held, operator, robot)
    assert (case.state, case.reason) == (State.ENTERED, "")
    assert case.receipts.count() == 3
    assert set(case.times.values_list("step", flat=True)) == {"robot"}
