"""Somebody who knows the truth corrects five uncertain fields with no key more than the benchmark counts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from benchmarks.desk.keystrokes import READ, TRUTH, from_nothing, scene, with_the_desk
from cases import values
from cases.library import forms_library
from cases.states import State
from forms import kinds
from forms.facts import Route
from tests.desk.conftest import InBrowser
from tests.desk.sheets import make_case
from tests.desk.test_browser import begin, current, saved

KEYS = {
    "new_address": ("F4", "2"),
    "new_head": ("Alt+1",),
    "persons.1.birth_date": tuple("s60.5.17"),
    "notifier_phone": (),
    "persons.1.kana": (),
}


def test_the_fewest_keys(operator: InBrowser, tmp_path: Path) -> None:
    form = forms_library().get("ido_todoke")
    raws = {**TRUTH, **{name: shown for name, (shown, _) in READ.items()}}
    others = {name: alternatives for name, (_, alternatives) in READ.items()}
    case = make_case(tmp_path, "ido_todoke", raws, dict.fromkeys(READ, Route.CHECK), others)

    def work(page: Page) -> int:
        begin(page)
        pressed = 0
        for _ in READ:
            for key in (*KEYS[current(page)], "Enter"):
                page.keyboard.press(key)
                pressed += 1
            saved(page)
        page.keyboard.press("F9")
        expect(page.locator("[data-message=nothing-waiting]")).to_be_visible()
        return pressed + 1

    assert operator(work) == with_the_desk(scene(form)) == 17
    case.refresh_from_db()
    assert case.state == State.APPROVED
    given = values.current(case)
    assert {name: given[name] for name in TRUTH} == {
        name: kinds.parse(form.field(name), text).value for name, text in TRUTH.items()
    }
    assert from_nothing(form, TRUTH) > 10 * with_the_desk(scene(form))
