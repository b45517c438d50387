"""What a robot does at a screen: open, click, type, recognise where it is, read what is shown.

Errors of the browser hold what was typed in their text, so they become ``robots.errors``, which name screens
and places in the definition's words.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urljoin

from playwright.async_api import Error, Page
from playwright.async_api import Locator as Element
from playwright.async_api import TimeoutError as BrowserTimeout

from robots.comparing import Shown
from robots.definition import Locator, Meaning, Screen, Step, TargetDefinition
from robots.errors import (
    BROWSER_GONE,
    DoubleError,
    FaultError,
    RefusedError,
    ScreenChangedError,
    SessionExpiredError,
    UnavailableError,
)
from robots.formats import Act, Keystroke
from robots.picture import masked_picture
from robots.watch import Watch

READ_TABLES = """() => [...document.querySelectorAll('th')].flatMap(th => {
  const td = th.nextElementSibling;
  if (!td || td.tagName !== 'TD') return [];
  const caption = th.closest('table').caption;
  return [[caption ? caption.innerText.trim() : '', th.innerText.trim(), td.innerText.trim()]];
})"""
"""Every label with the value at its right, and the title of their table."""


class Hands:
    """Works one page of one session at a target."""

    def __init__(self, target: TargetDefinition, page: Page) -> None:
        self.target = target
        self.page = page
        self._watch = Watch(page)
        self._trouble = self._watch.restart()

    async def perform(self, steps: Iterable[Step], words: Mapping[str, str]) -> None:
        """Do steps in order. ``words`` holds what ``fill`` may name (operator, reception_number …)."""
        for step in steps:
            if step.open is not None:
                await self.open(step.open)
            elif step.arrive:
                await self.arrive(step.arrive)
            elif step.click:
                await self.click(step.click)
            elif step.fill and step.with_:
                await self.type((Keystroke(Act.FILL, step.fill, words[step.with_]),))

    async def open(self, path: str) -> None:
        """Open an address of the target. UnavailableError when nothing answers."""
        self._trouble = self._watch.restart()
        try:
            await self.page.goto(urljoin(self.target.url, path), wait_until="domcontentloaded")
        except BrowserTimeout as error:
            raise UnavailableError("target.timeout") from error
        except Error as error:
            raise UnavailableError("target.connection" if self._browser_lives() else BROWSER_GONE) from error

    async def click(self, place: Locator) -> None:
        self._trouble = self._watch.restart()
        async with self._at(place):
            await self._find(place).click(no_wait_after=True)

    async def type(self, strokes: Iterable[Keystroke]) -> None:
        """Type and choose, one after the other; the browser waits for each place to be ready."""
        for stroke in strokes:
            async with self._at(stroke.place):
                await self._strike(stroke)

    async def arrive(self, name: str) -> None:
        """Wait for a screen and check its landmarks.

        RefusedError, SessionExpiredError, UnavailableError or DoubleError when another known screen comes,
        ScreenChangedError when the one that comes is not as the definition says.
        """
        await self._something_known(self.target.screens[name])
        # The heading may stand while the rest of the page is still on its way.
        await self.page.wait_for_load_state("domcontentloaded")
        meaning = tuple(self.target.with_meaning().values())
        words, there = await asyncio.gather(
            self._find(self.target.refusals).all_inner_texts(),
            asyncio.gather(*(self._heading(other).count() for other in meaning)),
        )
        if any(text.strip() for text in words):
            raise RefusedError("target.refused", words="\n".join(text.strip() for text in words))
        for other in (other for other, count in zip(meaning, there, strict=True) if count):
            _raise_for(other)
        await self.require(name, self.target.screens[name].landmarks)

    async def require(self, screen: str, places: Iterable[Locator]) -> None:
        """ScreenChangedError unless every place is on the page exactly once."""
        places = tuple(dict.fromkeys(places))
        counts = await asyncio.gather(*(self._find(place).count() for place in places))
        missing = tuple(str(place) for place, count in zip(places, counts, strict=True) if count != 1)
        if missing:
            raise ScreenChangedError(screen, missing)

    async def shows(self, place: Locator) -> bool:
        return await self._find(place).count() > 0

    async def read(self, screen: str, selected: Iterable[Locator] = ()) -> Shown:
        """Everything that the screen shows beside labels, and the texts at ``selected`` places."""
        places = tuple(selected)
        await self.require(screen, places)
        labelled = await self.page.evaluate(READ_TABLES)
        texts = {str(place): (await self._find(place).inner_text()).strip() for place in places}
        return Shown(screen, tuple((title, label, text) for title, label, text in labelled), texts)

    async def links_in(self, table: str, column: str) -> list[Element]:
        """The links of one column of a titled table, row by row. ScreenChangedError without that column."""
        found = self.page.get_by_role("table", name=table, exact=True)
        heads = [text.strip() for text in await found.locator("thead th").all_inner_texts()]
        if column not in heads:
            raise ScreenChangedError(table, (column,))
        cells = found.locator(f"tbody tr td:nth-child({heads.index(column) + 1})")
        return await cells.get_by_role("link").all()

    async def follow(self, link: Element) -> None:
        self._trouble = self._watch.restart()
        async with self._at("a link of the hits"):
            await link.click(no_wait_after=True)

    async def masked_picture(self, values: frozenset[str]) -> bytes | None:
        """The screen as a PNG, masked as the definition says; None when that leaves a value in sight."""
        return await masked_picture(self.page, self.target.mask, values)

    def _find(self, place: Locator) -> Element:
        if place.label is not None:
            return self.page.get_by_label(place.label, exact=True)
        if place.button is not None:
            return self.page.get_by_role("button", name=place.button, exact=True)
        if place.link is not None:
            return self.page.get_by_role("link", name=place.link, exact=True)
        if place.group is not None:
            radios = self.page.get_by_role("radiogroup", name=place.group, exact=True)
            return radios.or_(self.page.get_by_role("group", name=place.group, exact=True))
        if place.text is not None:
            return self.page.get_by_text(place.text, exact=True)
        return self.page.locator(place.selector or "")

    def _heading(self, screen: Screen) -> Element:
        return self.page.get_by_role("heading", name=screen.heading, exact=True)

    async def _strike(self, stroke: Keystroke) -> None:
        place = self._find(stroke.place)
        if stroke.act is Act.FILL:
            await place.fill(stroke.text)
        elif stroke.act is Act.CHOOSE:
            await place.select_option(label=stroke.text)
        else:
            await place.get_by_label(stroke.text, exact=True).check()

    @asynccontextmanager
    async def _at(self, place: Locator | str) -> AsyncIterator[None]:
        try:
            yield
        except Error as error:
            if not self._browser_lives():
                raise UnavailableError(BROWSER_GONE) from error
            raise FaultError("step.place", f"could not use {place}") from error

    def _browser_lives(self) -> bool:
        browser = self.page.context.browser
        return browser is not None and browser.is_connected()

    async def _something_known(self, expected: Screen) -> None:
        """Wait until any screen that means something is there, or until the line breaks."""
        refusals = self._find(self.target.refusals)
        known = self._heading(expected).or_(refusals)
        for other in self.target.with_meaning().values():
            known = known.or_(self._heading(other))
        waiting = asyncio.ensure_future(known.first.wait_for(timeout=self.target.step_timeout_s * 1000))
        await asyncio.wait((waiting, self._trouble), return_when=asyncio.FIRST_COMPLETED)
        if self._trouble.done():
            waiting.cancel()
            raise UnavailableError(self._trouble.result() if self._browser_lives() else BROWSER_GONE)
        try:
            await waiting
        except BrowserTimeout as error:
            raise self._watch.timed_out() or ScreenChangedError(expected.heading, ("heading",)) from error


def _raise_for(screen: Screen) -> None:
    if screen.means is Meaning.SESSION_EXPIRED:
        raise SessionExpiredError("target.session_expired")
    if screen.means is Meaning.DOUBLE:
        raise DoubleError("target.double")
    raise UnavailableError("target.closed")
