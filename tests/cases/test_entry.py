"""Entry: ENTERING is committed before the record is given, no doubt is retried, proofs are stored once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from cases import claims, entry, files, review, values
from cases.entry import FieldCheck, Outcome, Proof
from cases.errors import CaseChanged, MoveRefused, NotAllowed, NotClaimed, NotProven
from cases.files import FileKind
from cases.models import AuditLine, Case, Entry, Receipt
from cases.states import MOVES, State
from tests.cases.conftest import MY_NUMBER, NAME, NewCase, sheet, unasked
from tests.leaks import find

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SAME = FieldCheck("name", NAME, NAME, same=True)


def proof(outcome: Outcome = Outcome.ENTERED, **more: object) -> Proof:
    plain = Proof(
        "nowhere", outcome, START, START + timedelta(seconds=8), receipt_number="R-1", read_back=(SAME,)
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the tests name Proof's own fields


@pytest.fixture
def entering(approved: NewCase) -> Case:
    approved()
    record = entry.begin_next("shiken", "robot-1")
    assert record is not None
    return Case.objects.get(pk=record.case_id)


@pytest.mark.django_db(transaction=True)
def test_entering_is_committed_before_the_record_is_given(approved: NewCase) -> None:
    """Seen by a connection of its own, as another process would."""
    case = approved()
    record = entry.begin_next("shiken", "robot-1")
    assert record is not None
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT state, lease_owner FROM cases_case")
            assert cursor.fetchall() == [("ENTERING", "robot-1")]
    finally:
        other.close()
    assert record.case_id == str(case.pk)


@pytest.mark.django_db(transaction=True)
def test_a_record_is_not_given_inside_a_transaction_that_could_be_rolled_back(approved: NewCase) -> None:
    approved()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        entry.begin_next("shiken", "robot-1")
    assert Case.objects.get().state == State.APPROVED


def test_a_record_holds_what_has_a_place_in_targets(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(sheet(amount="")).pk, aoki)
    review.give_value(case, aoki, "my_number", MY_NUMBER)
    review.approve(case, aoki)
    record = entry.begin_next("shiken", "robot-1")
    assert record is not None
    assert record.values == {
        "name": NAME,
        "name_kana": "ヤマダ　ハナコ",
        "moved_on": "2026-04-01",
        "amount": "",
        "my_number": MY_NUMBER,
    }
    assert (record.reception_number, record.form, record.version) == (case.number, "shiken", 1)
    assert (record.approval.kind, record.approval.by) == ("person", "aoki")
    line = AuditLine.objects.get(what="my_number.given_to_robot")
    assert (line.who, line.detail) == ("robot-1", {"fields": ["my_number"]})


def test_a_target_without_a_place_for_my_number_does_not_get_it(approved: NewCase) -> None:
    approved()
    record = entry.begin_next("shiken", "robot-1", my_number=False)
    assert record is not None
    assert "my_number" not in record.values
    assert not AuditLine.objects.filter(what="my_number.given_to_robot").exists()


def test_the_oldest_approved_case_comes_first_and_only_once(approved: NewCase) -> None:
    cases = [approved(), approved()]
    records = [entry.begin_next("shiken", "robot-1") for _ in range(3)]
    assert [record and record.case_id for record in records] == [str(cases[0].pk), str(cases[1].pk), None]


def test_a_case_that_fails_each_time_does_not_bar_the_others(approved: NewCase) -> None:
    failing, healthy = approved(), approved()
    assert entry.begin_next("shiken", "robot-1") is not None
    entry.finish(failing.pk, "robot-1", proof(Outcome.FAULT, code="confirm.differs"))
    records = [entry.begin_next("shiken", "robot-1") for _ in range(2)]
    assert [record and record.case_id for record in records] == [str(healthy.pk), str(failing.pk)]


def test_a_robot_that_was_taken_for_dead_finishes_nothing(entering: Case) -> None:
    Case.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (found,) = entry.stale()
    entry.take_over(found, "robot-2")
    with pytest.raises(NotClaimed):
        entry.finish(entering.pk, "robot-1", proof(Outcome.UNAVAILABLE))
    assert Case.objects.get().state == State.ENTERING
    assert entry.finish(entering.pk, "robot-2", proof(Outcome.ALREADY_THERE)) == State.ENTERED


def test_nothing_unapproved_is_given(new_case: NewCase) -> None:
    new_case()
    assert entry.begin_next("shiken", "robot-1") is None


def slip_in_a_value(case: Case) -> None:
    by = User.objects.get(username="aoki")
    Entry.objects.create(case=case, field_id="name", value="別人", how="corrected", by=by, at=timezone.now())


def take_the_approval_away(case: Case) -> None:
    case.approvals.all().delete()


def forge_the_approval(case: Case) -> None:
    case.approvals.all().delete()
    case.approvals.create(kind="person", by="nobody", at=timezone.now(), revision=1, values_seal="0" * 64)


@pytest.mark.parametrize("tamper", [slip_in_a_value, take_the_approval_away, forge_the_approval])
def test_what_is_no_longer_what_was_approved_goes_back(
    approved: NewCase, tamper: Callable[[Case], None]
) -> None:
    case = approved()
    tamper(case)
    assert entry.begin_next("shiken", "robot-1") is None
    case.refresh_from_db()
    assert (case.state, case.reason) == (State.NEEDS_REVIEW, "approval.broken")


@pytest.mark.parametrize(
    ("brought", "state", "reason"),
    [
        (proof(), State.ENTERED, ""),
        (proof(Outcome.ALREADY_THERE), State.ENTERED, ""),
        (
            proof(read_back=(SAME, FieldCheck("amount", "1", "7", same=False))),
            State.OUTCOME_UNKNOWN,
            "entry.differs",
        ),
        (proof(read_back=()), State.OUTCOME_UNKNOWN, "entry.not_read_back"),
        (proof(Outcome.REFUSED, code="target.refused"), State.REFUSED, "target.refused"),
        (proof(Outcome.UNAVAILABLE), State.APPROVED, "entry.unavailable"),
        (proof(Outcome.FAULT, code="screen.changed"), State.APPROVED, "screen.changed"),
        (proof(Outcome.UNKNOWN), State.OUTCOME_UNKNOWN, "entry.unknown"),
    ],
)
def test_each_outcome_has_its_state(entering: Case, brought: Proof, state: State, reason: str) -> None:
    assert entry.finish(entering.pk, "robot-1", brought) == state
    entering.refresh_from_db()
    assert (entering.state, entering.reason, entering.lease_owner) == (state, reason, "")
    assert State(entering.state) in MOVES[State.ENTERING]


def test_the_same_proof_twice_changes_nothing(entering: Case) -> None:
    entry.finish(entering.pk, "robot-1", proof())
    lines = AuditLine.objects.count()
    assert entry.finish(entering.pk, "robot-1", proof()) == State.ENTERED
    assert (Receipt.objects.count(), AuditLine.objects.count()) == (1, lines)


def test_another_proof_for_a_finished_case_is_refused(entering: Case) -> None:
    entry.finish(entering.pk, "robot-1", proof())
    with pytest.raises(MoveRefused, match="nobody is entering it"):
        entry.finish(entering.pk, "robot-1", proof(Outcome.REFUSED, started_at=START + timedelta(minutes=1)))
    assert Receipt.objects.count() == 1


@pytest.fixture
def entering_number(new_case: NewCase, aoki: User) -> Case:
    """A case with a My Number, in a robot's hands."""
    case = claims.claim(new_case(sheet(amount="")).pk, aoki)
    review.give_value(case, aoki, "my_number", MY_NUMBER)
    review.approve(case, aoki)
    assert entry.begin_next("shiken", "robot-1") is not None
    return case


