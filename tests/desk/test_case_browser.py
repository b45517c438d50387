"""The page of a case in a real Chromium: the sheet in sight, and ways on that no stray key takes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cases.models import AuditLine, Case
from cases.states import State
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case


def test_the_sheet_is_in_sight_and_grows_where_it_is_clicked(
    operator: InBrowser, tasks: None, tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {"new_head": "髙橋　健一"})

    def work(page: Page) -> tuple[float, float]:
        page.goto(f"/cases/{case.pk}")
        sheet = page.locator(".sheet-frame img")
        expect(sheet).to_be_in_viewport(ratio=0.99)
        before = sheet.bounding_box()
        sheet.click()
        expect(page.locator("[data-zooms]")).to_have_attribute("aria-pressed", "true")
        after = sheet.bounding_box()
        assert before is not None
        assert after is not None
        return before["width"], after["width"]

    before_px, after_px = operator(work)
    assert after_px > 2 * before_px
    assert operator.trouble == []


def test_enter_in_the_note_settles_nothing(operator: InBrowser, tasks: None, tmp_path: Path) -> None:
    case = make_case(tmp_path, "ido_todoke", {})
    Case.objects.filter(pk=case.pk).update(state=State.OUTCOME_UNKNOWN, reason="entry.unknown")

    def work(page: Page) -> None:
        page.goto(f"/cases/{case.pk}")
        page.locator("[name=note]").fill("1件あり、氏名が違う")
        page.keyboard.press("Enter")
        page.locator("[data-way=wrong]").click()
        expect(page.locator("main[data-state=ENTERED_WRONG]")).to_be_visible()

    operator(work)
    assert AuditLine.objects.filter(what="entry.resolved", case_id=case.pk).count() == 1
    case.refresh_from_db()
    assert (case.state, case.reason_detail) == (State.ENTERED_WRONG, "1件あり、氏名が違う")
