"""The page of a case in a real Chromium: the sheet in sight, and ways on that no stray key takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.contrib.auth.models import User
from django.test import Client
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


def test_what_was_found_wrong_is_corrected_approved_and_sent_to_proof(
    operator: InBrowser, tasks: None, people: Mapping[str, User], tmp_path: Path
) -> None:
    case = make_case(tmp_path, "ido_todoke", {"new_head": "山田　一郎"})
    Case.objects.filter(pk=case.pk).update(
        state=State.ENTERED_WRONG, reason="entry.differs", reason_detail="世帯主の氏名が違う"
    )

    def work(page: Page) -> str:
        page.goto(f"/cases/{case.pk}")
        page.locator("[data-action=correct]").click()
        page.wait_for_selector("main[data-ready]")
        while page.locator("main").get_attribute("data-open-count") != "0":
            page.keyboard.press("Enter")
            page.wait_for_selector("main[data-pending='0']")
        page.locator("[data-field-id=new_head] input").fill("山田　二郎")
        page.keyboard.press("Enter")
        page.wait_for_selector("main[data-pending='0']")
        page.keyboard.press("F9")
        page.wait_for_selector("[data-message=correction-approved]")
        page.locator("[data-way=prove] button").click()
        page.wait_for_selector("[data-message=proof-asked]")
        return str(page.locator("main").get_attribute("data-state"))

    assert operator(work) == State.ENTERED_WRONG
    case.refresh_from_db()
    assert case.reason == "proof.asked"
    assert set(case.times.values_list("step", flat=True)) == {"exceptions"}
    client = Client()
    client.force_login(people["operator"])
    said = client.post(f"/cases/{case.pk}/move/arrived", {"note": "直しました"}, follow=True).content.decode()
    assert 'data-message="case.not_proven"' in said
    case.refresh_from_db()
    assert case.state == State.ENTERED_WRONG
