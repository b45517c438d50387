"""The browser: started once per robot process, with a fresh context for every session at the target.

Nothing is recorded: no traces, no videos, no history that outlives the session.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Error, Route, async_playwright

from robots.errors import FaultError

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


NOT_A_FILE = re.compile(r"^(?!.*\.(?:css|js|mjs|png|jpe?g|gif|svg|ico|woff2?)(?:\?[^/]*)?$)", re.IGNORECASE)
"""Addresses that may change something. What is named like a style, script or picture is only fetched."""


@dataclass(frozen=True)
class BrowserSettings:
    """Which Chromium (or Edge, or Chrome) to drive, and whether its window is shown."""

    executable: str = "/usr/bin/chromium"
    headless: bool = True


@asynccontextmanager
async def started(settings: BrowserSettings) -> AsyncIterator[Browser]:
    """A running browser. FaultError when it cannot be started."""
    # Chromium's sandbox refuses to run as root; for everyone else it stays on.
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=settings.executable, headless=settings.headless, args=flags
            )
        except Error as error:
            raise FaultError("browser.start", f"could not start {settings.executable}") from error
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def fresh_context(
    browser: Browser, timeout_s: float, *, as_window: bool = False
) -> AsyncIterator[BrowserContext]:
    """A context without cookies or memory, for one session at the target.

    With ``as_window`` pages are as large as their window, so that a person reaches every button.
    """
    if as_window:
        context = await browser.new_context(locale="ja-JP", no_viewport=True)
    else:
        context = await browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(timeout_s * 1000)
    await context.route(NOT_A_FILE, _send_once)
    try:
        yield context
    finally:
        await context.close()


async def _send_once(route: Route) -> None:
    """Send what changes something exactly once.

    Chromium sends a request again, POST included, when a kept-alive connection breaks before the answer
    (tried: two registrations from one click). So such a request goes through Playwright's own client, which
    does not repeat it, and the page gets its answer.
    """
    if route.request.method in {"GET", "HEAD"}:
        await route.continue_()
        return
    try:
        answer = await route.fetch(max_redirects=0, max_retries=0)
        await route.fulfill(response=answer)
    except Error:
        # The error's text holds what was sent, so only the fact is passed on.
        with suppress(Error):
            await route.abort("connectionreset")
