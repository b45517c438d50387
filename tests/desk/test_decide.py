"""Deciding between two checkers: both values are shown, never whose; the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page, expect

from cases import claims, review, roles
from cases.models import Case, Task
from cases.roles import Role
from cases.states import State
from cases.values import current
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case
from tests.desk.test_accessibility import serious

FIRST, SECOND = "髙橋　健一", "高橋　健一"
PHONES = ("042-754-1111", "042-754-7111")
KEPT = {"new_head": FIRST, "notifier_phone": PHONES[0]}


@pytest.fixture
def disputed(tasks: None, people: Mapping[str, User], tmp_path: Path) -> Case:
    """Operator and auditor, who check twice here, differ in a name's glyph and in a telephone number."""
    Task.objects.filter(name="ido").update(
        policy={"version": 1, "second_check": ["new_head", "notifier_phone"]}
    )
    roles.give(people["auditor"], [Role.SECOND_CHECKER], by="test")
    case = make_case(tmp_path, "ido_todoke", KEPT, dict.fromkeys(KEPT, Route.CHECK))
    for name, values in (("operator", (FIRST, PHONES[0])), ("auditor", (SECOND, PHONES[1]))):
        held = claims.claim(case.pk, people[name])
        for field_id, value in zip(KEPT, values, strict=True):
            review.give_value(held, people[name], field_id, value)
        for question in review.open_questions(held):
            if question.finding is not None:
                review.confirm_finding(held, people[name], question.finding)
        review.approve(held, people[name])
    case.refresh_from_db()
    assert case.state == State.DISAGREED
    return case


def third(people: Mapping[str, User]) -> Client:
    client = Client()
    client.force_login(people["second_checker"])
    return client


def test_the_page_shows_both_values_and_nobody(disputed: Case, people: Mapping[str, User]) -> None:
    page = third(people).get(f"/cases/{disputed.pk}/correct", follow=True).content.decode()
    assert 'data-page="decide"' in page
    assert f'value="{FIRST}"' in page
    assert f'value="{SECOND}"' in page
    body = page.partition("<main")[2]
    assert "operator" not in body
    assert "auditor" not in body


def test_who_gave_a_value_is_refused(disputed: Case, people: Mapping[str, User]) -> None:
    client = Client()
    client.force_login(people["auditor"])
    said = client.get(f"/cases/{disputed.pk}/decide", follow=True).content.decode()
    assert "別の担当者が行います" in said
    answer = client.post(f"/cases/{disputed.pk}/decide/new_head", {"value": SECOND}, follow=True)
    assert "別の担当者が行います" in answer.content.decode()
    assert current(Case.objects.get(pk=disputed.pk))["new_head"] == SECOND, "the last word, undecided"
    assert Case.objects.get(pk=disputed.pk).state == State.DISAGREED


def test_time_counts_for_who_holds_the_sheet(disputed: Case, people: Mapping[str, User]) -> None:
    client, url = third(people), f"/cases/{disputed.pk}/decide/new_head"
    before = disputed.times.count()
    client.post(url, {"value": FIRST, "active_seconds": "7"})
    assert disputed.times.count() == before, "it was not open with this person"
    client.get(f"/cases/{disputed.pk}/decide")
    client.post(url, {"value": FIRST, "active_seconds": "7", "elapsed_seconds": "9"})
    time = disputed.times.latest("pk")
    assert (time.seconds, time.elapsed_seconds, time.step) == (7.0, 9.0, "second_check")


def test_only_what_was_shown_is_undone_or_confirmed(disputed: Case, people: Mapping[str, User]) -> None:
    client, url = third(people), f"/cases/{disputed.pk}/decide/new_head"
    client.get(f"/cases/{disputed.pk}/decide")
    client.post(url, {"value": FIRST})
    seen = str(Case.objects.get(pk=disputed.pk).revision)
    client.post(url, {"value": SECOND})
    for data in ({"undo": "1", "revision": seen}, {"undo": "1"}, {"confirm": "1", "shown": "0" * 16}):
        page = client.post(url, data, follow=True).content.decode()
        assert 'data-message="case.not_as_shown"' in page
    assert current(Case.objects.get(pk=disputed.pk))["new_head"] == SECOND
    client.post(url, {"undo": "1", "revision": str(Case.objects.get(pk=disputed.pk).revision)})
    assert current(Case.objects.get(pk=disputed.pk))["new_head"] == FIRST


def test_what_means_nothing_is_not_kept(disputed: Case, people: Mapping[str, User]) -> None:
    client = third(people)
    client.get(f"/cases/{disputed.pk}/decide")
    url = f"/cases/{disputed.pk}/decide/notifier_phone"
    page = client.post(url, {"value": "なし"}, follow=True).content.decode()
    assert 'data-message="not-kept"' in page
    assert page.count('data-decided="true"') == 0


def test_a_third_person_decides_by_keyboard(
    browser: InBrowser, disputed: Case, sign_in: Callable[[str], None]
) -> None:

    sign_in("second_checker")

    def work(page: Page) -> str:
        page.goto("/")
        page.locator("[data-task=ido] [data-action=next] button").press("Enter")
        page.wait_for_selector("body[data-page=decide] main[data-ready]")
        name = page.locator("[data-current] [data-side='1']").get_attribute("value")
        page.keyboard.press("1")
        expect(page.locator("[data-field-id=new_head]")).to_have_attribute("data-decided", "true")
        page.wait_for_selector("[data-current][data-field-id=notifier_phone]")
        page.keyboard.press("Alt+z")
        expect(page.locator("[data-field-id=new_head]")).to_have_attribute("data-decided", "false")
        page.keyboard.press("1")
        page.wait_for_selector("[data-current][data-field-id=notifier_phone]")
        page.keyboard.press("3")
        page.keyboard.type("042-754-1777")
        page.keyboard.press("Enter")
        expect(page.locator("[data-action=approve]")).to_be_enabled()
        page.keyboard.press("F9")
        page.wait_for_selector("body[data-page=board]")
        return str(name)

    name = browser(work)
    disputed.refresh_from_db()
    values = current(disputed)
    assert (disputed.state, values["new_head"], values["notifier_phone"]) == (
        State.APPROVED,
        name,
        "0427541777",
    )
    steps = set(disputed.times.values_list("step", flat=True))
    assert steps == {"second_check"}
    assert browser.trouble == []


def test_axe_finds_nothing_serious_while_deciding(
    browser: InBrowser, disputed: Case, sign_in: Callable[[str], None]
) -> None:
    sign_in("second_checker")

    def work(page: Page) -> list[str]:
        page.goto(f"/cases/{disputed.pk}/decide")
        page.wait_for_selector("main[data-ready]")
        return serious(page)

    assert browser(work) == []
