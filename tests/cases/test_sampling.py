"""Residual-error samples: who is drawn, what is asked, what counts as wrong, and what a signature changes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from cases import access, claims, history, review, roles, sampling, seed
from cases.errors import BadLine, CaseChanged, NoSentence, NotAllowed
from cases.models import AuditLine, Case, Task
from cases.policy import policy_of
from cases.review import Why
from cases.roles import Role
from cases.sampled import PolicyVersion, Sample
from cases.states import State
from cases.values import readings
from forms.facts import Route
from tests.cases.conftest import MY_NUMBER, NAME, NewCase, sheet, unasked
from tests.cases.test_review import answered, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(task: Task) -> Task:
    """Half of what is accepted is sampled, the most that a policy may ask for."""
    Task.objects.filter(pk=task.pk).update(policy={**task.policy, "sample_share": 0.5})
    task.refresh_from_db()
    return task


@pytest.fixture
def kacho(task: Task) -> User:
    user = roles.add_user("kacho", "kacho-2026-nagai", [Role.DEPARTMENT], by="test")
    access.assign_everything(user, by="test")
    return user


def test_nothing_is_sampled_unless_the_policy_says_so(new_case: NewCase) -> None:
    new_case(unasked())
    assert not Sample.objects.exists()


def test_the_share_is_kept_and_the_draw_can_be_repeated(everything: Task, new_case: NewCase) -> None:
    cases = [new_case(unasked()) for _ in range(30)]
    drawn = Sample.objects.count()
    possible = 30 * 6  # seven fields, of which one is the office's own
    assert 0.35 < drawn / possible < 0.65
    for case in cases:
        again = {name for name in readings(case) if sampling.drawn(case, 1, name, 0.5)} - {"received"}
        assert again == set(case.samples.values_list("field_id", flat=True))


def test_the_draw_does_not_look_at_confidence(everything: Task, new_case: NewCase) -> None:
    """Only what a person would not see is drawn, and there everything alike."""
    case = new_case(sheet({"name": Route.CHECK}))
    assert "name" not in set(case.samples.values_list("field_id", flat=True))
    assert "my_number" not in set(case.samples.values_list("field_id", flat=True))


def with_sample_of(new_case: NewCase, field_id: str) -> Case:
    for _ in range(60):
        case = new_case(unasked())
        sampled = set(case.samples.values_list("field_id", flat=True))
        # The amount is checked twice, which is another test's business.
        if field_id in sampled and "amount" not in sampled:
            return case
    raise AssertionError(f"{field_id} was never drawn")


def finish(case: Case, user: User, **texts: str) -> None:
    """Type every sampled field as it was read, those named otherwise, and approve."""
    for question in review.open_questions(case):
        value = texts.get(question.field_id, readings(case)[question.field_id].value)
        answered(case, user, **{question.field_id: value})
        if question.field_id in texts:
            answered(case, user, **{question.field_id: value})
    for question in review.open_questions(case):
        assert question.finding is not None
        review.confirm_finding(case, user, question.finding)
    review.approve(case, user)


def test_a_sampled_field_is_asked_blind_and_settled_with_the_approval(
    everything: Task, new_case: NewCase, aoki: User
) -> None:
    case = claims.claim(with_sample_of(new_case, "name").pk, aoki)
    assert ("name", Why.BLIND) in asked(case)
    assert sampling.measured(everything) == (), "nothing counts before the sheet is approved"
    finish(case, aoki)
    assert case.state == State.APPROVED
    assert set(case.samples.values_list("wrong", flat=True)) == {False}


def test_a_wrong_reading_is_counted_in_its_group(everything: Task, new_case: NewCase, aoki: User) -> None:
    case = claims.claim(with_sample_of(new_case, "name").pk, aoki)
    finish(case, aoki, name="山本　花子")
    counted = {(one.field_id, one.kind): (one.n, one.wrong) for one in sampling.measured(everything)}
    assert counted["name", "name"] == (1, 1)
    assert sum(wrong for _, wrong in counted.values()) == 1
    line = AuditLine.objects.filter(case_id=case.pk, what="value.given").first()
    assert line is not None
    assert "山" not in str(line.detail)


def test_a_sample_asks_a_person_where_a_policy_would_have_let_through(
    everything: Task, new_case: NewCase
) -> None:
    policy = {"approve_unasked": True, "signed_by": "kacho", "signed_on": "2026-04-01"}
    Task.objects.filter(pk=everything.pk).update(policy={**everything.policy, **policy})
    states = {case.state for case in (new_case(unasked()) for _ in range(12)) if case.samples.exists()}
    assert states == {State.NEEDS_REVIEW}


def test_the_counts_outlive_the_data(everything: Task, new_case: NewCase, aoki: User) -> None:
    case = claims.claim(with_sample_of(new_case, "name").pk, aoki)
    finish(case, aoki)
    before = sampling.measured(everything)
    case.delete()
    assert sampling.measured(everything) == before


def test_a_signature_draws_the_line_anew(task: Task, kacho: User) -> None:
    row = sampling.sign_line(task, kacho, 0.0005, "標本で誤りが多かったため", seen_version=3)
    task.refresh_from_db()
    policy = policy_of(task)
    assert (policy.version, policy.max_wrong, policy.wanted) == (4, 0.0005, 0.001)
    assert (row.before, row.after, row.signed_by) == (0.001, 0.0005, "kacho")
    assert history.is_intact(row)
    sampling.sign_line(task, kacho, 0.0008, "十分に少ない", seen_version=4)
    task.refresh_from_db()
    assert policy_of(task).wanted == 0.001, "what is wanted does not move with the line"
    assert AuditLine.objects.filter(what="policy.signed").count() == 2


def test_seeding_does_not_take_a_signed_line_back(task: Task, kacho: User) -> None:
    sampling.sign_line(task, kacho, 0.0005, "厳しく", seen_version=3)
    seed.seed()
    task.refresh_from_db()
    assert policy_of(task).max_wrong == 0.0005


@pytest.mark.parametrize(
    ("line", "reason", "version", "error"),
    [
        (0.0, "理由", 3, BadLine),
        (1.0, "理由", 3, BadLine),
        (0.001, "理由", 3, BadLine),
        (0.0005, " ", 3, NoSentence),
        (0.0005, "理由", 2, CaseChanged),
    ],
)
def test_what_cannot_be_signed(
    line: float, reason: str, version: int, error: type[Exception], task: Task, kacho: User
) -> None:
    with pytest.raises(error):
        sampling.sign_line(task, kacho, line, reason, version)
    assert not PolicyVersion.objects.exists()


def test_only_the_department_signs(task: Task, aoki: User) -> None:
    with pytest.raises(NotAllowed):
        sampling.sign_line(task, aoki, 0.0005, "理由", 3)


def test_what_was_signed_cannot_be_changed(task: Task, kacho: User) -> None:
    row = sampling.sign_line(task, kacho, 0.0005, "厳しく", seen_version=3)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_policyversion SET after = 0.5 WHERE id = %s", [row.pk])


def test_a_my_number_is_never_in_the_tables(everything: Task, new_case: NewCase, aoki: User) -> None:
    read = sheet({"my_number": Route.ACCEPT, "name": Route.ACCEPT})
    for _ in range(8):
        case = claims.claim(new_case(read).pk, aoki)
        for question in review.open_questions(case):
            texts = {"my_number": MY_NUMBER, "amount": "1500", "name": NAME}
            text = texts.get(question.field_id, readings(case)[question.field_id].value)
            answered(case, aoki, **{question.field_id: text})
    assert MY_NUMBER not in str(list(Sample.objects.values()))
