"""One session at a target: signed in when it is needed, kept from record to record, left after a doubt.

Several sessions of one account sign in one after the other; a refused sign-in is never tried again by any.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Error

from robots.browser import fresh_context
from robots.credentials import Credentials
from robots.definition import TargetDefinition
from robots.errors import RefusedError, RobotError, SignInRefusedError
from robots.filling import no_browser_texts
from robots.steps import Hands

TIDY_EVERY = 20
"""Records after which the browser is told to free what old pages have left: by itself it lets some 10 MB a
record pile up (measured).
"""

RECORDS_A_SESSION = 100
"""Records after which a session ends and another begins: what the driver keeps of a session goes with it."""


@dataclass
class Account:
    """What the sessions of one account share: whose turn it is to sign in, and whether it was refused."""

    credentials: Credentials
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    refused: SignInRefusedError | None = None


class Session:
    """A context of the browser that is signed in, or will be."""

    def __init__(
        self, browser: Browser, target: TargetDefinition, account: Account, downloads: Path | None = None
    ) -> None:
        self._browser = browser
        self._target = target
        self._account = account
        self._downloads = downloads
        self._context = AsyncExitStack()
        self._hands: Hands | None = None
        self._records = 0

    async def next_record(self) -> None:
        """Keep the memory of a long day flat, before a record is begun."""
        self._records += 1
        if self._hands is not None and self._records % TIDY_EVERY == 0:
            with suppress(Error):
                await self._hands.page.request_gc()
        # A person is not asked to sign in again for this.
        if self._records >= RECORDS_A_SESSION and not self._target.attended:
            await self.close()

    async def hands(self) -> Hands:
        """The hands of the running session, or of a new one. SignInRefusedError for ever after a refusal."""
        if self._account.refused is not None:
            raise SignInRefusedError(self._account.refused.words)
        if self._hands is None:
            async with self._account.turn:
                self._hands = await self._signed_in()
        return self._hands

    async def leave(self) -> None:
        """Forget the session; whatever it still had under way ends with it."""
        self._hands, self._records = None, 0
        with suppress(Error):
            await self._context.aclose()

    async def close(self) -> None:
        """Sign out, where the definition says how, and forget the session."""
        if self._hands is not None:
            with suppress(RobotError, Error):
                await self._hands.perform(self._target.sign_out, {})
        await self.leave()

    async def _signed_in(self) -> Hands:
        account = self._account
        if account.refused is not None:
            raise SignInRefusedError(account.refused.words)
        context = await self._context.enter_async_context(
            fresh_context(self._browser, self._target.step_timeout_s)
        )
        hands = Hands(self._target, await context.new_page(), self._downloads)
        words = {"operator": account.credentials.operator, "password": account.credentials.password}
        try:
            async with no_browser_texts():
                await hands.perform(self._target.sign_in, words)
        except RefusedError as error:
            account.refused = SignInRefusedError(error.words)
            raise account.refused from error
        return hands
