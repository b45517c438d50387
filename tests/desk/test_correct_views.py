"""The correction screen's answers: saved at once, refused when meaningless, taken back, approved, timed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from cases import access
from cases.models import Case, Entry, TimeEvent
from cases.states import State
from forms.facts import Route
from tests.desk.sheets import make_case


@pytest.fixture
def operator(people: Mapping[str, User]) -> Client:
    client = Client()
    client.force_login(people["operator"])
    return client


@pytest.fixture
def case(tasks: None, operator: Client, tmp_path: Path) -> Case:
    """Opened by the operator; every error that the rules find was confirmed, one field is left to check."""
    made = make_case(tmp_path, "ido_todoke", {"new_head": "山田　一郎"}, {"new_head": Route.CHECK})
    operator.get(f"/cases/{made.pk}/correct")
    return made


def give(client: Client, case: Case, field_id: str, value: str = "", confirm: bool = False) -> str:
    shown = client.get(f"/cases/{case.pk}/correct").context["screen"].row(field_id).mark if confirm else ""
    values = {"confirm": "1", "shown": shown} if confirm else {"value": value}
    response = client.post(f"/cases/{case.pk}/fields/{field_id}", values)
    assert response.status_code == 200
    return response.content.decode()


def confirm_everything(client: Client, case: Case) -> str:
    page = client.get(f"/cases/{case.pk}/correct")
    for row in page.context["screen"].rows:
        if row.confirmable:
            give(client, case, row.id, confirm=True)
    return str(client.get(f"/cases/{case.pk}/correct").context["screen"].case.revision)


def test_a_value_is_saved_at_once_beside_the_reading(operator: Client, case: Case) -> None:
    answer = give(operator, case, "new_head", "髙橋　𠮷朗")
    assert 'id="a-new_head" data-state="done" data-text="髙橋　𠮷朗"' in answer
    entry = Entry.objects.get(case=case)
    assert (entry.value, entry.how, entry.by.username) == ("髙橋　𠮷朗", "corrected", "operator")
    assert case.readings.get(field_id="new_head").value == "山田　一郎"


@pytest.mark.parametrize(
    ("typed", "shown"), [("s60.5.17", "昭和60年5月17日"), ("1985-05-17", "昭和60年5月17日")]
)
def test_a_date_is_echoed_in_its_era(typed: str, shown: str, operator: Client, case: Case) -> None:
    assert f'data-text="{shown}"' in give(operator, case, "persons.1.birth_date", typed)
    assert Entry.objects.get(case=case).value == "1985-05-17"


@pytest.mark.parametrize("typed", ["1O5", "昭和60年13月1日", "きのう"])
def test_what_means_nothing_is_not_stored_and_says_why(typed: str, operator: Client, case: Case) -> None:
    answer = give(operator, case, "persons.1.birth_date", typed)
    assert 'data-kept="false"' in answer
    assert "日付" in answer
    assert not Entry.objects.filter(case=case).exists()


def test_a_typed_value_is_shown_as_text_and_never_as_markup(operator: Client, case: Case) -> None:
    answer = give(operator, case, "new_building", '"><script>alert(1)</script>')
    assert "<script>" not in answer
    assert "&lt;script&gt;" in answer


def test_undo_takes_the_last_value_back_and_names_its_field(operator: Client, case: Case) -> None:
    give(operator, case, "new_head", "山田　二郎")
    answer = operator.post(f"/cases/{case.pk}/undo")
    assert answer.headers["X-Field"] == "new_head"
    assert 'id="a-new_head" data-state="open" data-text="山田　一郎"' in answer.content.decode()
    nothing = operator.post(f"/cases/{case.pk}/undo")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "case.nothing_to_undo")


def test_open_questions_keep_a_sheet_from_approval(operator: Client, case: Case) -> None:
    form = {"active_seconds": "3", "revision": str(Case.objects.get(pk=case.pk).revision)}
    response = operator.post(f"/cases/{case.pk}/approve", form, follow=True)
    assert "未確認の項目が残っています" in response.content.decode()
    assert Case.objects.get(pk=case.pk).state == State.NEEDS_REVIEW
    assert [time.seconds for time in TimeEvent.objects.all()] == [3.0], "the work was done all the same"


def test_approval_opens_the_next_case_and_counts_the_time(
    operator: Client, case: Case, tmp_path: Path
) -> None:
    following = make_case(tmp_path, "ido_todoke", {"new_head": "山田　一郎"})
    give(operator, case, "new_head", "山田　一郎")
    revision = confirm_everything(operator, case)
    form = {"active_seconds": "12.5", "revision": revision}
    response = operator.post(f"/cases/{case.pk}/approve", form)
    assert response.headers["Location"] == f"/cases/{following.pk}/correct"
    assert Case.objects.get(pk=case.pk).state == State.APPROVED
    time = TimeEvent.objects.get(case=case)
    assert (time.step, time.seconds, time.source) == ("first_correction", 12.5, "measured")


def test_only_what_was_shown_is_confirmed(operator: Client, case: Case) -> None:
    rows = operator.get(f"/cases/{case.pk}/correct").context["screen"].rows
    [row] = [row for row in rows if row.confirmable and row.id == "moved_on"]
    give(operator, case, "notified_on", "令和2年1月5日")
    give(operator, case, "moved_on", "令和2年1月6日")
    before = operator.get(f"/cases/{case.pk}/correct").context["screen"].open_count
    for shown in (row.mark, "0" * 16):
        url, data = f"/cases/{case.pk}/fields/moved_on", {"confirm": "1", "shown": shown}
        refused = operator.post(url, data)
        assert (refused.status_code, refused.json()["code"]) == (409, "case.not_as_shown")
        assert refused.json()["reload"]
    page = operator.get(f"/cases/{case.pk}/correct")
    assert page.context["screen"].open_count == before
    assert 'data-message="case.not_as_shown"' in page.content.decode()


def test_a_refused_way_out_took_its_time_too(operator: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(revision=99)
    held = Case.objects.get(pk=case.pk)
    operator.post(f"/cases/{case.pk}/approve", {"active_seconds": "4", "revision": "1"})
    assert [time.seconds for time in held.times.all()] == [4.0]
    Case.objects.filter(pk=case.pk).update(lease_owner="other")
    for way in ("approve", "release", "dispose/cancel"):
        data = {"active_seconds": "5", "revision": "99", "reason": "二重"}
        operator.post(f"/cases/{case.pk}/{way}", data)
    assert held.times.count() == 1, "nobody works on what others hold"


def test_what_changed_since_it_was_shown_is_not_approved(operator: Client, case: Case) -> None:
    give(operator, case, "new_head", "山田　一郎")
    revision = confirm_everything(operator, case)
    give(operator, case, "new_head", "山田　二郎")
    operator.post(f"/cases/{case.pk}/approve", {"revision": revision})
    assert Case.objects.get(pk=case.pk).state == State.NEEDS_REVIEW


def test_an_approval_that_does_not_say_what_was_seen_is_refused(operator: Client, case: Case) -> None:
    give(operator, case, "new_head", "山田　一郎")
    confirm_everything(operator, case)
    for revision in ("", "-1", "9" * 20, "9" * 5000):
        assert operator.post(f"/cases/{case.pk}/approve", {"revision": revision}).status_code == 400
    assert Case.objects.get(pk=case.pk).state == State.NEEDS_REVIEW


def test_the_last_approval_leads_back_to_the_board(operator: Client, case: Case) -> None:
    give(operator, case, "new_head", "山田　一郎")
    revision = confirm_everything(operator, case)
    response = operator.post(f"/cases/{case.pk}/approve", {"revision": revision}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert 'data-message="nothing-waiting"' in response.content.decode()


@pytest.mark.parametrize(
    ("way", "state"),
    [("return", State.RETURNED), ("unreadable", State.UNREADABLE), ("cancel", State.CANCELLED)],
)
def test_other_ways_out_need_a_reason(way: str, state: State, operator: Client, case: Case) -> None:
    assert operator.post(f"/cases/{case.pk}/dispose/{way}", {"reason": " "}).status_code == 400
    operator.post(f"/cases/{case.pk}/dispose/{way}", {"reason": "届出人の署名がない"})
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.reason_detail) == (state, "届出人の署名がない")


def test_an_unknown_way_out_is_refused(operator: Client, case: Case) -> None:
    assert operator.post(f"/cases/{case.pk}/dispose/burn", {"reason": "x"}).status_code == 400
    assert operator.post(f"/cases/{case.pk}/move/burn").status_code == 400


@pytest.mark.parametrize("seconds", ["-1", "601", "nan", "inf", "long"])
def test_time_that_cannot_be_is_refused(seconds: str, operator: Client, case: Case) -> None:
    assert operator.post(f"/cases/{case.pk}/time", {"active_seconds": seconds}).status_code == 400
    assert not TimeEvent.objects.exists()


def test_working_time_is_counted_while_the_case_is_open_with_the_person(operator: Client, case: Case) -> None:
    assert operator.post(f"/cases/{case.pk}/time", {"active_seconds": "20"}).status_code == 204
    operator.post(f"/cases/{case.pk}/release", {"active_seconds": "1.5"})
    assert operator.post(f"/cases/{case.pk}/time", {"active_seconds": "20"}).status_code == 409
    assert sum(TimeEvent.objects.values_list("seconds", flat=True)) == 21.5


def test_a_case_that_somebody_else_has_open_is_not_opened(
    operator: Client, case: Case, people: Mapping[str, User], password_hash: str
) -> None:
    other = User.objects.create(username="other", password=password_hash)
    other.groups.set(people["operator"].groups.all())
    access.assign_everything(other, by="test")
    client = Client()
    client.force_login(other)
    response = client.get(f"/cases/{case.pk}/correct", follow=True)
    assert response.redirect_chain == [(f"/cases/{case.pk}", 302)]
    assert "ほかの担当者" in response.content.decode()
    stolen = client.post(f"/cases/{case.pk}/fields/new_head", {"value": "佐藤　三郎"})
    assert (stolen.status_code, stolen.json()["code"]) == (409, "case.not_claimed")


def test_an_unreadable_sheet_can_be_keyed_in(operator: Client, case: Case) -> None:
    operator.post(f"/cases/{case.pk}/dispose/unreadable", {"reason": "折り目"})
    page = operator.get(f"/cases/{case.pk}").content.decode()
    assert 'data-way="key-in"' in page
    response = operator.post(f"/cases/{case.pk}/move/key-in", {"note": "ido_todoke"})
    assert response.headers["Location"] == f"/cases/{case.pk}/correct"


def test_what_is_typed_unseen_does_not_stand_on_the_case_page(
    tasks: None, operator: Client, tmp_path: Path
) -> None:
    raws = {"new_head": "山田　一郎", "new_address": "神奈川県相模原市中央区中央2-11-15"}
    made = make_case(tmp_path, "ido_todoke", raws, {"new_head": Route.BLIND, "old_head": Route.BLIND})
    page = operator.get(f"/cases/{made.pk}").content.decode()
    assert raws["new_head"] not in page and raws["new_address"] in page
    assert page.count("data-hidden") == 2, "what was read as blank is asked unseen, too"
    operator.get(f"/cases/{made.pk}/correct")
    give(operator, made, "new_head", raws["new_head"])
    page = operator.get(f"/cases/{made.pk}").content.decode()
    assert raws["new_head"] in page and page.count("data-hidden") == 1


def test_the_case_list_narrows_and_says_when_it_is_empty(operator: Client, case: Case) -> None:
    found = operator.get("/queue", {"q": case.number[-3:], "state": "NEEDS_REVIEW"}).content.decode()
    assert f'data-case-number="{case.number}"' in found
    empty = operator.get("/queue", {"state": "ENTERED"}).content.decode()
    assert 'data-message="no-cases"' in empty
    part = operator.get("/queue", {"q": "none"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


@pytest.fixture
def second_look(settings: Settings, tmp_path: Path) -> None:
    """A site whose own definition asks for a second person on the head of the household."""
    shipped = settings.CONFIG_FOLDERS[0] / "forms" / "ido_todoke.yaml"
    (tmp_path / "site" / "forms").mkdir(parents=True)
    plain = shipped.read_text("utf-8")
    asked = plain.replace("- id: new_head\n", "- id: new_head\n    policy: {second_check: true}\n")
    assert asked != plain
    (tmp_path / "site" / "forms" / "ido_todoke.yaml").write_text(asked, "utf-8")
    settings.CONFIG_FOLDERS = (*settings.CONFIG_FOLDERS, tmp_path / "site")


def test_a_second_person_types_without_seeing_and_a_difference_goes_to_a_third(
    second_look: None, operator: Client, case: Case, people: Mapping[str, User]
) -> None:
    second = Client()
    second.force_login(people["second_checker"])
    give(operator, case, "new_head", "山田　一郎")
    assert "山田　一郎" not in second.get(f"/cases/{case.pk}").content.decode(), "nor before their turn"
    revision = confirm_everything(operator, case)
    operator.post(f"/cases/{case.pk}/approve", {"revision": revision})
    assert Case.objects.get(pk=case.pk).state == State.SECOND_CHECK
    page = second.get(f"/cases/{case.pk}/correct")
    row = page.context["screen"].row("new_head")
    assert (row.state, row.text, row.blind_open) == ("open", "", True)
    assert "山田　一郎" not in page.content.decode()
    assert "山田　一郎" not in second.get(f"/cases/{case.pk}").content.decode(), "nor on the case's own page"
    give(second, case, "new_head", "山田　二郎")
    revision = Case.objects.get(pk=case.pk).revision
    second.post(f"/cases/{case.pk}/approve", {"revision": revision, "active_seconds": "4.5"})
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.reason) == (State.DISAGREED, "second_check.differs")
    assert [(row.step, row.seconds) for row in found.times.all()] == [("second_check", 4.5)]
    refused = second.get(f"/cases/{case.pk}/decide", follow=True).content.decode()
    assert "別の担当者が行います" in refused
