"""Ways out of the correction screen by keyboard: illegible fields, the letter, back to the sheet before."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cases.models import AuditLine, Case
from cases.states import State
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.test_browser import begin, confirm, current, make, open_count, saved


def test_an_illegible_field_leads_to_the_letter_and_back(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK, "notifier_phone": Route.CHECK})

    def work(page: Page) -> str:
        begin(page)
        page.keyboard.press("Alt+u")
        saved(page)
        assert (current(page), open_count(page)) == ("notifier_phone", "1")
        confirm(page)
        assert page.evaluate("document.activeElement.dataset.action") == "return"
        expect(page.locator("[data-action=approve]")).to_be_disabled()
        page.keyboard.press("Enter")
        expect(page.locator("#r-return")).to_be_focused()
        note = page.locator("#r-return").input_value()
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        with page.expect_popup() as opened:
            page.locator("[data-action=letter]").press("Enter")
        expect(opened.value.locator(".letter li")).to_have_text([note])
        expect(opened.value.locator(".letter .addressee")).to_contain_text("髙橋　健一")
        opened.value.close()
        page.keyboard.press("Alt+z")
        page.wait_for_selector("main[data-ready]")
        return note

    assert "新世帯主」が判読できません" in operator(work)
    case.refresh_from_db()
    assert case.state == State.NEEDS_REVIEW
    what = list(AuditLine.objects.filter(case_id=case.pk).order_by("pk").values_list("what", flat=True))
    assert what[-3:] == ["case.returned", "case.letter_shown", "case.taken_back"]


def test_one_key_brings_the_approved_sheet_back_from_the_next(operator: InBrowser, tmp_path: Path) -> None:
    first, second = make(tmp_path, {"new_head": Route.CHECK}), make(tmp_path, {"new_head": Route.CHECK})

    def work(page: Page) -> tuple[str, str]:
        begin(page)
        confirm(page)
        with page.expect_navigation():
            page.keyboard.press("F9")
        page.wait_for_selector("main[data-ready]")
        after = str(page.locator("main").get_attribute("data-case-number"))
        with page.expect_navigation():
            page.keyboard.press("Alt+z")
        page.wait_for_selector("main[data-ready]")
        page.keyboard.press("Alt+z")
        saved(page)
        return after, str(page.locator("main").get_attribute("data-case-number"))

    assert operator(work) == (second.number, first.number)
    assert {case.number: case.lease_owner for case in Case.objects.all()} == {
        first.number: "operator",
        second.number: "",
    }
    assert [entry.how for entry in first.entries.order_by("pk")] == ["confirmed", "undone"]