def test_a_receipt_shows_no_my_number_and_keeps_its_picture(entering_number: Case) -> None:
    number = FieldCheck("my_number", MY_NUMBER, "983205673219", same=False)
    misplaced = FieldCheck("note", "", f"x{MY_NUMBER}", same=False)
    words = f"番号 {MY_NUMBER} (9832 0567 3214、９８３２－０５６７－３２１４) は登録済です"
    brought = proof(
        read_back=(SAME, number, misplaced), message=words, picture=b"png", steps=(("sign_in", 1.5),)
    )
    entry.finish(entering_number.pk, "robot-1", brought)
    receipt = Receipt.objects.get()
    assert [(check["expected"], check["seen"]) for check in receipt.read_back[1:]] == [
        ("********3214", "********3219"),
        ("", "x********3214"),
    ]
    assert (
        receipt.message
        == Case.objects.get().reason_detail
        == "番号 ********3214 (********3214、********3214) は登録済です"
    )
    assert receipt.steps == [{"step": "sign_in", "seconds": 1.5}]
    assert files.read_bytes(FileKind.PICTURE, receipt.pk) == b"png"


@pytest.mark.django_db(transaction=True)
def test_a_my_number_is_not_in_the_database_file_from_intake_to_receipt(entering_number: Case) -> None:
    """Read as bytes: the file, its write-ahead log, everything under ``var``."""
    number = FieldCheck("my_number", MY_NUMBER, MY_NUMBER, same=True)
    entry.finish(entering_number.pk, "robot-1", proof(read_back=(SAME, number), message=MY_NUMBER))
    var = Path(settings.VAR)
    if connection.vendor == "sqlite":
        assert any("sqlite3" in leak.path.name for leak in find(var, [NAME])), "the search sees the database"
    assert find(var, [MY_NUMBER]) == []


