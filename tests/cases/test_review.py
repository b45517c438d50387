"""Review: questions, values, blind typing, undo, approval, second check, and who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cases import audit, claims, review, undoing, values, ways
from cases.errors import (
    CaseChanged,
    CaseError,
    MoveRefused,
    NotAllowed,
    NotClaimed,
    NothingToUndo,
    QuestionsOpen,
    SameChecker,
    UnknownField,
    UnknownForm,
)
from cases.models import Approval, AuditLine, Case, Entry
from cases.review import Why
from cases.states import State
from forms.facts import Finding, Reading, Route, Severity
from tests.cases.conftest import MY_NUMBER, NAME, OTHER_NUMBER, NewCase, sheet, unasked

pytestmark = pytest.mark.django_db


def asked(case: Case) -> list[tuple[str, Why]]:
    return [(question.field_id, question.why) for question in review.open_questions(case)]


def answered(case: Case, user: User, **texts: str) -> Case:
    for field, text in texts.items():
        review.give_value(case, user, field, text)
    return case


@pytest.fixture
def case(new_case: NewCase, aoki: User) -> Case:
    """Claimed by aoki: the name to be checked, the number typed blind, the amount checked twice."""
    return claims.claim(new_case(sheet({"name": Route.CHECK})).pk, aoki)


def test_what_is_asked_is_what_was_routed_or_found(case: Case) -> None:
    assert asked(case) == [("name", Why.CHECK), ("amount", Why.CHECK), ("my_number", Why.BLIND)]


def test_nothing_is_asked_of_blank_accepted_and_office_fields(new_case: NewCase) -> None:
    assert asked(new_case(unasked(received=""))) == []


def test_an_error_is_asked_until_corrected_or_confirmed(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(unasked(moved_on="2099-01-01")).pk, aoki)
    question = review.open_questions(case)[0]
    assert (question.field_id, question.why) == ("moved_on", Why.FINDING)
    assert question.finding is not None
    review.confirm_finding(case, aoki, question.finding)
    assert asked(case) == []
    answered(case, aoki, moved_on="2098-01-01")
    assert asked(case) == [("moved_on", Why.FINDING)], "a confirmation holds for the value it was given for"
    answered(case, aoki, moved_on="2026-04-02")
    assert asked(case) == []


def test_a_missing_required_value_is_asked(new_case: NewCase) -> None:
    assert asked(new_case(unasked(name=""))) == [("name", Why.FINDING)]


def test_a_reading_that_does_not_parse_is_asked_with_its_own_finding(new_case: NewCase, aoki: User) -> None:
    finding = Finding("date.unreadable", "moved_on", Severity.ERROR, {"seen": "令和?年"})
    read = unasked()
    unreadable = [
        replace(reading, raw="令和?年", value="", findings=(finding,))
        if reading.field_id == "moved_on"
        else reading
        for reading in read.readings
    ]
    case = claims.claim(new_case(replace(read, readings=tuple(unreadable))).pk, aoki)
    assert review.findings(case) == (finding,)
    assert asked(case) == [("moved_on", Why.FINDING)]
    answered(case, aoki, moved_on="2026-04-01")
    assert review.findings(case) == ()


@pytest.mark.parametrize(
    ("typed", "open_after"),
    [
        ([MY_NUMBER], []),
        ([OTHER_NUMBER], [Why.BLIND_AGAIN]),
        ([OTHER_NUMBER, OTHER_NUMBER], []),
        ([OTHER_NUMBER, MY_NUMBER], []),
        ([OTHER_NUMBER, "983205673222"], [Why.BLIND_AGAIN]),
        ([OTHER_NUMBER, "983205673222", OTHER_NUMBER], [Why.BLIND_AGAIN]),
        ([OTHER_NUMBER, "983205673222", "983205673222"], []),
    ],
)
def test_blind_typing_needs_the_reading_or_two_equal_typings(
    new_case: NewCase, aoki: User, typed: list[str], open_after: list[Why]
) -> None:
    case = claims.claim(new_case(sheet(amount="")).pk, aoki)
    given = [review.give_value(case, aoki, "my_number", text) for text in typed]
    assert [
        why for field, why in asked(case) if field == "my_number" and why is not Why.FINDING
    ] == open_after
    assert given[-1].ask_again is bool(open_after)


def test_a_value_is_stored_canonically_beside_the_reading(case: Case, aoki: User) -> None:
    given = review.give_value(case, aoki, "name", "山田　華子")
    assert (given.value, given.kept) == ("山田　華子", True)
    assert values.current(case)["name"] == "山田　華子"
    assert case.readings.get(field_id="name").value == NAME
    assert case.entries.get().how == Entry.How.CORRECTED


def test_what_means_nothing_in_the_field_is_not_kept(case: Case, aoki: User) -> None:
    before = case.revision
    given = review.give_value(case, aoki, "amount", "千五百えん?")
    assert (given.kept, given.value) == (False, "")
    assert given.findings
    assert not case.entries.exists()
    assert case.revision == before


def test_unknown_fields_are_refused(case: Case, aoki: User) -> None:
    with pytest.raises(UnknownField):
        review.give_value(case, aoki, "persons.9.name", "x")


def test_undo_brings_the_earlier_value_back_and_removes_nothing(case: Case, aoki: User) -> None:
    answered(case, aoki, name="山田　華子")
    answered(case, aoki, name="山田　英子")
    assert undoing.undo(case, aoki) == "name"
    assert values.current(case)["name"] == "山田　華子"
    assert undoing.undo(case, aoki, "name") == "name"
    assert values.current(case)["name"] == NAME
    assert ("name", Why.CHECK) in asked(case)
    with pytest.raises(NothingToUndo):
        undoing.undo(case, aoki)
    assert [entry.how for entry in case.entries.order_by("id")] == [
        "corrected",
        "corrected",
        "undone",
        "undone",
    ]
    assert [entry.value for entry in case.entries.order_by("id")][2:] == ["山田　華子", NAME]


def test_undo_takes_the_newest_value_of_all_fields_or_of_one(case: Case, aoki: User) -> None:
    answered(case, aoki, name="山田　華子", note="あ")
    assert undoing.undo(case, aoki, "name") == "name"
    assert undoing.undo(case, aoki) == "note"


def test_approval_waits_for_every_answer(case: Case, aoki: User) -> None:
    with pytest.raises(QuestionsOpen, match="3 open questions"):
        review.approve(case, aoki)
    assert not Approval.objects.exists()


def test_an_approval_names_the_person_and_what_was_approved(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(unasked()).pk, aoki)
    review.approve(case, aoki, revision=case.revision)
    approval = case.approvals.get()
    assert (case.state, approval.kind, approval.by, approval.revision) == (
        State.APPROVED,
        "person",
        "aoki",
        case.revision,
    )
    assert approval.values_seal == values.seal_of(case)


def test_approving_what_was_shown_before_a_change_is_refused(new_case: NewCase, aoki: User) -> None:
    case = claims.claim(new_case(unasked()).pk, aoki)
    shown = case.revision
    answered(case, aoki, note="あとから")
    with pytest.raises(CaseChanged):
        review.approve(case, aoki, revision=shown)


def test_a_second_check_needs_another_person(case: Case, aoki: User, baba: User) -> None:
    answered(case, aoki, name=NAME, amount="1500", my_number=MY_NUMBER)
    review.approve(case, aoki)
    assert (case.state, case.lease_owner) == (State.SECOND_CHECK, "")
    with pytest.raises(SameChecker):
        claims.claim(case.pk, aoki)
    assert claims.next_case(aoki) is None
    second = claims.next_case(baba)
    assert second is not None
    assert asked(second) == [("amount", Why.SECOND_CHECK)]
    with pytest.raises(QuestionsOpen):
        review.approve(second, baba)
    answered(second, baba, amount="1500")
    review.approve(second, baba)
    assert second.state == State.APPROVED
    given = second.entries.filter(field_id="amount").order_by("id")
    assert [entry.how for entry in given] == ["confirmed", "second_check"]


def test_what_a_second_checker_changes_is_held_against_the_rules(case: Case, aoki: User, baba: User) -> None:
    review.approve(answered(case, aoki, name=NAME, amount="1500", my_number=MY_NUMBER), aoki)
    second = answered(claims.claim(case.pk, baba), baba, amount="1500", moved_on="2099-01-01")
    assert asked(second) == [("moved_on", Why.FINDING)]
    with pytest.raises(QuestionsOpen):
        review.approve(second, baba)


def test_only_who_holds_the_case_changes_it(case: Case, aoki: User, baba: User) -> None:
    with pytest.raises(CaseChanged, match="open with somebody else"):
        claims.claim(case.pk, baba)
    for refused in (
        lambda: review.give_value(case, baba, "name", NAME),
        lambda: review.approve(case, baba),
        lambda: undoing.undo(case, baba),
        lambda: claims.release(case, baba),
        lambda: claims.renew(case, baba),
        lambda: ways.return_to_resident(case, baba, ""),
        lambda: ways.mark_unreadable(case, baba),
        lambda: ways.cancel(case, baba, ""),
    ):
        with pytest.raises(NotClaimed):
            refused()


def test_a_lease_that_ran_out_frees_the_case(case: Case, aoki: User, baba: User) -> None:
    Case.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    case.refresh_from_db()
    with pytest.raises(NotClaimed, match="for too long"):
        review.give_value(case, aoki, "name", NAME)
    with pytest.raises(NotClaimed):
        claims.renew(case, aoki)
    assert claims.claim(case.pk, baba).lease_owner == "baba"


def test_renewing_prolongs_and_releasing_frees(case: Case, aoki: User, baba: User) -> None:
    Case.objects.update(lease_until=timezone.now() + timedelta(seconds=5))
    claims.renew(case, aoki)
    case.refresh_from_db()
    assert case.lease_until is not None
    assert case.lease_until > timezone.now() + timedelta(minutes=5)
    answered(case, aoki, note="途中")
    claims.release(case, aoki)
    taken = claims.claim(case.pk, baba)
    assert values.current(taken)["note"] == "途中"


def test_a_given_value_prolongs_what_a_reload_had_cut_short(case: Case, aoki: User) -> None:
    claims.leave(case, aoki)
    answered(case, aoki, name=NAME)
    case.refresh_from_db()
    assert case.lease_until is not None
    assert case.lease_until > timezone.now() + timedelta(minutes=5)


def test_a_pile_that_waits_for_others_hides_nothing(
    new_case: NewCase, aoki: User, baba: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked_first(user: User) -> Case:
        case = answered(claims.claim(new_case().pk, user), user, amount="1500", my_number=MY_NUMBER)
        review.approve(case, user)
        return case

    monkeypatch.setattr(claims, "LOOKED_AT", 2)
    for _ in range(3):
        checked_first(aoki)
    assert claims.next_case(aoki) is None
    # Of this one aoki has given a field that nobody checks twice, so that it is open to aoki as well.
    helped = claims.claim(new_case().pk, aoki)
    claims.release(answered(helped, aoki, note="あ"), aoki)
    helped = claims.claim(helped.pk, baba)
    review.approve(answered(helped, baba, amount="1500", my_number=MY_NUMBER), baba)
    found = claims.next_case(aoki, state=State.SECOND_CHECK)
    assert found is not None and found.pk == helped.pk
    Case.objects.filter(pk=found.pk).update(lease_owner="baba")
    for waiting in (checked_first(baba), new_case()):
        found = claims.next_case(aoki)
        assert found is not None and found.pk == waiting.pk
        Case.objects.filter(pk=found.pk).update(lease_owner="baba")


def test_next_gives_the_open_case_first_then_the_oldest(new_case: NewCase, aoki: User, baba: User) -> None:
    first, second = new_case(), new_case()
    for _ in range(2):
        found = claims.next_case(aoki, task="shiken")
        assert found is not None
        assert found.pk == first.pk
    other = claims.next_case(baba)
    assert other is not None
    assert other.pk == second.pk
    assert claims.next_case(aoki, task="another") is None


def test_without_the_role_nothing_can_be_claimed(new_case: NewCase, people: dict[str, User]) -> None:
    case = new_case()
    with pytest.raises(NotAllowed):
        claims.claim(case.pk, people["chiba"])
    assert claims.next_case(people["chiba"]) is None


def test_a_stale_copy_of_the_case_writes_nothing(case: Case, aoki: User) -> None:
    old = Case.objects.get(pk=case.pk)
    answered(case, aoki, note="新")
    with pytest.raises(CaseChanged):
        review.give_value(old, aoki, "note", "旧")
    assert [entry.value for entry in case.entries.all()] == ["新"]


@pytest.mark.parametrize(
    ("move", "state"),
    [
        (lambda case, user: ways.return_to_resident(case, user, "印がありません"), State.RETURNED),
        (lambda case, user: ways.mark_unreadable(case, user, "汚れ"), State.UNREADABLE),
        (lambda case, user: ways.cancel(case, user, "二重"), State.CANCELLED),
    ],
)
def test_the_other_ways_out_keep_their_note_in_the_case_only(
    case: Case, aoki: User, move: object, state: State
) -> None:
    assert callable(move)
    move(case, aoki)
    assert (case.state, case.lease_owner) == (state, "")
    assert case.reason_detail in {"印がありません", "汚れ", "二重"}
    assert case.reason_detail not in str(list(AuditLine.objects.values()))


def test_ways_back(case: Case, aoki: User) -> None:
    ways.return_to_resident(case, aoki, "")
    ways.reopen(case, aoki)
    assert case.state == State.NEEDS_REVIEW
    case = claims.claim(case.pk, aoki)
    ways.mark_unreadable(case, aoki)
    ways.read_again(case, aoki)
    assert case.state == State.RECEIVED


def test_an_unreadable_sheet_can_be_keyed_in(new_case: NewCase, aoki: User) -> None:
    case = new_case(replace(sheet(), form="", version=0, readings=(), problem="sheet.poor_fit"))
    assert (case.state, case.reason) == (State.UNREADABLE, "sheet.poor_fit")
    for form in ("nonsense", "ido_todoke", ""):
        with pytest.raises(UnknownForm):
            ways.key_in(case, aoki, form)
    ways.key_in(case, aoki, "shiken")
    case = claims.claim(case.pk, aoki)
    assert asked(case) == [("name", Why.FINDING)]
    answered(case, aoki, name=NAME)
    review.approve(case, aoki)
    assert (case.state, case.entries.get().how) == (State.APPROVED, Entry.How.KEYED)


@pytest.mark.parametrize("state", sorted(set(State) - set(claims.CLAIMED)))
def test_only_what_waits_for_review_is_claimed(new_case: NewCase, aoki: User, state: State) -> None:
    case = new_case()
    Case.objects.update(state=state)
    with pytest.raises(MoveRefused, match="nothing to review"):
        claims.claim(case.pk, aoki)


def test_every_step_counts_up_and_leaves_a_line(case: Case, aoki: User) -> None:
    start, lines = case.revision, AuditLine.objects.count()
    answered(case, aoki, name=NAME, amount="1500", my_number=MY_NUMBER)
    undoing.undo(case, aoki)
    answered(case, aoki, my_number=MY_NUMBER)
    review.approve(case, aoki)
    assert case.revision - start == AuditLine.objects.count() - lines == 6
    assert audit.verify().broken_at is None


def test_messages_and_audit_lines_show_no_value(case: Case, aoki: User, baba: User) -> None:
    # Long enough not to stand in a digest of the trail by chance.
    answered(case, aoki, name="鈴木　一郎", amount="43210987", my_number=OTHER_NUMBER)
    said = []
    for attempt in (
        lambda: claims.claim(case.pk, baba),
        lambda: review.approve(case, aoki),
        lambda: review.give_value(case, baba, "name", "鈴木　一郎"),
    ):
        with pytest.raises(CaseError) as caught:
            attempt()
        said.append(str(caught.value))
    text = str(said) + str(list(AuditLine.objects.values()))
    assert not [value for value in (NAME, "鈴木", "43210987", MY_NUMBER, OTHER_NUMBER) if value in text]


def test_a_reading_comes_back_as_it_was_given(case: Case) -> None:
    given = {reading.field_id: reading for reading in sheet({"name": Route.CHECK}).readings}
    kept: dict[str, Reading] = {name: values.fact_of(row) for name, row in values.readings(case).items()}
    assert kept == given


def test_an_unreadable_sheet_can_be_returned_or_cancelled_by_an_operator(
    new_case: NewCase, aoki: User, people: dict[str, User]
) -> None:
    problem = replace(sheet(), form="", version=0, readings=(), problem="sheet.cut")
    case, other = new_case(problem), new_case(problem)
    with pytest.raises(NotAllowed):
        ways.cancel(case, people["chiba"], "")
    ways.return_to_resident(case, aoki, "下半分がありません")
    ways.cancel(other, aoki, "")
    assert (case.state, other.state) == (State.RETURNED, State.CANCELLED)
