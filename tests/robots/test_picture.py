"""The picture of a screen is given up where anything of the record would be seen on it."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image
from playwright.async_api import Route

from robots.browser import BrowserSettings, fresh_context, started
from robots.picture import masked_picture

VALUES = frozenset({"山田　花子", "男"})


async def _picture(body: str) -> bytes | None:
    async with started(BrowserSettings()) as browser, fresh_context(browser, 5) as context:
        page = await context.new_page()
        await page.set_content(body)
        return await masked_picture(page, (".value",), VALUES)


@pytest.mark.parametrize(
    ("body", "given"),
    [
        ("<p class=value>山田　花子</p><p>男女の別</p>", True),
        ("<p>山田　花子</p>", False),
        ("<p>届出人：山田　花子 様</p>", False),
        ("<p>男</p>", False),
        ("<input value='山田　花子'>", False),
        ("<div class=value><input value='山田　花子'></div>", True),
    ],
)
def test_a_value_in_sight_costs_the_picture(body: str, given: bool) -> None:
    assert (asyncio.run(_picture(body)) is not None) == given


LATE = "<link rel=stylesheet href='http://target.test/late.css'><p class=value>山田　花子</p>"
MOVING = """<p class=value style="position:absolute">山田　花子</p><script>
setInterval(() => { const p = document.querySelector('p'); p.style.left = `${p.offsetLeft + 7}px`; }, 5)
</script>"""


async def _twice(body: str) -> tuple[bytes | None, bytes | None]:
    """The picture as soon as the page is there, and again when all of it is."""
    async with started(BrowserSettings()) as browser, fresh_context(browser, 5) as context:
        page = await context.new_page()
        await page.route("**/late.css", _late)
        await page.set_content(body, wait_until="commit")
        first = await masked_picture(page, (".value",), VALUES)
        await page.wait_for_load_state("load")
        return first, await masked_picture(page, (".value",), VALUES)


async def _late(route: Route) -> None:
    await asyncio.sleep(0.7)
    await route.fulfill(
        content_type="text/css", body=".value { position: absolute; left: 700px; top: 200px }"
    )


def test_styles_that_come_late_uncover_nothing() -> None:
    first, second = asyncio.run(_twice(LATE))
    assert first is not None
    assert first == second
    black = (0, 0, 0)
    assert black not in {colour for _, colour in _colours(first)}


def test_a_page_that_does_not_stand_still_has_no_picture() -> None:
    assert asyncio.run(_twice(MOVING)) == (None, None)


def _colours(png: bytes) -> list[tuple[int, object]]:
    return Image.open(io.BytesIO(png)).convert("RGB").getcolors(1 << 20) or []
