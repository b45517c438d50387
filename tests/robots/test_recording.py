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
from robots.course import RecordingIncompleteError, course
from robots.definition import TargetDefinition, load_target
from robots.drafting import draft
from robots.plan import plan
from robots.receipt import Outcome
from robots.recording import Control, Pressed, Recording, Shown, record
from robots.specimen import specimen
from robots.steps import Hands
from tests.robots.conftest import OPERATOR
from tests.robots.records import ido, kofu
from tests.target_process import RunningTarget

RECORDS = {"ido_todoke": lambda: ido(5), "juminhyo_kofu": kofu}


def job(definition: TargetDefinition, form: FormDefinition, number: str):  # type: ignore[no-untyped-def]  # A coroutine function.
    """What a person does, with a slip here and there: sign in, look up, enter, look up again, open."""
    ready = plan(definition, form, specimen(form, number, "tester"))
    secrets = {"operator": OPERATOR.operator, "password": OPERATOR.password}
    # People go from the menu, by its links.
    ask = [step for step in definition.look_up.steps if step.open is None]

    async def person(page: Page) -> None:
        hands = Hands(definition, page)
        await hands.perform(definition.sign_in[:-1], {**secrets, "password": "mistyped"})
        await page.get_by_text("E101").wait_for()
        await hands.perform(definition.sign_in, secrets)
        for again in (False, True):
            await hands.open("menu.do")
            await page.get_by_role("link", name="届出照会").click()
            await hands.perform(ask, {"reception_number": number})
            if again:
                break
            await hands.perform(ready.entry.begin, {})
            # The first page is refused once, and the second left by the wrong button.
            await hands.type(ready.pages[0].keystrokes)
            await page.get_by_label("受付番号").fill("")
            await page.get_by_role("button", name="次へ").click()
            await page.locator(".refusals li").first.wait_for()
            for turn, one in enumerate((*ready.pages[:2], *ready.pages)):
                if turn:
                    await hands.arrive(one.page.screen)
                await hands.type(one.keystrokes)
                assert one.page.next
                if turn == 1:
                    await page.get_by_role("button", name="戻る").click()
                else:
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
    pages = data["forms"][name]["pages"]
    assert len({page["screen"] for page in pages}) == len(pages)
    assert "戻る" not in {page["next"].get("button") for page in pages}
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


def shown(heading: str, *pairs: tuple[str, str, str], texts: tuple[str, ...] = ()) -> Shown:
    return Shown(heading, "/" + heading, pairs, texts, ("登録番号",), ("一覧",))


def pressed(heading: str, button: str, listed: bool = False, **boxes: str) -> Pressed:
    controls = tuple(
        Control(
            "password" if label == "パスワード" else "text",
            {"label": label},
            "" if label == "パスワード" else text,
        )
        for label, text in boxes.items()
    )
    return Pressed(heading, "/" + heading, {"link" if listed else "button": button}, controls, listed)


def test_slips_steps_back_and_fresh_starts_are_left_out(forms: dict[str, FormDefinition]) -> None:
    number = "REC-1"
    sign_in = {"職員番号": "x", "パスワード": "x"}
    first, second = {"受付番号": number, "氏名": "甲"}, {"住所": "乙"}
    menu, look_up = shown("メニュー"), pressed("照会", "照会する", 番号=number)
    events: list[Shown | Pressed] = [
        shown("ログイン"),
        pressed("ログイン", "ログイン", **sign_in),
        shown("ログイン", texts=("パスワードが違います",)),
        pressed("ログイン", "ログイン", **sign_in),
        menu,
        pressed("メニュー", "照会"),
        shown("照会"),
        look_up,
        shown("結果", texts=("ありません",)),
        pressed("メニュー", "別の入力"),
        shown("別の入力"),
        pressed("別の入力", "次へ", 数="1"),
        menu,
        pressed("メニュー", "入力"),
        shown("入力1"),
        pressed("入力1", "次へ", **{**first, "氏名": "丙"}),
        shown("入力1", texts=("正しくありません",)),
        pressed("入力1", "次へ", **first),
        shown("入力2"),
        pressed("入力2", "戻る", **second),
        shown("入力1"),
        pressed("入力1", "次へ", **first),
        shown("入力2"),
        pressed("入力2", "確認", **second),
        shown("確認"),
        pressed("確認", "登録"),
        shown("完了"),
        pressed("照会", "照会する", 番号=number),
        shown("結果"),
        pressed("結果", "R1", listed=True),
        shown("詳細"),
    ]
    way = course(Recording(events), number)
    assert way.home is menu
    assert [one.place["button"] for one in way.begin] == ["入力"]
    assert [(one.heading, one.place["button"]) for one in way.pages] == [("入力1", "次へ"), ("入力2", "確認")]
    assert way.pages[0].controls[1].value == "甲"
    assert [one.place["button"] for one in way.rest] == ["登録"]
    assert way.asked is look_up
    assert way.opened.listed


def test_a_job_half_done_says_what_is_missing(forms: dict[str, FormDefinition]) -> None:
    form = forms["juminhyo_kofu"]
    with pytest.raises(RecordingIncompleteError, match="サインイン"):
        draft(Recording(), form, specimen(form, "R", "tester"), "t", "http://127.0.0.1/")
