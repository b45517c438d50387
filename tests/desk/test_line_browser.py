"""A line that breaks, two tabs, two people, the back button: nothing typed is lost or taken unseen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cases.models import Entry
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
