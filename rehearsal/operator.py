"""A scripted operator: works through the desk's real pages in a real browser by keyboard, knowing the truth.

It sees what a person sees and answers only what the desk asks of a person. It is no person, so its time is
nobody's working time: the page's clock stands still for it.

Run ``python -m rehearsal.operator --url URL --user NAME --truth DIR --forms DIR --task NAME``; the password
comes from ``REHEARSAL_DESK_PASSWORD``. One JSON line is printed per sheet, without values.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import Locator, Page, async_playwright

from forms import kinds
from forms.definition import Field, FormDefinition, Kind
from forms.library import FormLibrary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PASSWORD: Final = "REHEARSAL_DESK_PASSWORD"  # noqa: S105  # The variable's name, not a secret.
STEP_TIMEOUT_MS: Final = 15_000
MOST_ANSWERS_A_FIELD: Final = 4
"""A field that still asks after so many answers is one that this operator cannot settle."""

CLOCK_STANDS_STILL: Final = "performance.now = () => 0"

RETURNED: Final[Mapping[str, str]] = {
    "my_number.check_digit": "個人番号の検査用数字が合いません。番号を確認し、記入し直してください。",
    "head.more_than_one": "世帯主が2人記入されています。世帯主を確認し、続柄を記入し直してください。",
    "date.future": "届出（申請）の日が先の日付になっています。日付を確認し、記入し直してください。",
}
"""Mistakes that only the resident can put right, and what the operator writes on the return slip."""


class OperatorStuckError(Exception):
    """The desk asks something that the truth files do not answer. Names the case and the field, no value."""


@dataclass(frozen=True)
class Sheet:
    """What really stands on one page."""

    form: str
    version: int
    values: Mapping[str, str]
    mistakes: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """What became of one sheet. ``answered`` counts fields, ``corrected`` those that were typed anew."""

    case: str
    outcome: str
    answered: int
    corrected: int
    confirmed: int


class Truths:
    """The truth files of a folder, by the name of the file that they stand beside."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._pages: dict[str, list[dict[str, Any]]] = {}

    def of(self, source_name: str, page_index: int) -> Sheet:
        """OperatorStuckError when there is no truth for that page."""
        pages = self._pages_of(source_name.rpartition(".")[0])
        if page_index >= len(pages):
            raise OperatorStuckError(f"no truth file for page {page_index + 1} of this source")
        page = pages[page_index]
        return Sheet(page["form"], page["version"], page["values"], tuple(page["mistakes"]))

    def _pages_of(self, name: str) -> list[dict[str, Any]]:
        """Looked for when it is wanted: sheets come in while the operator works."""
        for folder in self._folders if name not in self._pages else ():
            path = folder / f"{name}.truth.json"
            if path.exists():
                self._pages[name] = json.loads(path.read_text(encoding="utf-8"))["pages"]
        return self._pages.get(name, [])


