"""Where the target asks for a code that only a person has, somebody signs in at the robot's window."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from forms.definition import FormDefinition
from rehearsal.target.faults import Fault
from rehearsal.target.proof import registered
from robots.browser import BrowserSettings, started
from robots.credentials import NOBODY
from robots.definition import TargetDefinition
from robots.entry import Robot
from robots.places import Step
from robots.receipt import Outcome, Receipt
from robots.session import Account, Session
from tests.robots.conftest import OPERATOR
from tests.robots.records import kofu
from tests.target_process import RunningTarget

CODE = "482913"
Forms = dict[str, FormDefinition]


@pytest.fixture
def attended(definition: TargetDefinition) -> TargetDefinition:
    """The rehearsal target, at which a person signs in."""
    waits = Step(wait_for="menu", timeout_s=20)
    steps = (Step(open="login.do"), Step(arrive="sign_in"), waits)
    return definition.model_copy(update={"credentials": None, "sign_in": steps})


async def person(browser: Browser) -> None:
    """Signs in at the window that has come up, with a slip on the way."""
    while not (browser.contexts and browser.contexts[0].pages):
        await asyncio.sleep(0.05)
    page: Page = browser.contexts[0].pages[0]
    await page.get_by_label("職員番号").fill(OPERATOR.operator)
    await page.get_by_label("パスワード").fill(OPERATOR.password)
    await page.get_by_role("button", name="ログイン").click()
    await page.get_by_label("確認コード").fill("000000")
    await page.get_by_role("button", name="確認").click()
    await page.get_by_text("E103").wait_for()
    await page.get_by_label("確認コード").fill(CODE)
    await page.get_by_role("button", name="確認").click()


async def entered(definition: TargetDefinition, forms: Forms, *, somebody: bool) -> list[Receipt]:
    """Two records, one after the other, by one robot."""
    by_name = {(form.form, form.version): form for form in forms.values()}
    async with started(BrowserSettings()) as browser:
        robot = Robot(Session(browser, definition, Account(NOBODY)), definition, by_name)
        signing = asyncio.ensure_future(person(browser)) if somebody else None
        found = [await robot.enter(kofu()) for _ in range(2 if somebody else 1)]
        if signing:
            await signing
        await robot.close()
        return found


def test_a_person_signs_in_once_and_the_robot_goes_on(
    target: RunningTarget, attended: TargetDefinition, forms: Forms, tmp_path: Path
) -> None:
    assert attended.attended
    target.arm(Fault.SECOND_FACTOR, times=0, text=CODE)
    receipts = asyncio.run(entered(attended, forms, somebody=True))
    assert [(one.outcome, one.code) for one in receipts] == [(Outcome.ENTERED, "")] * 2
    assert CODE not in repr(receipts)
    store = {one.receipt_number for one in receipts}
    assert len(store) == 2


def test_nobody_at_the_window_is_said_and_nothing_is_typed(
    target: RunningTarget, attended: TargetDefinition, forms: Forms
) -> None:
    short = attended.model_copy(
        update={"sign_in": (Step(open="login.do"), Step(wait_for="menu", timeout_s=0.5))}
    )
    target.arm(Fault.SECOND_FACTOR, times=0, text=CODE)
    (receipt,) = asyncio.run(entered(short, forms, somebody=False))
    assert (receipt.outcome, receipt.code) == (Outcome.FAULT, "sign_in.nobody")
    assert list(registered(target.database, receipt.case_id, forms)) == []