def test_what_the_target_said_stays_out_of_the_audit_trail(entering: Case) -> None:
    entry.finish(entering.pk, "robot-1", proof(Outcome.REFUSED, message="山田花子は登録済です"))
    entering.refresh_from_db()
    assert entering.reason_detail == "山田花子は登録済です"
    assert "山田" not in str(list(AuditLine.objects.values()))


def test_a_silent_robot_is_found_and_looked_up_not_retried(entering: Case) -> None:
    assert entry.stale() == ()
    with pytest.raises(MoveRefused, match="not stale"):
        entry.take_over(entering, "robot-2")
    Case.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert entry.begin_next("shiken", "robot-2") is None
    (found,) = entry.stale()
    rival = Case.objects.get(pk=found.pk)
    record = entry.take_over(found, "robot-2")
    assert (record.case_id, record.reception_number) == (str(entering.pk), entering.number)
    assert entry.stale() == ()
    with pytest.raises(CaseChanged):
        entry.take_over(rival, "robot-3")
    with pytest.raises(NotClaimed):
        entry.renew(entering.pk, "robot-1")
    entry.renew(entering.pk, "robot-2")


def test_only_a_look_up_that_found_nothing_frees_the_case(entering: Case) -> None:
    with pytest.raises(NotClaimed):
        entry.not_arrived(entering, "robot-2")
    entry.not_arrived(entering, "robot-1")
    assert entering.state == State.APPROVED
    assert entry.begin_next("shiken", "robot-2") is not None, "the approval still holds"


def test_a_person_resolves_what_stayed_unknown(entering: Case, people: dict[str, User]) -> None:
    entry.finish(entering.pk, "robot-1", proof(Outcome.UNKNOWN))
    entering.refresh_from_db()
    with pytest.raises(NotAllowed):
        entry.resolve(entering, people["chiba"], State.ENTERED, "")
    entry.resolve(entering, people["aoki"], State.ENTERED, "画面で確認しました")
    entry.resolve(entering, people["aoki"], State.ENTERED_WRONG, "住所が違います")
    assert entering.reason_detail == "住所が違います"
    with pytest.raises(NotProven):
        entry.resolve(entering, people["aoki"], State.CANCELLED, "届出の取下げ")


def test_nothing_is_resolved_that_is_not_in_doubt(approved: NewCase, aoki: User) -> None:
    with pytest.raises(MoveRefused, match="nothing to resolve"):
        entry.resolve(approved(unasked()), aoki, State.CANCELLED, "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (MY_NUMBER, "********3214"),
        ("12345", "*2345"),
        ("1234", "****"),
        ("", ""),
        ("＊" * 12, "＊" * 12),
        ("********3214", "********3214"),
        ("*" * 12, "*" * 12),
        ("*12345", "**2345"),
        ("98*205673214", "********3214"),
        ("＊983205673214", "*********3214"),
    ],
)
def test_a_number_is_masked_once(number: str, shown: str) -> None:
    assert values.masked(number) == shown


def test_what_a_robot_has_masked_is_kept_as_it_brought_it(approved: NewCase) -> None:
    case = approved()
    entry.begin_next("shiken", "robot-1")
    hidden = FieldCheck("my_number", "＊" * 12, "＊" * 12, same=True)
    entry.finish(case.pk, "robot-1", replace(proof(), read_back=(hidden,)))
    row = case.receipts.get().read_back[0]
    assert (row["expected"], row["seen"]) == ("＊" * 12, "＊" * 12)