class Operator:
    """One signed-in operator with one page of the browser."""

    def __init__(self, page: Page, url: str, truths: Truths, library: FormLibrary) -> None:
        self._page = page
        self._url = url.rstrip("/")
        self._truths = truths
        self._library = library

    async def sign_in(self, user: str, password: str) -> None:
        await self._page.goto(f"{self._url}/sign-in")
        await self._page.locator("#username").fill(user)
        await self._page.locator("#password").fill(password)
        await self._page.keyboard.press("Enter")
        await self._page.wait_for_selector("body:not(:has([data-action=sign-in]))")

    async def work(self, task: str) -> AsyncIterator[Done]:
        """Every sheet of the task that waits, until none does."""
        await self._page.goto(self._url)
        start = self._page.locator(f"[data-task='{task}'] [data-action=next] button")
        await start.press("Enter")
        await self._page.wait_for_load_state()
        while await self._page.locator("main[data-case-number]").count():
            yield await self._sheet()

    async def _sheet(self) -> Done:
        main = self._page.locator("main[data-case-number][data-ready]")
        await main.wait_for()
        number = str(await main.get_attribute("data-case-number"))
        name = await self._page.locator("[data-source-name]").inner_text()
        sheet = self._truths.of(name, int(await main.get_attribute("data-page-index") or 0))
        form = self._library.get(sheet.form, sheet.version)
        if wrong := [code for code in sheet.mistakes if code in RETURNED]:
            await self._return(RETURNED[wrong[0]])
            return Done(number, "returned", 0, 0, 0)
        counts = await self._answer_all(number, form, sheet)
        await self._leave_by("F9")
        return Done(number, "approved", *counts)

    async def _answer_all(self, number: str, form: FormDefinition, sheet: Sheet) -> tuple[int, int, int]:
        """Answer until nothing is open; how many fields were answered, corrected, confirmed as they are."""
        answers: dict[str, int] = {}
        corrected: set[str] = set()
        while await self._page.locator("[data-field-id][data-state=open]").count():
            current = self._page.locator("[data-field-id][data-current]")
            field_id = str(await current.get_attribute("data-field-id"))
            if await current.get_attribute("data-state") == "open":
                answers[field_id] = answers.get(field_id, 0) + 1
                if answers[field_id] > MOST_ANSWERS_A_FIELD:
                    raise OperatorStuckError(f"case {number}: field {field_id} still asks")
                if await self._put(current, form.field(field_id), sheet.values.get(field_id, "")):
                    corrected.add(field_id)
            await self._page.keyboard.press("Enter")
            await self._page.locator("main[data-pending='0']").wait_for()
        return len(answers), len(corrected), len(answers) - len(corrected)

    async def _put(self, row: Locator, field: Field, value: str) -> bool:
        """Make the field say the value; whether something had to be typed or chosen for it."""
        if await row.locator(".choices").count():
            return await self._choose(row, field, value)
        box = row.locator("[data-value]")
        if kinds.parse(field, await box.input_value()).value == value:
            return False
        await box.select_text()
        if value:
            await self._page.keyboard.insert_text(_typed(field, value))
        else:
            await self._page.keyboard.press("Delete")
        return True

    async def _choose(self, row: Locator, field: Field, value: str) -> bool:
        """Press the numbers of the wanted options, as printed beside them."""
        boxes = row.locator(".choices input")
        wanted = [part for part in value.split(",") if part]
        chosen = [await box.get_attribute("value") for box in await boxes.all() if await box.is_checked()]
        if chosen == wanted:
            return False
        offered = [await box.get_attribute("value") for box in await boxes.all()]
        await boxes.first.focus()
        await self._page.keyboard.press("0")
        for part in wanted:
            await self._page.keyboard.press(str(offered.index(part) + 1))
        return True

    async def _return(self, reason: str) -> None:
        await self._page.locator("[data-action=return]").press("Enter")
        await self._page.locator("#r-return").fill(reason)
        await self._leave_by("Enter", self._page.locator("#dispose-return [data-action=confirm-dispose]"))

    async def _leave_by(self, key: str, where: Locator | None = None) -> None:
        """Press the key that ends the sheet, and wait for the next page."""
        async with self._page.expect_navigation():
            await (where.press(key) if where else self._page.keyboard.press(key))
        await self._page.wait_for_load_state()


def _typed(field: Field, value: str) -> str:
    """What a person would type for the value."""
    return value if field.kind in {Kind.MY_NUMBER, Kind.DIGITS, Kind.AMOUNT} else kinds.show(field, value)


@asynccontextmanager
async def _browser_page(executable: str) -> AsyncIterator[Page]:
    # Chromium's sandbox refuses to run as root; for everyone else it stays on.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=flags)
        context = await browser.new_context(locale="ja-JP", viewport={"width": 1600, "height": 900})
        context.set_default_timeout(STEP_TIMEOUT_MS)
        await context.add_init_script(CLOCK_STANDS_STILL)
        try:
            yield await context.new_page()
        finally:
            await browser.close()


async def work(arguments: argparse.Namespace) -> None:
    truths, library = Truths(arguments.truth), FormLibrary(*arguments.forms)
    async with _browser_page(arguments.browser) as page:
        operator = Operator(page, arguments.url, truths, library)
        await operator.sign_in(arguments.user, os.environ[PASSWORD])
        for task in arguments.task:
            async for done in operator.work(task):
                print(json.dumps(asdict(done)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rehearsal.operator", description=__doc__)
    parser.add_argument("--url", required=True, help="address of the desk")
    parser.add_argument("--user", required=True)
    parser.add_argument("--truth", type=Path, action="append", required=True, help="folder of truth files")
    parser.add_argument("--forms", type=Path, action="append", required=True, help="folder of definitions")
    parser.add_argument("--task", action="append", required=True)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    if not os.environ.get(PASSWORD):
        sys.exit(f"No password is known: set {PASSWORD}, then start again.")
    try:
        asyncio.run(work(arguments))
    except OperatorStuckError as error:
        sys.exit(f"stuck: {error}")


if __name__ == "__main__":
    main()
