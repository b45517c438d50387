"""The correction screen in a real Chromium, by keyboard only, on the desk as it is served."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from cases import values
from cases.models import AuditLine, Case, Entry, TimeEvent
from cases.states import State
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import PASSWORD, make_case

NUMBER_1, NUMBER_2 = "983205673214", "123456789018"
ADDRESS = "神奈川県相模原市中央区中央2-11-15"
RAWS = {
    "notice_type": "転入",
    "moved_on": "令和8年11月2日",
    "notified_on": "令和8年11月10日",
    "new_postal_code": "252-0239",
    "new_address": ADDRESS,
    "new_head": "髙橋　健一",
    "old_postal_code": "150-0001",
    "old_address": "東京都渋谷区神宮前1-2-3",
    "old_head": "髙橋　健一",
    "honseki": "東京都渋谷区神宮前一丁目2番",
    "hittousha": "髙橋　健一",
    "notifier_name": "髙橋　健一",
    "notifier_capacity": "本人",
    "notifier_phone": "09012345678",
    "notifier_address": ADDRESS,
    "persons.1.kana": "タカハシ　ケンイチ",
    "persons.1.name": "髙橋　健一",
    "persons.1.birth_date": "昭和60年5月17日",
    "persons.1.sex": "男",
    "persons.1.relation": "世帯主",
    "persons.1.my_number": NUMBER_1,
}


def make(tmp_path: Path, routes: dict[str, Route], **changed: str) -> Case:
    raws = {**RAWS, **{name.replace("__", "."): raw for name, raw in changed.items()}}
    alternatives = {"new_head": ("髙橋　健二", "高橋　健一")}
    return make_case(tmp_path, "ido_todoke", raws, routes, alternatives)


def type_name_and_password(page: Page) -> None:
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def sign_in(page: Page) -> None:
    page.goto("/")
    type_name_and_password(page)
    expect(page.locator("body[data-page=board]")).to_be_visible()


def open_next(page: Page) -> None:
    """The board offers the next case first, so Enter alone begins the work."""
    page.keyboard.press("Enter")
    page.wait_for_selector("main[data-ready]")


def begin(page: Page) -> None:
    """Open the next case as somebody who is signed in already."""
    page.goto("/")
    expect(page.locator("form[data-action=next] button").first).to_be_focused()
    open_next(page)


def confirm(page: Page, text: str = "") -> None:
    page.keyboard.insert_text(text) if text else None
    page.keyboard.press("Enter")
    saved(page)


def saved(page: Page) -> None:
    page.wait_for_selector("main[data-pending='0']")


def current(page: Page) -> str:
    return str(page.locator("[data-current]").get_attribute("data-field-id"))


def open_count(page: Page) -> str:
    return str(page.locator("main").get_attribute("data-open-count"))


def test_a_sheet_is_corrected_and_approved_by_keyboard_alone(browser: InBrowser, tmp_path: Path) -> None:
    routes = {
        "notice_type": Route.CHECK,
        "new_address": Route.CHECK,
        "new_head": Route.CHECK,
        "persons.1.birth_date": Route.CHECK,
        "persons.1.my_number": Route.BLIND,
    }
    read = {"notice_type": "転居", "new_address": "神奈川県相模原市中央区中史2-11-15"}
    case = make(tmp_path, routes, **read)

    def work(page: Page) -> list[str]:
        sign_in(page)
        open_next(page)
        asked = [current(page)]
        page.keyboard.press("1")
        for text in ("", ADDRESS, "", "s60.5.18", NUMBER_1):
            confirm(page, text)
            asked.append(current(page) if page.locator("[data-current]").count() else "")
            if asked[-1] == "new_head":
                page.keyboard.press("Alt+1")
        assert page.evaluate("document.activeElement.dataset.action") == "approve"
        page.keyboard.press("Enter")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        return asked

    asked = browser(work)
    assert asked == [
        "notice_type",
        "new_address",
        "new_head",
        "persons.1.birth_date",
        "persons.1.my_number",
        "",
    ]
    case.refresh_from_db()
    assert case.state == State.APPROVED
    given = values.current(case)
    assert given["notice_type"] == "転入"
    assert given["new_address"] == ADDRESS
    assert given["new_head"] == "髙橋　健二"
    assert given["persons.1.birth_date"] == "1985-05-18"
    assert given["persons.1.my_number"] == "********3214"
    assert Entry.objects.filter(case=case, how="typed_blind").count() == 1
    assert AuditLine.objects.filter(case_id=case.pk, what="my_number.crop_shown").count() == 1
    measured = TimeEvent.objects.get(case=case)
    assert (measured.step, measured.source) == ("first_correction", "measured")
    assert 0 < measured.seconds < 60
    assert browser.trouble == []


def test_enter_that_ends_a_conversion_confirms_nothing(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK, "notifier_name": Route.CHECK})

    def work(page: Page) -> tuple[str, str]:
        begin(page)
        page.keyboard.press("Control+a")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Input.imeSetComposition", {"text": "やまだ", "selectionStart": 3, "selectionEnd": 3})
        key = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        devtools.send("Input.dispatchKeyEvent", key)
        composing = "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true})"
        page.evaluate(f"document.activeElement.dispatchEvent({composing})")
        while_composing = current(page), open_count(page)
        page.keyboard.insert_text("山田")
        confirm(page)
        assert current(page) == "notifier_name"
        return while_composing

    assert operator(work) == ("new_head", "2")
    assert Entry.objects.get(case=case).value == "山田"


def test_an_expired_session_loses_nothing_that_was_typed(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK, "notifier_name": Route.CHECK})
    operator(begin)
    Session.objects.all().delete()

    def expire(page: Page) -> bool:
        confirm(page, "髙橋　謙一")
        return page.locator("#expired").is_visible()

    assert operator(expire)
    assert not Entry.objects.filter(case=case).exists()

    def sign_in_again(page: Page) -> str:
        page.keyboard.press("Enter")
        type_name_and_password(page)
        page.wait_for_selector("main[data-ready]")
        saved(page)
        return page.evaluate("JSON.stringify(sessionStorage)")

    assert operator(sign_in_again) == "{}"
    assert Entry.objects.get(case=case).value == "髙橋　謙一"


def test_what_was_typed_and_not_confirmed_is_back_after_reloading(
    operator: InBrowser, tmp_path: Path
) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK, "persons.1.my_number": Route.BLIND})

    def work(page: Page) -> tuple[str, str]:
        begin(page)
        page.keyboard.insert_text("髙橋　謙")
        page.locator("[data-field-id='persons.1.my_number'] input").evaluate(
            "(input) => { input.value = '9832'; input.dispatchEvent(new Event('input', {bubbles: true})) }"
        )
        kept = page.evaluate("JSON.stringify(sessionStorage)")
        page.reload()
        page.wait_for_selector("main[data-ready]")
        return page.locator("[data-field-id=new_head] input").input_value(), kept

    text, kept = operator(work)
    assert text == "髙橋　謙"
    assert "髙橋　謙" in kept
    assert "9832" not in kept
    assert not Entry.objects.filter(case=case).exists()


def test_a_date_that_cannot_be_calls_the_operator_back(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"moved_on": Route.CHECK, "new_head": Route.CHECK})

    def work(page: Page) -> None:
        begin(page)
        confirm(page, "r8.13.2")
        field = page.locator("[data-field-id=moved_on]")
        expect(field).to_have_attribute("data-current", "")
        expect(field.locator(".note.error")).to_be_visible()
        expect(page.locator("[data-action=approve]")).to_be_disabled()
        confirm(page, "r8.11.2")
        expect(field.locator("input")).to_have_value("令和8年11月2日")
        assert current(page) == "new_head"

    operator(work)
    assert Entry.objects.get(case=case).value == "2026-11-02"


def test_what_a_rule_finds_is_asked_and_can_be_confirmed_as_written(
    operator: InBrowser, tmp_path: Path
) -> None:
    case = make(tmp_path, {}, moved_on="令和8年11月20日")

    def work(page: Page) -> str:
        begin(page)
        asked = current(page)
        expect(page.locator("[data-current] .note.error")).to_be_visible()
        confirm(page)
        assert open_count(page) == "0"
        page.keyboard.press("F9")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        return asked

    assert operator(work) == "moved_on"
    assert list(case.confirmations.values_list("field_id", flat=True)) == ["moved_on"]


def test_undo_brings_the_last_field_back(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK, "notifier_name": Route.CHECK})

    def work(page: Page) -> tuple[str, str, str]:
        begin(page)
        confirm(page, "髙橋　謙一")
        assert (current(page), open_count(page)) == ("notifier_name", "1")
        page.keyboard.press("Alt+z")
        saved(page)
        text = page.locator("[data-field-id=new_head] input").input_value()
        return current(page), open_count(page), text

    assert operator(work) == ("new_head", "2", "髙橋　健一")
    assert [entry.how for entry in case.entries.order_by("pk")] == ["corrected", "undone"]


def test_an_empty_blind_field_is_never_taken_for_blank(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"persons.1.my_number": Route.BLIND})

    def work(page: Page) -> str:
        begin(page)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("#trouble")).to_be_visible()
        return open_count(page)

    assert operator(work) == "1"
    assert not Entry.objects.filter(case=case).exists()


def test_a_blind_typing_that_differs_is_asked_again(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"persons.1.my_number": Route.BLIND}, persons__1__my_number="983205673213")

    def work(page: Page) -> tuple[str, str]:
        begin(page)
        confirm(page, NUMBER_1)
        first = open_count(page)
        expect(page.locator("[data-current] .note.warning")).to_be_visible()
        confirm(page, NUMBER_1)
        return first, open_count(page)

    assert operator(work) == ("1", "0")
    assert values.current(case)["persons.1.my_number"] == "********3214"


def test_any_character_can_be_typed(operator: InBrowser, tmp_path: Path) -> None:
    typed = "𠮷﨑邉辻󠄀ヷéⅢ荘"
    case = make(tmp_path, {"new_building": Route.CHECK})

    def work(page: Page) -> None:
        begin(page)
        confirm(page, typed)

    operator(work)
    assert Entry.objects.get(case=case).value == typed


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (640, 400)])
def test_the_current_field_and_its_picture_are_in_sight(
    width: int, height: int, operator: InBrowser, tmp_path: Path
) -> None:
    """640 × 400 is what 1280 × 800 leaves at 200 % zoom."""
    make(tmp_path, {"persons.1.birth_date": Route.CHECK})

    def work(page: Page) -> int:
        page.set_viewport_size({"width": width, "height": height})
        begin(page)
        expect(page.locator("[data-current] input")).to_be_in_viewport(ratio=1)
        expect(page.locator("[data-current] .crop")).to_be_in_viewport(ratio=0.9)
        expect(page.locator(".lamp")).to_be_in_viewport(ratio=0.9)
        return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    assert operator(work) <= 0


def test_the_case_list_narrows_while_typing(operator: InBrowser, tmp_path: Path) -> None:
    first, second = make(tmp_path, {}), make(tmp_path, {})

    def work(page: Page) -> list[str]:
        page.goto("/queue")
        page.locator("#q").press_sequentially(second.number[-4:])
        expect(page.locator("tr[data-case-number]")).to_have_count(1)
        return page.locator("tr[data-case-number]").evaluate_all(
            "rows => rows.map(r => r.dataset.caseNumber)"
        )

    assert operator(work) == [second.number] != [first.number]
    assert operator.trouble == []
