"""The picture of a screen is given up where anything of the record would be seen on it."""

from __future__ import annotations

import asyncio

import pytest

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
