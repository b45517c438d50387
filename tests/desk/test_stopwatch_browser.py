"""The stopwatch in a real Chromium, by keyboard only."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from cases.models import BaselineSample
from tests.desk.conftest import InBrowser


def time_one_case(page: Page) -> None:
    page.goto("/savings/stopwatch?task=ido")
    page.locator("#steps").fill("入力、読み合わせ")
    page.locator("#next").focus()
    page.keyboard.press("Space")
    expect(page.locator("#now")).to_have_text("入力")
    page.wait_for_timeout(250)
    page.keyboard.press("Space")
    expect(page.locator("#now")).to_have_text("読み合わせ")
    page.keyboard.press("Backspace")
    expect(page.locator("#now")).to_have_text("入力")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.wait_for_timeout(250)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-message=timed]")
    expect(page.locator("#next")).to_be_focused()


def test_space_goes_on_and_enter_stores(operator: InBrowser) -> None:
    operator(time_one_case)
    run = BaselineSample.objects.get()
    assert [name for name, _ in run.steps] == ["入力", "読み合わせ"]
    assert run.minutes * 60 > 0.5
    assert abs(sum(minutes for _, minutes in run.steps) - run.minutes) < 1e-6
    assert run.starts is not None
    assert operator.trouble == []


def interrupt(page: Page) -> None:
    page.clock.install()
    page.goto("/savings/stopwatch?task=ido")
    page.keyboard.press("Space")
    page.clock.run_for(10_000)
    for pause_ms, work_ms in ((100_000, 5_000), (20_000, 3_000)):
        page.keyboard.press("p")
        expect(page.locator("#pause")).to_have_attribute("aria-pressed", "true")
        page.clock.run_for(pause_ms)
        page.keyboard.press("p")
        page.clock.run_for(work_ms)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-message=timed]")


def test_an_interruption_counts_up_to_the_idle_limit_as_at_the_desk(operator: InBrowser) -> None:
    operator(interrupt)
    run = BaselineSample.objects.get()
    assert run.elapsed_minutes is not None
    assert settings.SITE.idle_seconds == 60
    assert run.elapsed_minutes * 60 == pytest.approx(138, abs=3)
    assert run.minutes * 60 == pytest.approx(98, abs=3)
    assert sum(minutes for _, minutes in run.steps) == pytest.approx(run.minutes)


def give_up_and_type(page: Page) -> str:
    page.goto("/savings/stopwatch?task=ido")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#face")).to_have_text("0:00.0")
    page.locator("[name=method]").fill("")
    page.locator("[name=method]").press_sequentially("手で 計る")
    expect(page.locator("#face")).to_have_text("0:00.0")
    return page.locator("[name=method]").input_value()


def test_escape_stores_nothing_and_fields_take_their_own_keys(operator: InBrowser) -> None:
    assert operator(give_up_and_type) == "手で 計る"
    assert not BaselineSample.objects.exists()
    assert operator.trouble == []


def take_back(page: Page) -> None:
    time_one_case(page)
    page.locator("[data-action=undo] button").press("Enter")
    page.wait_for_selector("tr.withdrawn")


def test_the_last_run_is_taken_back(operator: InBrowser) -> None:
    operator(take_back)
    assert BaselineSample.objects.get().withdrawn_for


def lose_the_session(page: Page) -> None:
    page.goto("/savings/stopwatch?task=ido")
    page.keyboard.press("Space")
    page.wait_for_timeout(100)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    page.wait_for_selector("body:not([data-page=stopwatch])")
    page.context.add_cookies(cookies)
    page.goto("/savings/stopwatch?task=ido")
    page.locator("#resend").press("Enter")
    page.wait_for_selector("[data-message=timed]")
    expect(page.locator("#lost")).to_be_hidden()


def test_a_run_outlives_an_expired_session(operator: InBrowser) -> None:
    operator(lose_the_session)
    assert BaselineSample.objects.count() == 1
