"""What a robot does at a screen: open, click, type, recognise where it is, read what is shown.

Errors of the browser hold what was typed in their text, so they become ``robots.errors``, which name screens
and places in the definition's words.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from playwright.async_api import Error, Page
from playwright.async_api import Locator as Element
from playwright.async_api import TimeoutError as BrowserTimeout

from robots import hooks, quick, reading
from robots.comparing import Shown
from robots.definition import TargetDefinition
from robots.errors import (
    BROWSER_GONE,
    FaultError,
    RefusedError,
    RobotError,
    ScreenChangedError,
    UnavailableError,
)
from robots.finding import find, table
from robots.formats import Act, Keystroke
from robots.picture import masked_picture
from robots.places import Locator, Step, replaced
from robots.plan import Placed
from robots.windows import Windows, meant

PERSON_TIMEOUT_S = 300.0
"""How long a person may take to sign in at the robot's window, unless the step says otherwise."""


SOON_S = (0.1, 0.2, 0.4, 0.8)
"""How long a page is let come before it is looked at again; one that comes is looked at at once."""


@dataclass(frozen=True)
class Offered:
    """The choices of a drop-down or a group, and the length that a box takes (None: not said)."""

    words: tuple[str, ...]
    longest: int | None


class Hands:
    """Works one session at a target, through all its windows. ``downloads`` is where files go."""

    def __init__(self, target: TargetDefinition, page: Page, downloads: Path | None = None) -> None:
        self.target = target
        self.downloads = downloads
        self._windows = Windows(page, target.dialogs)

    @property
    def page(self) -> Page:
        return self._windows.page

    async def perform(self, steps: Iterable[Step], words: Mapping[str, str]) -> None:
        """Do steps in order. ``words`` holds what ``fill`` may name (operator, reception_number …)."""
        for step in steps:
            await self._step(step, words)

    async def _step(self, step: Step, words: Mapping[str, str]) -> None:
        said = {name: text for name, text in words.items() if name in {"value", "reception_number"}}
        place = step.place.filled(said) if step.place and said else step.place
        text = words[step.with_] if step.with_ else ""
        if step.open is not None:
            await self.open(replaced(step.open, {name: quote(text) for name, text in said.items()}))
        elif step.arrive:
            await self.arrive(step.arrive)
        elif step.wait_for:
            await self.wait_for_person(step.wait_for, step.timeout_s or PERSON_TIMEOUT_S)
        elif step.close:
            await self._windows.close()
        elif step.hook:
            await self._hook(step.hook, words)
        elif step.click and place:
            await self.click(place, opens_window=step.opens is not None)
        elif step.download and place:
            await self._download(place)
        elif step.upload and place:
            async with self._at(place):
                await self._find(place).set_input_files(text)
        elif place:
            act = Act.CHOOSE if step.choose else Act.SET if step.tick else Act.FILL
            await self.type((Keystroke(act, place, text or "1" if step.tick else text),))

    async def open(self, path: str) -> None:
        """Open an address of the target. UnavailableError when nothing answers."""
        self._windows.watch.restart()
        try:
            await self.page.goto(urljoin(self.target.url, path), wait_until="domcontentloaded")
        except BrowserTimeout as error:
            raise UnavailableError("target.timeout") from error
        except Error as error:
            raise UnavailableError("target.connection" if self._browser_lives() else BROWSER_GONE) from error

    async def click(self, place: Locator, *, opens_window: bool = False) -> None:
        """Click, once; with ``opens_window`` the window that comes is worked at from then on."""
        self._windows.watch.restart()
        page = self.page
        if not opens_window:
            async with self._at(place):
                try:
                    await self._find(place).click(no_wait_after=True)
                except Error:
                    if page is self.page or not self._browser_lives():
                        raise
                    # The pop-up window has closed under its click; what comes next is asked of the one below.
            return
        try:
            timeout_ms = self.target.step_timeout_s * 1000
            async with page.expect_popup(timeout=timeout_ms) as coming, self._at(place):
                await self._find(place).click(no_wait_after=True)
            self._windows.push(await coming.value)
        except BrowserTimeout as error:
            raise FaultError("window.blocked", f"no window opened after {place}") from error

    async def type(self, strokes: Iterable[Keystroke]) -> None:
        """Type and choose, one after the other; the browser waits for each place to be ready."""
        for stroke in strokes:
            if stroke.act is Act.STEPS:
                await self.perform(stroke.steps, {"value": stroke.text})
            elif stroke.act is Act.HOOK:
                await self._hook(stroke.name, stroke.text)
            elif stroke.place:
                async with self._at(stroke.place):
                    await self._strike(stroke, stroke.place)

    async def arrive(self, name: str) -> None:
        """Wait for a screen and check its landmarks.

        RefusedError, SessionExpiredError, UnavailableError or DoubleError when another known screen comes,
        ScreenChangedError when the one that comes is not as the definition says.
        """
        if await self._soon_there(name):
            return
        await self._something_known(name, self.target.step_timeout_s)
        # The heading may stand while the rest of the page is still on its way.
        await self.page.wait_for_load_state("domcontentloaded")
        meaning = tuple(screen for other, screen in self.target.with_meaning().items() if other != name)
        words, there = await asyncio.gather(
            self._find(self.target.refusals).all_inner_texts(),
            asyncio.gather(*(self._find(other.sign).count() for other in meaning)),
        )
        if any(text.strip() for text in words):
            raise RefusedError("target.refused", words="\n".join(text.strip() for text in words))
        for other in (other for other, count in zip(meaning, there, strict=True) if count):
            raise meant(other.means)
        await self.require(name, self.target.screens[name].landmarks)

    async def wait_for_person(self, name: str, timeout_s: float) -> None:
        """Wait until somebody has signed in at this window and the screen is there."""
        try:
            await self._find(self.target.screens[name].sign).first.wait_for(timeout=timeout_s * 1000)
        except BrowserTimeout as error:
            raise FaultError("sign_in.nobody", f"nobody signed in within {timeout_s:.0f} s") from error
        await self.require(name, self.target.screens[name].landmarks)

    async def require(self, screen: str, places: Iterable[Locator]) -> None:
        """ScreenChangedError unless every place is on the page exactly once."""
        counts = await self.counts(places)
        missing = tuple(str(place) for place, count in counts.items() if count != 1)
        if missing:
            raise ScreenChangedError(screen, missing)

    async def counts(self, places: Iterable[Locator]) -> Mapping[Locator, int]:
        """How often each place is on the page."""
        places = tuple(dict.fromkeys(places))
        easy = tuple(filter(quick.easy, places))
        seen = await quick.look(self.page, easy) if easy else None
        sure = {place for place, count in zip(easy, seen.counts if seen else (), strict=False) if count == 1}
        open_ones = [place for place in places if place not in sure]
        found = await asyncio.gather(*(self._find(place).count() for place in open_ones))
        counts = dict(zip(open_ones, found, strict=True))
        return {place: 1 if place in sure else counts[place] for place in places}

    async def offered(self, place: Locator) -> Offered:
        """What may be chosen at a place, and how long a text its box takes."""
        found = await self._find(place).evaluate(reading.READ_OFFERED)
        return Offered(tuple(found["words"]), found["longest"])

    async def shows(self, place: Locator) -> bool:
        return await self._find(place).count() > 0

    async def read(self, screen: str, placed: Iterable[Placed] = ()) -> Shown:
        """What a screen shows of the fields at ``placed``, and of everything that stands beside a label."""
        placed, how = tuple(placed), self.target.screens[screen]
        if how.shows == "boxes":
            parts, separator = self.target.date_parts, self.target.checks_separator
            return await reading.in_boxes(self.page, screen, placed, parts, separator)
        places = tuple(one.mapped.shown_as for one in placed if isinstance(one.mapped.shown_as, Locator))
        await self.require(screen, places)
        labelled = await reading.labelled(self.page, how.frame)
        texts = {str(place): await reading.text_at(self._find(place)) for place in places}
        return Shown(screen, tuple(labelled), texts)

    async def boxes(self, screen: str, placed: Iterable[Placed]) -> Shown:
        """What the entry page's own boxes hold."""
        parts, separator = self.target.date_parts, self.target.checks_separator
        return await reading.in_boxes(self.page, screen, placed, parts, separator)

    async def text_at(self, screen: str, place: Locator) -> str:
        """The text at one place. ScreenChangedError unless it is there exactly once."""
        await self.require(screen, (place,))
        return await reading.text_at(self._find(place))

    async def links_in(self, hits: str | Locator, column: str) -> list[Element]:
        """The links of one column of the table of hits, row by row. ScreenChangedError without the column."""
        found = table(self.page, hits) if isinstance(hits, str) else self._find(hits)
        heads = [text.strip() for text in await found.locator("thead th").all_inner_texts()]
        if column not in heads:
            raise ScreenChangedError(str(hits), (column,))
        cells = found.locator(f"tbody tr > :is(td, th):nth-child({heads.index(column) + 1})")
        return await cells.get_by_role("link").all()

    async def follow(self, link: Element) -> None:
        self._windows.watch.restart()
        async with self._at("a link of the hits"):
            await link.click(no_wait_after=True)

    async def masked_picture(self, values: frozenset[str]) -> bytes | None:
        """The screen as a PNG, masked as the definition says; None when that leaves a value in sight."""
        return await masked_picture(self.page, self.target.mask, values)

    def _find(self, place: Locator) -> Element:
        return find(self.page, place)

    async def _strike(self, stroke: Keystroke, at: Locator) -> None:
        place = self._find(at)
        if stroke.act is Act.FILL:
            await place.fill(stroke.text)
        elif stroke.act is Act.CHOOSE:
            await place.select_option(label=stroke.text)
        elif stroke.act is Act.SET:
            await _tick(place, bool(stroke.text))
        else:
            await _tick(place.get_by_label(stroke.text, exact=True), True)

    async def _download(self, place: Locator) -> None:
        """Click, and keep the file that comes. FaultError when none comes."""
        if self.downloads is None:
            raise FaultError("download.nowhere", f"{place}: no folder is given for files")
        self._windows.watch.restart()
        try:
            timeout_ms = self.target.step_timeout_s * 1000
            async with self.page.expect_download(timeout=timeout_ms) as coming, self._at(place):
                await self._find(place).click(no_wait_after=True)
            file = await coming.value
            await file.save_as(self.downloads / f"{len(list(self.downloads.iterdir())):04d}.download")
        except BrowserTimeout as error:
            raise FaultError("download.none", f"no file came after {place}") from error

    async def _hook(self, name: str, given: object) -> None:
        """Call a function of the definition's Python file. Its own errors of ``robots.errors`` pass."""
        act = hooks.loaded(self.target.hooks or "")[name]
        try:
            await act(self.page, given)
        except (RobotError, Error):
            raise
        except Exception as error:  # noqa: BLE001  # Whatever a hook does wrong is one fault of the definition.
            # Its text may quote what it was given to type.
            raise FaultError("hook.failed", f"{name}: {type(error).__name__}") from None

    @asynccontextmanager
    async def _at(self, place: Locator | str) -> AsyncIterator[None]:
        try:
            yield
        except Error as error:
            if not self._browser_lives():
                raise UnavailableError(BROWSER_GONE) from error
            raise self._windows.complaint() or FaultError("step.place", f"could not use {place}") from error

    def _browser_lives(self) -> bool:
        browser = self.page.context.browser
        return browser is not None and browser.is_connected()

    async def _soon_there(self, name: str) -> bool:
        """Whether the screen is plainly there, now or as soon as its page is. Every doubt is told apart after
        this, by waiting for whatever may come.
        """
        expected, watch = self.target.screens[name], self._windows.watch
        others = [screen for other, screen in self.target.with_meaning().items() if other != name]
        for wait_s in SOON_S:
            if await quick.surely_there(self.page, expected, others, self.target.refusals):
                return True
            if not await watch.changed(wait_s):
                return False
        return False

    async def _something_known(self, name: str, timeout_s: float) -> None:
        """Wait until any screen that means something is there, or until the line breaks."""
        expected, watch, page = self.target.screens[name], self._windows.watch, self.page
        others = (s for other, s in self.target.with_meaning().items() if other != name)
        signs = (expected.sign, self.target.refusals, *(screen.sign for screen in others))
        # Elements of two frames cannot be waited for in one question.
        known: dict[str | None, Element] = {}
        for sign in signs:
            found = self._find(sign)
            known[sign.frame] = known[sign.frame].or_(found) if sign.frame in known else found
        waiting = [
            asyncio.ensure_future(found.first.wait_for(timeout=timeout_s * 1000)) for found in known.values()
        ]
        either: list[asyncio.Future[Any]] = [*waiting, watch.trouble]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        done = [one for one in waiting if one.done()]
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if watch.trouble.done():
            raise watch.heard() if self._browser_lives() else UnavailableError(BROWSER_GONE)
        try:
            await done[0]
        except BrowserTimeout as error:
            raise watch.timed_out() or ScreenChangedError(name, (str(expected.sign),)) from error
        except Error:
            if page is self.page:
                raise
            # The pop-up window has closed under the question; the one below is asked.
            await self._something_known(name, timeout_s)


async def _tick(place: Element, on: bool) -> None:
    """Tick or clear a box with the space bar, and by the mouse where that does not do it.

    A click waits until the box has stood still for two frames, which takes longer than the rest (measured).
    """
    box = await place.element_handle()
    if box is None:
        return
    if await box.is_checked() is not on:
        await box.press("Space")
    if await box.is_checked() is not on:
        await box.set_checked(on)
    await box.dispose()
