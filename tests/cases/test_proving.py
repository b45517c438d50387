"""What was found wrong after entry: corrected by a person, and ended by a look-up alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import claims, entry, proving, review
from cases.entry import FieldCheck, Outcome, Proof
from cases.errors import MoveRefused, NoReason, NotApproved, NotClaimed, NotProven, SameChecker
from cases.models import AuditLine, Case
from cases.states import State
from tests.cases.conftest import NAME, NewCase, unasked
from tests.cases.test_review import answered

pytestmark = pytest.mark.django_db
OTHER_NAME = "山本　花子"


def proof(outcome: Outcome, seen: str = NAME, code: str = "", name: str = NAME) -> Proof:
    now = timezone.now()
    checks = () if outcome is Outcome.UNAVAILABLE else (FieldCheck("name", name, seen, name == seen),)
    return Proof("rehearsal", outcome, now, now + timedelta(seconds=2), code, "R1", checks)


@pytest.fixture
def wrong(approved: NewCase, aoki: User) -> Case:
    """Entered and proven, and found wrong later."""
    case = approved(unasked())
    assert entry.begin_next("shiken", "robot-1") is not None
    entry.finish(case.pk, "robot-1", proof(Outcome.ENTERED))
    case.refresh_from_db()
    entry.resolve(case, aoki, State.ENTERED_WRONG, "氏名が違う")
    return case


def looked_up(case: Case, user: User, found: Proof) -> Case:
    case.refresh_from_db()
    proving.ask(case, user)
    [waiting] = proving.asked("shiken")
    record = proving.begin(waiting, "robot-2")
    assert record is not None
    assert record.reception_number == case.number
    proving.finish(record.case_id, "robot-2", found)
    case.refresh_from_db()
    return case


def test_it_is_opened_again_with_a_reason_only(approved: NewCase, aoki: User) -> None:
    case = approved(unasked())
    Case.objects.filter(pk=case.pk).update(state=State.ENTERED)
    case.refresh_from_db()
    with pytest.raises(NoReason):
        entry.resolve(case, aoki, State.ENTERED_WRONG, "  ")


def test_a_persons_word_does_not_end_it(wrong: Case, aoki: User) -> None:
    with pytest.raises(NotProven):
        entry.resolve(wrong, aoki, State.ENTERED, "直しました")
    with pytest.raises(NotProven):
        proving.vouch(wrong, aoki, "直しました")


def test_a_look_up_that_finds_every_field_ends_it(wrong: Case, aoki: User) -> None:
    case = looked_up(wrong, aoki, proof(Outcome.ALREADY_THERE))
    assert (case.state, case.reason, case.lease_owner) == (State.ENTERED, "", "")
    assert case.receipts.count() == 2, "the proof is stored beside the first one"
    moves = AuditLine.objects.filter(case_id=case.pk, what__startswith="proof.").order_by("pk")
    assert [(line.what, line.who) for line in moves] == [
        ("proof.asked", "aoki"),
        ("proof.begun", "robot-2"),
        ("proof.finished", "robot-2"),
    ]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (proof(Outcome.UNKNOWN, OTHER_NAME, "read_back.differs"), "entry.differs"),
        (proof(Outcome.ALREADY_THERE, OTHER_NAME), "entry.differs"),
        (replace(proof(Outcome.ALREADY_THERE), read_back=()), "entry.not_read_back"),
        (proof(Outcome.UNAVAILABLE), "proof.not_there"),
        (proof(Outcome.UNKNOWN, NAME, "look_up.several"), "look_up.several"),
        (proof(Outcome.FAULT, NAME, "screen.changed"), "screen.changed"),
    ],
)
def test_anything_else_leaves_it_with_the_reason(found: Proof, reason: str, wrong: Case, aoki: User) -> None:
    found = replace(found, started_at=timezone.now(), finished_at=timezone.now())
    case = looked_up(wrong, aoki, found)
    assert (case.state, case.reason) == (State.ENTERED_WRONG, reason)
    stored = case.receipts.order_by("pk").last()
    assert stored is not None
    assert [row["same"] for row in stored.read_back] == [check.same for check in found.read_back]
    assert proving.asked("shiken") == (), "it is not looked up again before a person asks"


def test_values_are_corrected_and_approved_before_a_robot_compares(wrong: Case, aoki: User) -> None:
    held = claims.claim(wrong.pk, aoki)
    answered(held, aoki, name=OTHER_NAME)
    with pytest.raises(NotApproved):
        proving.ask(held, aoki)
    review.approve(held, aoki)
    assert (held.state, held.reason) == (State.ENTERED_WRONG, "correction.approved")
    proving.ask(held, aoki)
    record = proving.begin(proving.asked("shiken")[0], "robot-2")
    assert record is not None
    assert record.values["name"] == OTHER_NAME
    found = proof(Outcome.ALREADY_THERE, OTHER_NAME, name=OTHER_NAME)
    assert proving.finish(record.case_id, "robot-2", found) is State.ENTERED


def test_what_is_checked_twice_is_not_corrected_by_one_alone(
    approved: NewCase, aoki: User, baba: User, wrong: Case
) -> None:
    held = claims.claim(wrong.pk, aoki)
    answered(held, aoki, amount="1500")
    with pytest.raises(SameChecker):
        review.approve(held, aoki)
    claims.release(held, aoki)
    other = claims.claim(wrong.pk, baba)
    review.approve(other, baba)
    assert other.reason == "correction.approved"


def test_it_never_comes_up_as_the_next_case(wrong: Case, aoki: User) -> None:
    assert claims.next_case(aoki) is None


def test_nobody_asks_while_somebody_else_corrects(wrong: Case, aoki: User, baba: User) -> None:
    claims.claim(wrong.pk, baba)
    wrong.refresh_from_db()
    with pytest.raises(NotClaimed):
        proving.ask(wrong, aoki)


def test_two_robots_do_not_look_at_once_and_a_dead_one_is_followed(wrong: Case, aoki: User) -> None:
    proving.ask(wrong, aoki)
    [one], [other] = proving.asked("shiken"), proving.asked("shiken")
    proving.begin(one, "robot-1")
    with pytest.raises(Exception, match=r"changed|does not wait"):
        proving.begin(other, "robot-2")
    assert proving.asked("shiken") == ()
    with pytest.raises(NotClaimed):
        proving.finish(wrong.pk, "robot-2", proof(Outcome.ALREADY_THERE))
    Case.objects.filter(pk=wrong.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    again = proving.begin(proving.asked("shiken")[0], "robot-2")
    assert again is not None
    assert proving.finish(again.case_id, "robot-2", proof(Outcome.ALREADY_THERE)) is State.ENTERED


def test_where_the_target_cannot_tell_a_person_vouches_for_what_was_found(wrong: Case, aoki: User) -> None:
    case = looked_up(wrong, aoki, proof(Outcome.UNKNOWN, OTHER_NAME, "look_up.unproven"))
    with pytest.raises(NotProven):
        proving.vouch(case, aoki, "氏名と生年月日で確認")
    case = looked_up(case, aoki, proof(Outcome.UNKNOWN, NAME, "look_up.unproven"))
    with pytest.raises(NoReason):
        proving.vouch(case, aoki, "")
    proving.vouch(case, aoki, "氏名と生年月日で確認")
    assert case.state == State.ENTERED
    assert case.receipts.get(outcome="vouched").vouched_by == aoki


def test_nobody_vouches_for_values_that_nobody_approved(wrong: Case, aoki: User, baba: User) -> None:
    case = looked_up(wrong, aoki, proof(Outcome.UNKNOWN, NAME, "look_up.unproven"))
    assert proving.may_vouch(case, aoki)
    held = claims.claim(case.pk, aoki)
    assert not proving.may_vouch(held, baba), "it is open with aoki"
    with pytest.raises(NotClaimed):
        proving.vouch(held, baba, "氏名と生年月日で確認")
    answered(held, aoki, name=OTHER_NAME)
    assert not proving.may_vouch(held, aoki)
    with pytest.raises(NotApproved):
        proving.vouch(held, aoki, "氏名と生年月日で確認")
    assert held.state == State.ENTERED_WRONG


@pytest.fixture
def unknown(approved: NewCase, aoki: User) -> Case:
    """The robot could not tell whether it arrived."""
    case = approved(unasked())
    assert entry.begin_next("shiken", "robot-1") is not None
    entry.finish(case.pk, "robot-1", proof(Outcome.UNKNOWN))
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("found", "state", "reason"),
    [
        (proof(Outcome.ALREADY_THERE), State.ENTERED, ""),
        (proof(Outcome.UNAVAILABLE, code="submit.not_arrived"), State.APPROVED, "submit.not_arrived"),
        (proof(Outcome.UNAVAILABLE), State.APPROVED, "proof.not_there"),
        (proof(Outcome.ALREADY_THERE, OTHER_NAME), State.OUTCOME_UNKNOWN, "entry.differs"),
        (proof(Outcome.UNKNOWN, NAME, "look_up.several"), State.OUTCOME_UNKNOWN, "look_up.several"),
        (proof(Outcome.FAULT, NAME, "screen.changed"), State.OUTCOME_UNKNOWN, "screen.changed"),
    ],
)
def test_what_stayed_unknown_is_told_by_another_look_up(
    found: Proof, state: State, reason: str, unknown: Case, aoki: User
) -> None:
    found = replace(found, started_at=timezone.now(), finished_at=timezone.now())
    case = looked_up(unknown, aoki, found)
    assert (case.state, case.reason, case.lease_owner) == (state, reason, "")
    assert (entry.begin_next("shiken", "robot-3") is not None) is (state is State.APPROVED)


def test_nobody_settles_what_a_robot_is_looking_up(unknown: Case, aoki: User) -> None:
    proving.ask(unknown, aoki)
    proving.begin(proving.asked("shiken")[0], "robot-2")
    unknown.refresh_from_db()
    with pytest.raises(NotClaimed):
        entry.resolve(unknown, aoki, State.ENTERED, "1件あり")


def test_a_persons_word_is_kept_as_such_and_proves_nothing(unknown: Case, aoki: User) -> None:
    entry.resolve(unknown, aoki, State.ENTERED, "受付番号で1件")
    word = unknown.receipts.get(outcome="vouched")
    assert (word.vouched_by, word.message, word.read_back) == (aoki, "受付番号で1件", [])
    line = AuditLine.objects.filter(case_id=unknown.pk).latest("pk")
    assert (line.what, line.who, line.detail["receipt"]) == ("entry.vouched", "aoki", word.pk)


def test_only_what_was_found_wrong_is_proven(approved: NewCase, aoki: User) -> None:
    with pytest.raises(MoveRefused):
        proving.ask(approved(unasked()), aoki)


def test_values_that_changed_after_the_asking_are_said_and_not_looked_up(wrong: Case, aoki: User) -> None:
    proving.ask(wrong, aoki)
    held = claims.claim(wrong.pk, aoki)
    answered(held, aoki, name=OTHER_NAME)
    claims.release(held, aoki)
    assert proving.begin(proving.asked("shiken")[0], "robot-2") is None
    assert proving.asked("shiken") == ()
    wrong.refresh_from_db()
    assert (wrong.state, wrong.reason) == (State.ENTERED_WRONG, "proof.values_changed")
