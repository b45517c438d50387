"""Filling in one entry page, the same for an entry and for a dry run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error

from robots.definition import FormEntry
from robots.errors import BROWSER_GONE, UnavailableError
from robots.plan import PagePlan
from robots.steps import Hands


async def fill(hands: Hands, page: PagePlan, entry: FormEntry) -> None:
    """Nothing is typed unless every place on the page is there exactly once."""
    name = page.page.screen
    await hands.arrive(name)
    await hands.perform(page.page.before, {})
    for button, times in page.rows_to_add:
        for _ in range(times):
            await hands.click(button)
    places = [stroke.place for stroke in page.keystrokes if stroke.place]
    await hands.require(name, (*places, page.page.next or entry.final))
    await hands.type(page.keystrokes)


@asynccontextmanager
async def no_browser_texts() -> AsyncIterator[None]:
    """Turn an error of the browser itself, whose text may hold what was typed, into one of ours."""
    try:
        yield
    except Error as error:
        raise UnavailableError(BROWSER_GONE, type(error).__name__) from None
