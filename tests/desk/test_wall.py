"""The wall of crops in a real Chromium: ticked by keyboard, confirmed once everything was shown, undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import access, claims, files, roles
from cases.files import FileKind
from cases.models import Case, Entry, TimeEvent
from cases.questions import open_questions
from cases.roles import Role
from cases.values import contents
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case

NAMES = ["髙橋　健一", "佐藤　次郎", "青木　三郎", "鈴木　四郎", "田中　五郎"]
WALL = "/tasks/ido/wall?form=ido_todoke&field=new_head"


@pytest.fixture
def cases(browser: InBrowser, tmp_path: Path) -> list[Case]:
    asked = {"new_head": Route.CHECK}
    return [make_case(tmp_path, "ido_todoke", {"new_head": name}, asked) for name in NAMES]


def confirmed() -> set[str]:
    return {entry.value for entry in Entry.objects.filter(field_id="new_head").exclude(how="undone")}


def test_only_the_wrong_ones_are_ticked(operator: InBrowser, cases: list[Case]) -> None:
    def work(page: Page) -> list[str]:
        page.goto("/")
        page.locator("[data-task=ido] [data-action=wall]").click()
        page.locator("[data-column=new_head]").click()
        page.wait_for_selector("main[data-ready]")
        values = page.locator(".tile .value").all_text_contents()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Space")
        expect(page.locator("#ticked")).to_have_text("1")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator("[data-message=wall-confirmed]")).to_contain_text("4件を確認しました")
        expect(page.locator(".tile")).to_have_count(0)
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        return values

    values = operator(work)
    assert sorted(values) == sorted(NAMES)
    ticked = next(case for case in cases if contents(case).plain["new_head"] == values[1])
    assert "new_head" in {one.field_id for one in open_questions(ticked)}, "the ticked one is still asked"
    assert confirmed() == set(NAMES) - {values[1]}
    times = TimeEvent.objects.all()
    assert {(time.step, time.case_id) for time in times} == {("first_correction", case.pk) for case in cases}
    assert len({(time.seconds, time.elapsed_seconds) for time in times}) == 1, "in equal parts"
    assert all(time.elapsed_seconds and time.elapsed_seconds >= time.seconds > 0 for time in times)
    assert operator.trouble == []


def test_the_last_page_can_be_taken_back(operator: InBrowser, cases: list[Case]) -> None:
    def work(page: Page) -> int:
        page.goto(WALL)
        page.wait_for_selector("main[data-ready]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-message=wall-confirmed]")
        page.locator("[data-action=undo]").click()
        page.wait_for_selector("[data-message=wall-undone]")
        page.goto(WALL)
        return page.locator(".tile").count()

    assert operator(work) == len(NAMES)
    assert Entry.objects.filter(how="undone").count() == len(NAMES)


def test_a_crop_that_cannot_be_shown_is_never_confirmed(operator: InBrowser, cases: list[Case]) -> None:
    files.delete(FileKind.PAGE, cases[2].pk)

    def work(page: Page) -> None:
        page.goto(WALL)
        page.wait_for_selector("main[data-ready]")
        expect(page.locator("#ticked")).to_have_text("1")
        expect(page.locator("#trouble")).to_be_visible()
        page.locator(f"[data-case-number={cases[2].number}] input[type=checkbox]").click()
        expect(page.locator("#ticked")).to_have_text("1")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-message=wall-confirmed]")

    operator(work)
    assert confirmed() == set(NAMES) - {NAMES[2]}


def test_the_wall_holds_its_sheets_and_leaves_out_what_others_hold(
    cases: list[Case], people: Mapping[str, User], client: Client
) -> None:
    other = people["department"]
    roles.give(other, [Role.OPERATOR], by="test")
    access.assign_everything(other, by="test")
    claims.claim(cases[0].pk, other)
    client.force_login(people["operator"])
    page = client.get(WALL).content.decode()
    assert cases[0].number not in page
    assert page.count("data-case-number=") == len(NAMES) - 1
    assert claims.next_case(other) == cases[0]
    assert set(Case.objects.values_list("lease_owner", flat=True)) == {"operator", "department"}
    client.post("/tasks/ido/wall/confirm", {"way": "leave", "case": [str(case.pk) for case in cases]})
    assert set(Case.objects.values_list("lease_owner", flat=True)) == {"", "department"}


def test_time_at_the_wall_is_the_sheets_and_keeps_them(
    cases: list[Case], people: Mapping[str, User], client: Client
) -> None:
    client.force_login(people["operator"])
    spent = {"active_seconds": "20", "elapsed_seconds": "50"}
    assert client.post("/tasks/ido/wall/time", spent).status_code == 409, "nothing is open"
    client.get(WALL)
    soon = timezone.now() + timedelta(minutes=1)
    Case.objects.update(lease_until=soon)
    assert client.post("/tasks/ido/wall/time", spent).status_code == 204
    parts = list(TimeEvent.objects.values_list("seconds", "elapsed_seconds"))
    assert parts == [(4.0, 10.0)] * len(NAMES)
    assert min(Case.objects.values_list("lease_until", flat=True)) > soon


@pytest.mark.parametrize(
    ("data", "status"), [({"case": "x"}, 400), ({"active_seconds": "-1"}, 400), ({}, 302)]
)
def test_what_is_forged_is_refused(
    data: dict[str, str], status: int, tasks: None, people: Mapping[str, User], client: Client
) -> None:
    client.force_login(people["operator"])
    assert client.post("/tasks/ido/wall/confirm", data).status_code == status
    assert client.get("/tasks/nothing/wall").status_code == 404
