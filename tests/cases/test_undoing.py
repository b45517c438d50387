"""Taking back: the last answer, the sheet that was just let go; and fields that nobody can read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import audit, claims, entry, review, undoing, values, ways
from cases.errors import MoveRefused, NothingToUndo, NotTakenBack, QuestionsOpen
from cases.models import Case
from cases.questions import Why, open_questions
from cases.states import State
from forms.facts import Route
from tests.cases.conftest import NewCase, sheet, unasked

pytestmark = pytest.mark.django_db


def whys(case: Case) -> dict[str, Why]:
    return {question.field_id: question.why for question in open_questions(case)}


@pytest.fixture
def let_go(new_case: NewCase, aoki: User) -> Case:
    """A sheet that aoki has just approved."""
    case = claims.claim(new_case(unasked()).pk, aoki)
    review.approve(case, aoki)
    return case


def test_an_illegible_field_keeps_the_sheet_until_it_is_given(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(unasked()).pk, aoki)
    review.mark_illegible(case, aoki, "name")
    assert whys(case) == {"name": Why.ILLEGIBLE}
    assert values.current(case)["name"] == ""
    assert case.readings.get(field_id="name").value
    with pytest.raises(QuestionsOpen):
        review.approve(case, aoki)
    review.give_value(case, aoki, "name", "山田　英子")
    review.approve(case, aoki)
    assert case.state == State.APPROVED


def test_calling_a_field_illegible_can_be_taken_back(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(sheet({"name": Route.CHECK, "my_number": Route.ACCEPT})).pk, aoki)
    review.mark_illegible(case, aoki, "name")
    assert undoing.undo(case, aoki) == "name"
    assert whys(case)["name"] is Why.CHECK


def test_a_wrong_sheet_leaves_review_with_its_reason(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case().pk, aoki)
    ways.mark_wrong_sheet(case, aoki, "印鑑登録の申請書")
    assert (case.state, case.reason, case.lease_owner) == (State.UNREADABLE, "marked_wrong_sheet", "")


def test_a_confirmed_finding_is_taken_back_in_its_turn(new_case: NewCase, aoki: User) -> None:
    late = (timezone.localdate() + timedelta(days=40)).isoformat()
    case = claims.claim(new_case(unasked(moved_on=late)).pk, aoki)
    assert whys(case) == {"moved_on": Why.FINDING}
    review.give_value(case, aoki, "note", "あ")
    for question in open_questions(case):
        assert question.finding is not None
        review.confirm_finding(case, aoki, question.finding)
    assert whys(case) == {}
    assert undoing.undo(case, aoki) == "moved_on"
    assert whys(case) == {"moved_on": Why.FINDING}
    assert undoing.undo(case, aoki) == "note"
    with pytest.raises(NothingToUndo):
        undoing.undo(case, aoki)
    audit.verify()


def test_the_last_sheet_comes_back_to_who_let_it_go(let_go: Case, aoki: User) -> None:
    back = undoing.take_back(let_go.pk, aoki, let_go.revision)
    assert (back.state, back.lease_owner) == (State.NEEDS_REVIEW, "aoki")
    review.approve(back, aoki)
    assert back.approvals.count() == 2


def by_a_robot(case: Case, baba: User) -> None:
    assert entry.begin_next("shiken", "robot-1") is not None


def by_somebody(case: Case, baba: User) -> None:
    ways.reopen(case, baba)


@pytest.mark.parametrize("gone_on", [by_a_robot, by_somebody])
def test_a_sheet_with_which_somebody_has_gone_on_does_not_come_back(
    gone_on: Callable[[Case, User], None], let_go: Case, aoki: User, baba: User
) -> None:
    revision = let_go.revision
    gone_on(let_go, baba)
    with pytest.raises(NotTakenBack):
        undoing.take_back(let_go.pk, aoki, revision)


def test_what_the_robot_entered_is_not_undone(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(unasked()).pk, aoki)
    review.give_value(case, aoki, "name", "山田　英子")
    review.approve(case, aoki)
    assert entry.begin_next("shiken", "robot-1") is not None
    now = timezone.now()
    same = (entry.FieldCheck("name", "山田　英子", "山田　英子", same=True),)
    proof = entry.Proof("rehearsal", entry.Outcome.ENTERED, now, now, read_back=same)
    assert entry.finish(case.pk, "robot-1", proof) is State.ENTERED
    case.refresh_from_db()
    entry.resolve(case, aoki, State.ENTERED_WRONG, "氏名が違う")
    held = claims.claim(case.pk, aoki)
    with pytest.raises(NothingToUndo):
        undoing.undo(held, aoki)
    assert values.current(held)["name"] == "山田　英子"
    review.give_value(held, aoki, "name", "山田　映子")
    assert undoing.undo(held, aoki) == "name"
    assert values.current(held)["name"] == "山田　英子"


def confirm_late(case: Case, aoki: User) -> None:
    [question] = [one for one in open_questions(case) if one.finding is not None]
    assert question.finding is not None
    review.confirm_finding(case, aoki, question.finding)


@pytest.mark.parametrize(
    "work",
    [
        lambda case, aoki: review.give_value(case, aoki, "note", "い"),
        lambda case, aoki: review.mark_illegible(case, aoki, "name"),
        confirm_late,
        lambda case, aoki: undoing.undo(case, aoki),
    ],
)
def test_whatever_is_answered_keeps_the_sheet(
    work: Callable[[Case, User], object], new_case: NewCase, aoki: User
) -> None:
    late = (timezone.localdate() + timedelta(days=40)).isoformat()
    case = claims.claim(new_case(unasked(moved_on=late)).pk, aoki)
    review.give_value(case, aoki, "note", "あ")
    claims.leave(case, aoki)
    soon = timezone.now() + claims.AFTER_LEAVING
    work(case, aoki)
    case.refresh_from_db()
    assert case.lease_until is not None and case.lease_until > soon


def test_illegible_is_for_the_first_review(new_case: NewCase, aoki: User, baba: User) -> None:
    case = claims.claim(new_case(sheet({"my_number": Route.ACCEPT})).pk, aoki)
    review.give_value(case, aoki, "amount", "1500")
    review.approve(case, aoki)
    assert case.state == State.SECOND_CHECK
    case = claims.claim(case.pk, baba)
    with pytest.raises(MoveRefused):
        review.mark_illegible(case, baba, "amount")
