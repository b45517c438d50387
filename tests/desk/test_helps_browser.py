"""What spares keystrokes on the correction screen: glyphs, postal codes, doubtful characters, dates."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cases.models import Case, Entry
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case
from tests.desk.test_browser import RAWS, begin, confirm, current, make, saved


def value_of(case: Case, field_id: str) -> str:
    return Entry.objects.filter(case=case, field_id=field_id).latest("pk").value


def test_a_glyph_is_picked_large_and_stored_when_confirmed(operator: InBrowser, tmp_path: Path) -> None:
    case = make(tmp_path, {"new_head": Route.CHECK}, new_head="渡辺　高志")

    def work(page: Page) -> tuple[float, str]:
        begin(page)
        page.keyboard.press("Alt+g")
        shape = page.locator("#glyphs [aria-pressed=true] .glyph")
        expect(shape).to_have_text("辺")
        size = float(shape.evaluate("(glyph) => parseFloat(getComputedStyle(glyph).fontSize)"))
        page.keyboard.press("ArrowDown")
        expect(shape).to_have_text("高")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        text = page.locator("[data-current] input").input_value()
        confirm(page)
        return size, text

    size, text = operator(work)
    assert (size >= 40, text) == (True, "渡辺　髙志")
    assert value_of(case, "new_head") == "渡辺　髙志"


def test_a_postal_code_offers_its_address_and_never_fills_it_in_by_itself(
    operator: InBrowser, tmp_path: Path
) -> None:
    routes = {"new_postal_code": Route.CHECK, "new_address": Route.CHECK}
    case = make(tmp_path, routes)

    def work(page: Page) -> str:
        begin(page)
        confirm(page, "２５２ー０１４３")
        assert current(page) == "new_address"
        field = page.locator("[data-field-id=new_address] input")
        before = field.input_value()
        page.keyboard.press("Alt+p")
        expect(field).to_have_value("神奈川県相模原市緑区橋本2-11-15")
        confirm(page)
        return before

    assert operator(work) == RAWS["new_address"]
    assert value_of(case, "new_postal_code") == "252-0143"
    assert value_of(case, "new_address") == "神奈川県相模原市緑区橋本2-11-15"


def test_only_the_doubtful_character_is_typed_again(operator: InBrowser, tmp_path: Path) -> None:
    other = {"new_address": ("神奈川県相模原市中央区中央7-11-15", "神奈川県相模原市中央区中央2-11-16")}
    case = make_case(tmp_path, "ido_todoke", RAWS, {"new_address": Route.CHECK}, other)

    def work(page: Page) -> None:
        begin(page)
        page.keyboard.press("F4")
        page.keyboard.press("F4")
        page.keyboard.type("8")
        confirm(page)

    operator(work)
    assert value_of(case, "new_address") == "神奈川県相模原市中央区中央2-11-18"


def test_numbers_typed_while_the_input_method_is_on_are_understood(
    operator: InBrowser, tmp_path: Path
) -> None:
    case = make(tmp_path, {"moved_on": Route.CHECK, "new_head": Route.CHECK})

    def work(page: Page) -> None:
        begin(page)
        page.keyboard.press("Control+a")
        devtools = page.context.new_cdp_session(page)
        text = "ｒ８。１１。３"
        end = {"selectionStart": len(text), "selectionEnd": len(text)}
        devtools.send("Input.imeSetComposition", {"text": text, **end})
        # What a key does elsewhere it does not do here, while the conversion is under way.
        for key, code in (("z", "KeyZ"), ("Enter", "Enter"), ("F9", "F9")):
            page.evaluate(
                "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
                " {key, code, altKey: key === 'z', isComposing: true, bubbles: true}))",
                [key, code],
            )
        assert current(page) == "moved_on"
        devtools.send("Input.insertText", {"text": text})
        page.keyboard.press("Enter")
        saved(page)
        assert current(page) == "new_head"

    operator(work)
    assert value_of(case, "moved_on") == "2026-11-03"
