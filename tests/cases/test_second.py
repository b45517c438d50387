"""The second check: who may look, what is a dispute, who decides it, and what the audit trail says."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cases import access, claims, review, roles, undoing
from cases.errors import NotAsked, QuestionsOpen, SameChecker
from cases.models import AuditLine, Case
from cases.policy import Decider
from cases.review import Why
from cases.roles import Role
from cases.second import disputes
from cases.states import State
from cases.values import contents, current
from forms.facts import Route
from tests.cases.conftest import MY_NUMBER, NAME, OTHER_NUMBER, NewCase, sheet
from tests.cases.test_review import answered, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def dan(case: Case) -> User:
    user = roles.add_user("dan", "dan-2026-nagai", [Role.SECOND_CHECKER], by="test")
    access.assign_everything(user, by="test")
    return user


@pytest.fixture
def case(new_case: NewCase, aoki: User) -> Case:
    """Checked once by aoki; the form has the amount checked twice."""
    case = claims.claim(new_case(sheet({"name": Route.CHECK})).pk, aoki)
    review.approve(answered(case, aoki, name=NAME, amount="1500", my_number=MY_NUMBER), aoki)
    return case


@pytest.fixture
def disputed(case: Case, baba: User) -> Case:
    """Baba read 7500 where aoki read 1500."""
    second = answered(claims.claim(case.pk, baba), baba, amount="7500")
    review.approve(second, baba)
    return second


def signed(case: Case, **policy: object) -> None:
    case.task.policy = {**case.task.policy, **policy}
    case.task.save()


def test_two_different_values_wait_for_a_third_person(
    disputed: Case, aoki: User, baba: User, dan: User
) -> None:
    assert (disputed.state, disputed.reason, disputed.lease_owner) == (
        State.DISAGREED,
        "second_check.differs",
        "",
    )
    for known in (aoki, baba):
        with pytest.raises(SameChecker):
            claims.claim(disputed.pk, known)
        assert claims.next_case(known) is None
    third = claims.next_case(dan)
    assert third is not None
    assert asked(third) == [("amount", Why.DISAGREED)]
    with pytest.raises(QuestionsOpen):
        review.approve(third, dan)
    answered(third, dan, amount="1500")
    review.approve(third, dan)
    assert (third.state, third.reason) == (State.APPROVED, "")
    assert [entry.how for entry in third.entries.filter(field_id="amount").order_by("id")] == [
        "confirmed",
        "second_check",
        "decided",
    ]
    assert third.approvals.get().by == "dan"


def test_the_third_person_may_know_better_than_both_and_may_take_it_back(disputed: Case, dan: User) -> None:
    case = answered(claims.claim(disputed.pk, dan), dan, amount="1800")
    assert current(case)["amount"] == "1800"
    assert undoing.undo(case, dan) == "amount"
    assert asked(case) == [("amount", Why.DISAGREED)]
    answered(case, dan, amount="1800")
    review.approve(case, dan)
    assert case.state == State.APPROVED


def test_only_what_differs_is_decided(disputed: Case, dan: User) -> None:
    case = claims.claim(disputed.pk, dan)
    with pytest.raises(NotAsked):
        review.give_value(case, dan, "name", "山本　花子")


def test_the_sides_do_not_tell_who_gave_them(new_case: NewCase, aoki: User, baba: User) -> None:
    """With the same two values the first checker's stands on the left about as often as on the right."""
    left = 0
    for _ in range(24):
        case = claims.claim(new_case(sheet()).pk, aoki)
        review.approve(answered(case, aoki, amount="1500", my_number=MY_NUMBER), aoki)
        review.approve(answered(claims.claim(case.pk, baba), baba, amount="7500"), baba)
        [one] = disputes(contents(case))
        assert one.sides(case) == one.sides(case)
        left += one.sides(case)[0] == "1500"
    assert 3 <= left <= 21


def test_a_policy_may_let_either_decide(disputed: Case, baba: User) -> None:
    signed(disputed, second_check_decides=Decider.EITHER.value)
    case = answered(claims.claim(disputed.pk, baba), baba, amount="1500")
    review.approve(case, baba)
    assert case.state == State.APPROVED


def test_a_second_checker_may_mend_his_own_slip_before_he_is_done(case: Case, baba: User) -> None:
    second = answered(claims.claim(case.pk, baba), baba, amount="7500", name=NAME)
    assert asked(second) == [], "a difference is no question to the one who must not know of it"
    answered(second, baba, amount="1500")
    review.approve(second, baba)
    assert second.state == State.APPROVED


@pytest.mark.parametrize("wanted", [["name"], ["all"], ["name", "my_number"]])
def test_a_task_may_ask_for_more_than_its_form(
    wanted: list[str], new_case: NewCase, aoki: User, baba: User
) -> None:
    case = new_case(sheet())
    signed(case, second_check=wanted)
    case = claims.claim(case.pk, aoki)
    values = {one.field_id: current(case)[one.field_id] for one in review.open_questions(case)}
    assert ("name" in values) is True
    review.approve(answered(case, aoki, **{**values, "my_number": MY_NUMBER}), aoki)
    second = claims.claim(case.pk, baba)
    asks = {field for field, why in asked(second) if why is Why.SECOND_CHECK}
    assert {"name", "amount"} <= asks
    assert ("my_number" in asks) is (wanted != ["name"])
    assert ("moved_on" in asks) is (wanted == ["all"])
    assert "received" not in asks, "the office's own stamp is nobody's second check"


def test_a_my_number_may_be_disputed_and_no_text_holds_it(
    new_case: NewCase, aoki: User, baba: User, dan: User
) -> None:
    case = new_case(sheet())
    signed(case, second_check=["my_number"])
    case = claims.claim(case.pk, aoki)
    review.approve(answered(case, aoki, amount="1500", my_number=MY_NUMBER), aoki)
    second = answered(claims.claim(case.pk, baba), baba, amount="1500", my_number=OTHER_NUMBER)
    review.approve(second, baba)
    assert second.state == State.DISAGREED
    third = answered(claims.claim(case.pk, dan), dan, my_number=MY_NUMBER)
    review.approve(third, dan)
    assert third.state == State.APPROVED
    assert all(not entry.value for entry in case.entries.filter(field_id="my_number"))


def test_every_step_has_its_audit_line_and_none_holds_a_value(disputed: Case, dan: User) -> None:
    review.approve(answered(claims.claim(disputed.pk, dan), dan, amount="1500"), dan)
    lines = list(AuditLine.objects.filter(case_id=disputed.pk).order_by("pk"))
    moves = [(line.what, line.who, line.detail.get("after")) for line in lines if "after" in line.detail]
    assert moves[-3:] == [
        ("case.first_checked", "aoki", "SECOND_CHECK"),
        ("case.second_checked", "baba", "DISAGREED"),
        ("case.approved", "dan", "APPROVED"),
    ]
    assert next(line for line in lines if line.what == "case.second_checked").detail["differing"] == [
        "amount"
    ]
    assert not any("1500" in str(line.detail) or "7500" in str(line.detail) for line in lines)
