"""Rows that leave and come back: what may leave, every conflict by itself, and nothing half applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from cases import claims, exchange, review
from cases.errors import NotAllowed
from cases.models import AuditLine, Case, Entry
from cases.rows import Answer, Conflict, Row, Verdict
from cases.states import State
from cases.values import current
from forms.facts import Route
from tests.cases.conftest import CONFIG, MY_NUMBER, NAME, NewCase, sheet

pytestmark = pytest.mark.django_db
ROUTES = {"name": Route.CHECK, "note": Route.BLIND}
OTHER_NAME = "山本　花子"


@pytest.fixture
def case(new_case: NewCase) -> Case:
    return new_case(sheet(ROUTES, note="急ぎ", moved_on="2099-01-01"))


def out(user: User) -> dict[str, Row]:
    return {row.field.id: row for row in exchange.rows(user, "shiken")}


def answer(row: Row, verdict: Verdict = Verdict.NOTHING, text: str = "", line: int = 2) -> Answer:
    return Answer(line, row.case.number, row.field.id, row.token, verdict, text)


def test_what_leaves_is_open_and_tells_no_secret(case: Case, aoki: User) -> None:
    rows = out(aoki)
    assert set(rows) == {"name", "amount", "note", "moved_on"}, "no My Number, nothing that is settled"
    assert (rows["name"].value, rows["name"].alternatives[0]) == (NAME, NAME)
    assert (rows["note"].blind, rows["note"].value, rows["note"].raw, rows["note"].alternatives) == (
        True,
        "",
        "",
        (),
    )
    assert [one.code for one in rows["moved_on"].findings] == ["date.future"]
    assert MY_NUMBER not in str(list(rows.values()))
    line = AuditLine.objects.latest("pk")
    assert (line.what, line.detail["rows"]) == ("workbook.exported", 4)


def test_many_sheets_leave_with_a_few_queries(
    case: Case, new_case: NewCase, aoki: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as of_one:
        exchange.rows(aoki, "shiken")
    for _ in range(5):
        new_case(sheet(ROUTES, note="急ぎ"))
    with django_assert_num_queries(len(of_one)):
        found = exchange.rows(aoki, "shiken")
    assert len({row.case.pk for row in found}) == 6


def test_what_somebody_else_holds_stays(case: Case, aoki: User, baba: User) -> None:
    claims.claim(case.pk, baba)
    assert out(aoki) == {}


def test_answers_count_as_that_persons(case: Case, aoki: User) -> None:
    rows = out(aoki)
    done = exchange.take_in(
        aoki,
        "shiken",
        [
            answer(rows["name"], text=OTHER_NAME, line=2),
            answer(rows["amount"], Verdict.AS_READ, line=3),
            answer(rows["note"], Verdict.CORRECTED, "急ぎ", line=4),
            answer(rows["moved_on"], Verdict.AS_READ, line=5),
        ],
    )
    assert (len(done.steps), done.problems, done.untouched) == (4, (), 0)
    given = dict(Entry.objects.order_by("pk").values_list("field_id", "how"))
    assert given == {"name": "corrected", "amount": "confirmed", "note": "typed_blind"}
    case.refresh_from_db()
    assert current(case)["name"] == OTHER_NAME
    assert (case.state, case.lease_owner) == (State.NEEDS_REVIEW, ""), "a workbook approves nothing"
    assert [one.field_id for one in review.open_questions(case)] == ["my_number"], "the finding is confirmed"
    assert AuditLine.objects.latest("pk").what == "workbook.taken_in"


def test_a_blind_value_that_differs_is_asked_again_at_the_desk(case: Case, aoki: User) -> None:
    exchange.take_in(aoki, "shiken", [answer(out(aoki)["note"], text="至急")])
    asked = {one.field_id: one.why for one in review.open_questions(case)}
    assert asked["note"] is review.Why.BLIND_AGAIN
    assert "note" not in out(aoki)


def test_what_was_left_empty_is_left_alone(case: Case, aoki: User) -> None:
    done = exchange.take_in(aoki, "shiken", [answer(row) for row in out(aoki).values()])
    assert (done.steps, done.problems, done.untouched) == ((), (), 4)
    assert not Entry.objects.exists()


Bend = Callable[[Answer], Answer]


@pytest.mark.parametrize(
    ("field", "bend", "conflict"),
    [
        ("name", lambda one: replace(one, token=""), Conflict.UNKNOWN_ROW),
        ("name", lambda one: replace(one, field_id=""), Conflict.UNKNOWN_ROW),
        ("name", lambda one: replace(one, number="T26-999999"), Conflict.IDENTIFIERS),
        ("name", lambda one: replace(one, field_id="amount"), Conflict.IDENTIFIERS),
        ("name", lambda one: replace(one, token="0" * 32), Conflict.IDENTIFIERS),
        ("name", lambda one: replace(one, token=one.token[:16] + "0" * 16), Conflict.CHANGED),
        ("name", lambda one: replace(one, is_text=False), Conflict.NOT_TEXT),
        ("name", lambda one: replace(one, verdict=Verdict.UNKNOWN), Conflict.VERDICT),
        ("name", lambda one: replace(one, verdict=Verdict.AS_READ), Conflict.CONTRADICTION),
        ("name", lambda one: replace(one, verdict=Verdict.BLANK), Conflict.CONTRADICTION),
        ("name", lambda one: replace(one, verdict=Verdict.CORRECTED, text=""), Conflict.CONTRADICTION),
        ("note", lambda one: replace(one, verdict=Verdict.AS_READ, text=""), Conflict.UNSEEN),
        ("amount", lambda one: replace(one, text="千五百円"), Conflict.MALFORMED),
        ("moved_on", lambda one: replace(one, text="令和8年13月1日"), Conflict.MALFORMED),
    ],
)
def test_every_conflict_by_itself(field: str, bend: Bend, conflict: Conflict, case: Case, aoki: User) -> None:
    rows = out(aoki)
    bad = bend(answer(rows[field], text="別の値", line=7))
    good = answer(rows["moved_on" if field != "moved_on" else "name"], Verdict.AS_READ)
    done = exchange.take_in(aoki, "shiken", [good, bad])
    assert [(one.line, one.conflict) for one in done.problems] == [(7, conflict)]
    assert done.steps == ()
    assert not Entry.objects.exists(), "not one row while another has a conflict"
    assert not case.confirmations.exists()
    if conflict is Conflict.IDENTIFIERS and bad.field_id == "amount":
        return
    done = exchange.take_in(aoki, "shiken", [good, bad], skip_problems=True)
    assert [step.answer.line for step in done.steps] == [2]


def test_the_same_row_twice(case: Case, aoki: User) -> None:
    one = answer(out(aoki)["name"], Verdict.AS_READ)
    done = exchange.take_in(aoki, "shiken", [one, replace(one, line=3)])
    assert [problem.conflict for problem in done.problems] == [Conflict.TWICE, Conflict.TWICE]


def test_what_happened_at_the_desk_meanwhile_wins(case: Case, aoki: User, baba: User) -> None:
    rows = out(aoki)
    answers = [answer(rows["name"], text=OTHER_NAME), answer(rows["amount"], Verdict.AS_READ, line=3)]
    held = claims.claim(case.pk, baba)
    [first, _] = exchange.check(aoki, "shiken", answers).problems
    assert (first.conflict, first.by) == (Conflict.HELD, "baba")
    review.give_value(held, baba, "name", "高木　四郎")
    claims.release(held, baba)
    found = exchange.check(aoki, "shiken", answers)
    assert [(one.line, one.conflict) for one in found.problems] == [(2, Conflict.CHANGED)]
    exchange.take_in(aoki, "shiken", answers, skip_problems=True)
    assert current(Case.objects.get(pk=case.pk))["name"] == "高木　四郎"
    Case.objects.filter(pk=case.pk).update(state=State.RETURNED)
    found = exchange.check(aoki, "shiken", answers)
    assert {one.conflict for one in found.problems} == {Conflict.STATE}


@pytest.fixture
def two_dates(new_case: NewCase, tmp_path: Path, settings: Settings) -> Case:
    """A date in the future that, once the note says 転入, also lies after the day of the notice."""
    form = (CONFIG / "forms" / "shiken.yaml").read_text(encoding="utf-8")
    form += "  - {id: told_on, kind: date, label: 届出日, box: [20, 115, 80, 10]}\n"
    form += "rules: [{rule: moving_date, params: {type: note, moved: moved_on, notified: told_on}}]\n"
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "shiken.yaml").write_text(form, encoding="utf-8")
    settings.CONFIG_FOLDERS = (tmp_path,)
    return new_case(sheet({"note": Route.CHECK}, note="転人", moved_on="2099-01-01", told_on="2026-04-02"))


def test_as_read_confirms_no_finding_that_its_row_did_not_show(
    two_dates: Case, aoki: User, baba: User
) -> None:
    rows = out(aoki)
    assert [one.code for one in rows["moved_on"].findings] == ["date.future"]
    as_read = answer(rows["moved_on"], Verdict.AS_READ, line=3)
    done = exchange.take_in(aoki, "shiken", [answer(rows["note"], text="転入"), as_read])
    assert [one.conflict for one in done.problems] == [Conflict.REFUSED] * 2
    assert not Entry.objects.exists()
    held = claims.claim(two_dates.pk, baba)
    review.give_value(held, baba, "note", "転入")
    claims.release(held, baba)
    found = exchange.check(aoki, "shiken", [as_read])
    assert [one.conflict for one in found.problems] == [Conflict.CHANGED]
    done = exchange.take_in(aoki, "shiken", [answer(out(aoki)["moved_on"], Verdict.AS_READ)])
    assert (done.problems, two_dates.confirmations.count()) == ((), 2)


def test_only_an_operator_takes_rows_out_or_in(case: Case, people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed):
        exchange.rows(people["chiba"], "shiken")
    with pytest.raises(NotAllowed):
        exchange.take_in(people["chiba"], "shiken", [])
