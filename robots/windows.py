"""The windows of one session: the page at work, pop-ups above it, and the browser's message boxes."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Dialog as Box
from playwright.async_api import Error, Page

from robots.errors import (
    DoubleError,
    FaultError,
    RefusedError,
    RobotError,
    SessionExpiredError,
    UnavailableError,
    UnknownDialogError,
)
from robots.places import Answer, Dialog, Meaning
from robots.watch import Watch

MEANS: dict[Meaning, type[RobotError]] = {
    Meaning.REFUSED: RefusedError,
    Meaning.SESSION_EXPIRED: SessionExpiredError,
    Meaning.UNAVAILABLE: UnavailableError,
    Meaning.DOUBLE: DoubleError,
}
CODES = {
    Meaning.REFUSED: "target.refused",
    Meaning.SESSION_EXPIRED: "target.session_expired",
    Meaning.UNAVAILABLE: "target.closed",
    Meaning.DOUBLE: "target.double",
}


def meant(meaning: Meaning, words: str = "") -> RobotError:
    """The error for a screen or a message box that means something."""
    return MEANS[meaning](CODES[meaning], words=words)


class Windows:
    """A stack of pages; the last one opened is worked at until it closes."""

    def __init__(self, page: Page, dialogs: Sequence[Dialog]) -> None:
        self._dialogs = dialogs
        self._stack: list[tuple[Page, Watch]] = []
        self._said: RobotError | None = None
        self.push(page)

    @property
    def page(self) -> Page:
        return self._top()[0]

    @property
    def watch(self) -> Watch:
        return self._top()[1]

    def push(self, page: Page) -> None:
        """Work at this page from now on."""
        page.on("dialog", self._answer)
        watch = Watch(page, self.complaint)
        watch.restart()
        self._stack.append((page, watch))

    async def close(self) -> None:
        """Close the pop-up window. FaultError when there is none."""
        if len(self._stack) == 1:
            raise FaultError("window.none", "there is no pop-up window to close")
        await self.page.close()

    def complaint(self) -> RobotError | None:
        """What a message box has said since the last question, as an error; asked once."""
        said, self._said = self._said, None
        return said

    def _top(self) -> tuple[Page, Watch]:
        while len(self._stack) > 1 and self._stack[-1][0].is_closed():
            self._stack.pop()
        return self._stack[-1]

    async def _answer(self, box: Box) -> None:
        known = next((one for one in self._dialogs if one.says in box.message), None)
        if known is None:
            self._said = UnknownDialogError(box.message)
        elif known.means is not Meaning.NOTHING:
            self._said = meant(known.means, box.message)
        if self._said is not None:
            self.watch.interrupt(self._said.code)
        try:
            if known is not None and known.answer is Answer.ACCEPT:
                await box.accept()
            else:
                await box.dismiss()
        except Error:
            # The page went away under its message box; whoever waits for the page notices.
            return
