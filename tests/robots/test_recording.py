"""A person does the job once with a specimen; the draft that comes out is proven, and a robot works by it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page
from ruamel.yaml import YAML

from forms.definition import FormDefinition
from rehearsal.target.proof import registered
from robots.browser import BrowserSettings
from robots.client import RobotProcess
from robots.definition import TargetDefinition, load_target
from robots.drafting import RecordingIncompleteError, draft
from robots.plan import plan
from robots.receipt import Outcome
from robots.recording import Recording, record
from robots.specimen import specimen
from robots.steps import Hands
from tests.robots.conftest import OPERATOR
from tests.robots.records import ido, kofu
from tests.target_process import RunningTarget

RECORDS = {"ido_todoke": lambda: ido(5), "juminhyo_kofu": kofu}


def job(definition: TargetDefinition, form: FormDefinition, number: str):  # type: ignore[no-untyped-def]  # A coroutine function.
    """What a person does: sign in, look up, enter, look up again, open."""
    ready = plan(definition, form, specimen(form, number, "tester"))
    secrets = {"operator": OPERATOR.operator, "password": OPERATOR.password}
    # People go from the menu, by its links.
    ask = [step for step in definition.look_up.steps if step.open is None]

    async def person(page: Page) -> None:
        hands = Hands(definition, page)
        await hands.perform(definition.sign_in, secrets)
        for again in (False, True):
            await hands.open("menu.do")
            await page.get_by_role("link", name="届出照会").click()
            await hands.perform(ask, {"reception_number": number})
            if again:
                break
            await hands.perform(ready.entry.begin, {})
            for one in ready.pages:
                await hands.arrive(one.page.screen)
                await hands.type(one.keystrokes)
                assert one.page.next
                await hands.click(one.page.next)
            assert ready.entry.confirm
            await hands.arrive(ready.entry.confirm.screen)
            await hands.click(ready.entry.final)
            await hands.arrive(ready.entry.receipt.screen)
        links = await hands.links_in(definition.look_up.hits, definition.look_up.number)
        await hands.follow(links[0])
        await hands.arrive(definition.look_up.detail)

    return person


@pytest.mark.parametrize("name", ["juminhyo_kofu", "ido_todoke"])
def test_a_robot_works_by_what_was_recorded(
    definition: TargetDefinition,
    target: RunningTarget,
    forms: dict[str, FormDefinition],
    tmp_path: Path,
    name: str,
) -> None:
    number = f"REC-{name[:3]}"
    seen = asyncio.run(record(target.url, BrowserSettings(), job(definition, forms[name], number)))
    assert OPERATOR.password not in repr(seen)
    data, lost = draft(seen, forms[name], specimen(forms[name], number, "tester"), "recorded", target.url)
    assert lost == ()
    path = tmp_path / "recorded.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(data, file)
    drafted = load_target(path).model_copy(update={"settle_s": 0.3})
    one = RECORDS[name]()
    with RobotProcess(drafted, forms.values(), OPERATOR) as robot:
        assert robot.examine().misfits == []
        receipt = robot.enter(one)
    assert (receipt.outcome, receipt.code, receipt.detail) == (Outcome.ENTERED, "", "")
    assert list(registered(target.database, one.reception_number, forms)) == [dict(one.values)]


def test_a_job_half_done_says_what_is_missing(forms: dict[str, FormDefinition]) -> None:
    form = forms["juminhyo_kofu"]
    with pytest.raises(RecordingIncompleteError, match="サインイン"):
        draft(Recording(), form, specimen(form, "R", "tester"), "t", "http://127.0.0.1/")
