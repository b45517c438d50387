"""A line that breaks, two tabs, two people, the back button: nothing typed is lost or taken unseen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import claims, roles
from cases.models import Case, Entry
from cases.roles import Role
from cases.states import State
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.test_browser import begin, confirm, current, make, saved

TWO = {"new_head": Route.CHECK, "notifier_name": Route.CHECK}


def test_a_broken_line_keeps_what_was_typed_and_sends_it_when_it_is_back(
    operator: InBrowser, tmp_path: Path
) -> None:
    case = make(tmp_path, TWO)

    def work(page: Page) -> None:
        begin(page)
        page.context.set_offline(True)
        confirm(page, "髙橋　謙一")
        expect(page.locator("#trouble")).to_be_visible()
        assert current(page) == "notifier_name"
        confirm(page, "髙橋　謙二")
        expect(page.locator(".field[data-unsaved]")).to_have_count(2)
        page.keyboard.press("F9")
        expect(page.locator("[data-action=approve]")).to_be_disabled()
        page.context.set_offline(False)
        expect(page.locator(".field[data-unsaved]")).to_have_count(0)
        expect(page.locator("#trouble")).to_be_hidden()
        saved(page)

    operator(work)
    given = dict(Entry.objects.filter(case=case).values_list("field_id", "value"))
    assert given == {"new_head": "髙橋　謙一", "notifier_name": "髙橋　謙二"}


def test_a_second_tab_shows_what_the_first_has_changed_before_it_can_approve(
    operator: InBrowser, tmp_path: Path
) -> None:
    make(tmp_path, TWO)

    def work(page: Page) -> str:
        begin(page)
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector("main[data-ready]")
        confirm(page, "髙橋　謙一")
        other.locator("[data-field-id=notifier_name] input").focus()
        confirm(other, "")
        text = other.locator("[data-field-id=new_head] input").input_value()
        other.close()
        return text

    assert operator(work) == "髙橋　謙一"


def test_the_next_sheet_is_looked_up_ahead_and_held_by_nobody(operator: InBrowser, tmp_path: Path) -> None:
    first, second = make(tmp_path, TWO), make(tmp_path, TWO)

    def ahead(page: Page) -> str:
        with page.expect_response(lambda answer: answer.url.endswith(f"{second.pk}/page")):
            begin(page)
        page.evaluate("window.sameDocument = true")
        return page.content()

    shown = operator(ahead)
    assert str(second.pk) not in shown, "nothing of it is on the page"
    assert set(Case.objects.values_list("number", "lease_owner")) == {
        (first.number, "operator"),
        (second.number, ""),
    }

    def work(page: Page) -> tuple[str, bool]:
        confirm(page)
        confirm(page)
        with page.expect_navigation():
            page.keyboard.press("F9")
        expect(page.locator("main[data-ready]")).to_have_attribute("data-case-number", second.number)
        expect(page.locator("[data-message=approved]")).to_contain_text(first.number)
        expect(page.locator("[data-current] .crop canvas")).to_be_visible()
        confirm(page, "髙橋　謙一")
        return str(page.locator("#paper").get_attribute("src")), bool(page.evaluate("window.sameDocument"))

    source, same = operator(work)
    assert source.startswith("blob:") and same
    assert Entry.objects.get(case=second).value == "髙橋　謙一"
    assert operator.trouble == []


def test_an_approval_that_does_not_get_through_is_pressed_again(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK})

    def work(page: Page) -> None:
        begin(page)
        confirm(page)
        page.context.set_offline(True)
        page.keyboard.press("F9")
        expect(page.locator("#trouble")).to_be_visible()
        page.context.set_offline(False)
        page.keyboard.press("F9")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()

    operator(work)
    case.refresh_from_db()
    assert case.state == State.APPROVED
    [time_event] = case.times.all()
    assert time_event.seconds > 0


def test_a_closed_page_frees_its_sheet_soon(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, TWO)

    operator(begin)
    operator(lambda page: page.goto("/queue") and None)
    soon = timezone.now() + claims.AFTER_LEAVING + timedelta(seconds=10)
    # The browser sends its last word when the page is gone already.
    ended_by = time.monotonic() + 15
    while not Case.objects.filter(pk=case.pk, lease_until__lte=soon).exists():
        assert time.monotonic() < ended_by
        time.sleep(0.1)


def test_back_after_approving_shows_the_case_and_changes_nothing(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK})

    def work(page: Page) -> str:
        begin(page)
        confirm(page)
        page.keyboard.press("F9")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        page.go_back()
        expect(page.locator("body[data-page=case]")).to_be_visible()
        return str(page.locator("main").get_attribute("data-state"))

    assert operator(work) == "APPROVED"
    assert case.approvals.count() == 1


def test_two_people_never_hold_one_sheet(
    operator: InBrowser, people: Mapping[str, User], tmp_path: Path
) -> None:
    first, second = make(tmp_path, TWO), make(tmp_path, TWO)
    operator(begin)
    roles.give(people["second_checker"], [Role.OPERATOR], by="test")
    other = Client()
    other.force_login(people["second_checker"])
    assert other.get(f"/cases/{first.pk}/correct")["Location"] == f"/cases/{first.pk}"
    assert other.post("/next")["Location"] == f"/cases/{second.pk}/correct"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.lease_owner, second.lease_owner) == ("operator", "second_checker")
