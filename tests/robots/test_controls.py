"""What a screen may consist of besides boxes with labels, each on a small page in a real Chromium."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from robots.browser import BrowserSettings, fresh_context, started
from robots.definition import TargetDefinition
from robots.errors import FaultError, RefusedError, RobotError
from robots.fields import FieldMap
from robots.formats import keystrokes
from robots.places import Locator, Step
from robots.steps import Hands

PAGES = Path(__file__).parent / "pages"

DEFINITION: dict[str, Any] = {
    "target": "small",
    "version": 1,
    "title": "小さな画面",
    "url": "http://127.0.0.1/",
    "credentials": {"operator": "A", "password": "B"},
    "step_timeout_s": 2,
    "screens": {
        "form": {"heading": "入力", "landmarks": [{"label": "備考"}]},
        "search": {"heading": "住所検索"},
        "inside": {"heading": "明細入力", "frame": "明細"},
    },
    "dialogs": [{"says": "登録しますか", "answer": "accept"}, {"says": "E0", "means": "refused"}],
    "refusals": {"selector": ".refusals"},
    "sign_in": [{"arrive": "form"}],
    "look_up": {"steps": [], "nothing": {"text": "なし"}, "hits": "一覧", "number": "番号", "detail": "form"},
    "forms": {},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A web server with the pages, and a folder for what it gives."""
    handler = partial(Quiet, directory=str(PAGES))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", tmp_path_factory.mktemp("downloads")
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None: ...


async def worked(site: tuple[str, Path], act: Callable[[Hands], Awaitable[Any]], **more: Any) -> Any:
    """What an act at the form brings."""
    url, downloads = site
    target = TargetDefinition.model_validate({**DEFINITION, "url": url, **more})
    async with started(BrowserSettings()) as browser, fresh_context(browser, 2) as context:
        hands = Hands(target, await context.new_page(), downloads)
        await hands.perform((Step(open="form.html"), Step(arrive="form")), {})
        return await act(hands)


def steps(*given: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(Step.model_validate(one) for one in given)


def cell(column: str) -> dict[str, Any]:
    return {"cell": {"table": "世帯員", "column": column, "row": "2"}}


FIELDS = [
    ({"checkbox": "同居", "when": "同一世帯員"}, ""),
    ({"text": cell("氏名"), "shown": "x"}, "大山　空"),
    ({"drop_down": cell("続柄"), "shown": "x"}, "子"),
    ({"text": {"label": "住所", "within": "新"}}, "相模原市"),
    ({"text": {"label": "金額", "frame": "明細"}}, "300"),
]

READ = """[...document.querySelectorAll('input:not([type=file]), select')]
  .map(box => box.type == 'checkbox' ? box.checked : box.value)"""


def test_boxes_of_every_sort_take_their_values(site: tuple[str, Path]) -> None:
    async def act(hands: Hands) -> list[Any]:
        for mapped, value in FIELDS:
            await hands.type(keystrokes(hands.target, FieldMap.model_validate(mapped), value))
        inner = hands.page.frame_locator("iframe").locator("input")
        return [*await hands.page.evaluate(READ), await inner.input_value()]

    found = asyncio.run(worked(site, act))
    assert found == ["", False, "", "", "大山　空", "子", "", "相模原市", "", "300"]


def test_a_column_that_is_not_there_finds_nothing(site: tuple[str, Path]) -> None:
    place = Locator.model_validate(cell("生年月日"))
    with pytest.raises(FaultError, match="cell 世帯員 2 生年月日"):
        asyncio.run(worked(site, lambda hands: hands.require("form", [place])))


@pytest.mark.parametrize("button", ["決定", "即決"])
def test_a_value_comes_in_through_a_pop_up_window(site: tuple[str, Path], button: str) -> None:
    """It is opened, searched in, and closes by itself, be it in the middle of the click."""
    mapped = FieldMap.model_validate(
        {
            "steps": [
                {"click": {"button": "住所検索"}, "opens": "window"},
                {"arrive": "search"},
                {"fill": {"label": "郵便番号"}, "with": "value"},
                {"click": {"button": button}},
                {"arrive": "form"},
            ],
            "shown": {"label": "住所コード"},
        }
    )
    code = Locator(label="住所コード")

    async def act(hands: Hands) -> str:
        await hands.type(keystrokes(hands.target, mapped, "252-0231"))
        return await hands.text_at("form", code)

    assert asyncio.run(worked(site, act)) == "C252-0231"


def test_a_window_is_closed_and_the_first_goes_on(site: tuple[str, Path]) -> None:
    given = steps(
        {"click": {"button": "住所検索"}, "opens": "window"},
        {"arrive": "search"},
        {"close": "window"},
        {"arrive": "form"},
    )
    asyncio.run(worked(site, lambda hands: hands.perform(given, {})))


@pytest.mark.parametrize(
    ("button", "kind", "code", "words"),
    [
        ("確認", RefusedError, "target.refused", "E009 使えない文字です"),
        ("謎", FaultError, "dialog.unknown", "なにか"),
    ],
)
def test_message_boxes_mean_something(
    site: tuple[str, Path], button: str, kind: type[RobotError], code: str, words: str
) -> None:
    given = steps({"click": {"button": button}}, {"arrive": "search"})
    with pytest.raises(kind) as raised:
        asyncio.run(worked(site, lambda hands: hands.perform(given, {})))
    assert (raised.value.code, raised.value.words) == (code, words)
    assert words not in str(raised.value)


def test_a_question_that_is_known_is_answered(site: tuple[str, Path]) -> None:
    async def act(hands: Hands) -> str:
        await hands.perform(steps({"click": {"button": "登録"}}, {"arrive": "form"}), {})
        return await hands.page.title()

    assert asyncio.run(worked(site, act)) == "はい"


def test_files_go_and_come(site: tuple[str, Path]) -> None:
    given = steps({"upload": {"label": "添付"}, "with": "file"}, {"download": {"link": "一覧"}})

    async def act(hands: Hands) -> str:
        await hands.perform(given, {"file": str(PAGES / "list.csv")})
        return str(await hands.page.evaluate("document.querySelector('[type=file]').files[0].name"))

    assert asyncio.run(worked(site, act)) == "list.csv"
    assert [f.read_text() for f in site[1].iterdir()] == ["a,b\n1,2\n"]


def test_a_screen_inside_a_frame_is_read(site: tuple[str, Path]) -> None:
    async def act(hands: Hands) -> tuple[tuple[str, str, str], ...]:
        await hands.arrive("inside")
        return (await hands.read("inside")).labelled

    assert asyncio.run(worked(site, act)) == (("", "種別", "新規"),)


def test_a_window_that_does_not_open_is_our_fault(site: tuple[str, Path]) -> None:
    given = steps({"click": {"button": "開かない"}, "opens": "window"})
    with pytest.raises(FaultError) as raised:
        asyncio.run(worked(site, lambda hands: hands.perform(given, {})))
    assert (raised.value.code, raised.value.detail) == (
        "window.blocked",
        "no window opened after button 開かない",
    )


def test_a_hook_does_what_yaml_cannot_say(site: tuple[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text("async def note(page, value):\n    await page.get_by_label('備考').fill(value[::-1])\n")
    strokes = keystrokes(
        TargetDefinition.model_validate(DEFINITION),
        FieldMap.model_validate({"hook": "note", "shown": "備考"}),
        "abc",
    )

    async def act(hands: Hands) -> str:
        await hands.type(strokes)
        return await hands.page.get_by_label("備考").input_value()

    assert asyncio.run(worked(site, act, hooks=str(file))) == "cba"
