"""Hears what happens to the page while a step waits: broken connections, error answers, answers under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Frame, Page, Request, Response

from robots.errors import BROWSER_GONE, RobotError, UnavailableError


class Watch:
    """Listens to one page with its frames. ``trouble`` ends with the code of the first trouble heard.

    ``complaint`` tells what a message box said, where that was the trouble.
    """

    def __init__(self, page: Page, complaint: Callable[[], RobotError | None]) -> None:
        self._page = page
        self._complaint = complaint
        self._trouble: asyncio.Future[str] | None = None
        self.answer_pending = False
        self._came = asyncio.Event()
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)
        page.on("framenavigated", self._on_navigation)
        page.on("domcontentloaded", lambda _page: self._came.set())
        # A crashed page is empty; without this it would be taken for a changed screen.
        page.on("crash", lambda _page: self._hear(BROWSER_GONE))

    @property
    def trouble(self) -> asyncio.Future[str]:
        return self._trouble or self.restart()

    def restart(self) -> asyncio.Future[str]:
        """Forget what was heard and listen anew, before the step that sends something."""
        self._trouble = asyncio.get_running_loop().create_future()
        self.answer_pending = False
        return self._trouble

    async def changed(self, wait_s: float) -> bool:
        """Wait until a page has come, or that long; False when there was trouble."""
        coming = asyncio.ensure_future(self._came.wait())
        either: list[asyncio.Future[Any]] = [coming, self.trouble]
        await asyncio.wait(either, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED)
        coming.cancel()
        self._came.clear()
        return not self.trouble.done()

    def interrupt(self, code: str) -> None:
        """A message box came up: whoever waits for a screen need not wait any longer."""
        self._hear(code)

    def heard(self) -> RobotError:
        """The trouble as an error."""
        return self._complaint() or UnavailableError(self.trouble.result())

    def timed_out(self) -> UnavailableError | None:
        """The error for a step that waited in vain, if that is because an answer never came."""
        return UnavailableError("target.timeout") if self.answer_pending else None

    def _is_page(self, request: Request) -> bool:
        return request.is_navigation_request()

    def _on_request(self, request: Request) -> None:
        if self._is_page(request):
            self.answer_pending = True

    def _on_failure(self, request: Request) -> None:
        # A navigation that gives way to the next one counts as aborted; that is no trouble.
        if self._is_page(request) and request.failure != "net::ERR_ABORTED":
            self._hear("target.connection")

    def _on_response(self, response: Response) -> None:
        if self._is_page(response.request) and response.status >= 500:
            self._hear("target.server_error")

    def _on_navigation(self, _frame: Frame) -> None:
        self.answer_pending = False

    def _hear(self, code: str) -> None:
        if self._trouble and not self._trouble.done():
            self._trouble.set_result(code)
