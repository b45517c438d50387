"""Entering a record, and proving it: look up → type → submit → look up → read back → compare (design, law 2).

Before anything is typed, and after any doubt, the record is looked up by its reception number. The final
submit is pressed at most once for a record; what stays unknown after that goes to a person.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from playwright.async_api import Locator as Element

from forms.definition import FormDefinition
from forms.facts import Record
from robots.checking import Examination, examine
from robots.comparing import Shown, compare, texts_of
from robots.definition import RECEPTION_NUMBER, TargetDefinition
from robots.dry import DryRun, dry_run
from robots.errors import (
    BROWSER_GONE,
    DefinitionGapError,
    DoubleError,
    DoubtError,
    FaultError,
    RefusedError,
    RobotError,
    ScreenChangedError,
    SessionExpiredError,
    UnavailableError,
)
from robots.filling import fill, no_browser_texts
from robots.journal import Journal
from robots.places import Locator
from robots.plan import Plan, plan
from robots.receipt import FieldCheck, Outcome, Receipt
from robots.session import Session
from robots.steps import Hands

SIGN_INS_A_RECORD = 3
"""How often a record is begun when the session ends under it; after that the target counts as closed."""


@dataclass(frozen=True)
class Found:
    """What a look-up found: how many hits, and the only one's comparison with the record."""

    hits: int
    receipt_number: str = ""
    checks: tuple[FieldCheck, ...] = ()
    picture: bytes | None = None
    note: str = ""
    """What was written otherwise than approved, in the definition's stated way."""

    @property
    def same(self) -> bool:
        return self.hits == 1 and all(check.same for check in self.checks)


class Robot:
    """One robot at one target, with one session that it keeps from record to record."""

    def __init__(
        self,
        session: Session,
        target: TargetDefinition,
        forms: Mapping[tuple[str, int], FormDefinition],
    ) -> None:
        self._session = session
        self._target = target
        self._forms = forms

    async def enter(self, record: Record) -> Receipt:
        """Enter a record and prove it. Every trouble becomes a receipt; its outcome says what follows."""
        await self._session.next_record()
        return await self._receipt(record, self._enter)

    async def resolve(self, record: Record) -> Receipt:
        """Find out whether a record arrived, after any doubt. Types nothing into the entry screens."""
        receipt = await self._receipt(record, self._resolve)
        # Whatever else went wrong says nothing about the record that was typed before.
        return replace(receipt, outcome=Outcome.UNKNOWN) if receipt.outcome is Outcome.FAULT else receipt

    async def check(self) -> Examination:
        """Prove the definition against the live screens without writing: see ``robots.checking``.

        Raises the RobotError of a sign-in that does not succeed.
        """
        await self._session.leave()
        hands = await self._session.hands()
        newest = {name: max(v for n, v in self._forms if n == name) for name, _ in self._forms}
        return await examine(hands, [self._forms[key] for key in newest.items()])

    async def dry_run(self, record: Record) -> DryRun:
        """Type a specimen record and stop before the submit: see ``robots.dry``. Raises RobotErrors."""
        ready = self._plan(record)
        hands = await self._session.hands()
        try:
            return await dry_run(hands, ready, self._forms[(record.form, record.version)])
        finally:
            await self._session.leave()

    async def close(self) -> None:
        """Sign out and forget the session."""
        await self._session.close()

    async def _receipt(self, record: Record, work: Callable[[Plan, Journal], Awaitable[Receipt]]) -> Receipt:
        journal = Journal(record.case_id, self._target.target)
        try:
            return await work(self._plan(record), journal)
        except RefusedError as error:
            return journal.receipt(Outcome.REFUSED, code=error.code, message=error.words)
        except FaultError as error:
            await self._session.leave()
            return journal.receipt(Outcome.FAULT, code=error.code, detail=error.detail, message=error.words)
        except RobotError as error:
            await self._session.leave()
            return journal.receipt(Outcome.UNAVAILABLE, code=error.code, detail=error.detail)

    def _plan(self, record: Record) -> Plan:
        form = self._forms.get((record.form, record.version))
        if form is None:
            raise DefinitionGapError("definition.form", f"no form {record.form} version {record.version}")
        return plan(self._target, form, record)

    async def _enter(self, ready: Plan, journal: Journal) -> Receipt:
        for _ in range(SIGN_INS_A_RECORD):
            try:
                return await self._attempt(ready, journal)
            except SessionExpiredError:
                await self._session.leave()
        raise UnavailableError("target.session_keeps_ending")

    async def _attempt(self, ready: Plan, journal: Journal) -> Receipt:
        """Everything up to the final submit may be begun again; from there on only looking up is left."""
        found = await self._look_up(ready, journal)
        if found.hits:
            return self._judged(found, journal, Outcome.ALREADY_THERE)
        try:
            await self._type(ready, journal)
            number = await self._submit(ready, journal)
        except (DoubleError, DoubtError):
            return await self._resolve(ready, journal)
        return await self._prove(ready, journal, number)

    async def _look_up(self, ready: Plan, journal: Journal) -> Found:
        """Look the record up; the only hit is opened, read and compared."""
        with journal.step("sign_in"):
            hands = await self._session.hands()
        async with no_browser_texts():
            with journal.step("look_up"):
                links = await self._hits(hands, ready.record.reception_number)
            if len(links) != 1:
                return Found(len(links))
            with journal.step("read_back"):
                number = (await links[0].inner_text()).strip()
                shown = await self._read_back(hands, ready, links[0])
            with journal.step("picture"):
                picture = await hands.masked_picture(texts_of(ready.placed, shown))
        return Found(1, number, self._compared(ready, shown), picture, ready.note)

    async def _hits(self, hands: Hands, reception_number: str) -> list[Element]:
        how = self._target.look_up
        await hands.perform(how.steps, {RECEPTION_NUMBER: reception_number})
        if await hands.shows(how.nothing):
            return []
        links = await hands.links_in(how.hits, how.number)
        if not links:
            raise ScreenChangedError("look_up", (str(how.nothing), str(how.hits)))
        return links

    async def _read_back(self, hands: Hands, ready: Plan, link: Element) -> Shown:
        await hands.follow(link)
        await hands.arrive(self._target.look_up.detail)
        return await hands.read(self._target.look_up.detail, ready.placed)

    def _compared(self, ready: Plan, shown: Shown) -> tuple[FieldCheck, ...]:
        return compare(ready.placed, shown, self._target.checks_separator)

    async def _type(self, ready: Plan, journal: Journal) -> None:
        """Fill all entry pages and see that the confirmation shows what was approved."""
        hands = await self._session.hands()
        async with no_browser_texts():
            with journal.step("begin"):
                await hands.perform(ready.entry.begin, {})
            for page in ready.pages:
                with journal.step(f"type.{page.page.screen}"):
                    await fill(hands, page, ready.entry)
                    if page.page.next and page.page.next != ready.entry.final:
                        await hands.click(page.page.next)
            with journal.step("confirm"):
                shown = await self._confirm(hands, ready)
            with journal.step("picture"):
                journal.before = await hands.masked_picture(texts_of(ready.placed, shown))

    async def _confirm(self, hands: Hands, ready: Plan) -> Shown:
        """Compare what is about to be registered: on the confirmation screen, or in the last page's boxes."""
        if ready.entry.confirm:
            screen = ready.entry.confirm.screen
            await hands.arrive(screen)
            shown = await hands.read(screen, ready.placed)
            checks = self._compared(ready, shown)
        else:
            screen, last = ready.pages[-1].page.screen, ready.pages[-1].placed
            shown = await hands.boxes(screen, last)
            checks = compare(last, shown, self._target.checks_separator)
        different = [check.field for check in checks if not check.same]
        if different:
            raise FaultError("confirm.differs", f"on screen {screen}: {', '.join(different)}")
        return shown

    async def _submit(self, ready: Plan, journal: Journal) -> str:
        """Press the final submit, once. DoubtError for everything but a receipt and a plain refusal."""
        hands = await self._session.hands()
        with journal.step("submit"):
            try:
                async with no_browser_texts():
                    await hands.click(ready.entry.final)
                    await hands.arrive(ready.entry.receipt.screen)
                    return await self._number(hands, ready)
            except RefusedError:
                raise
            except RobotError as error:
                raise DoubtError(error.code, error.detail) from error

    async def _number(self, hands: Hands, ready: Plan) -> str:
        """The number that the target gave, where the receipt screen shows one."""
        receipt = ready.entry.receipt
        if receipt.number is None:
            return ""
        if isinstance(receipt.number, Locator):
            return await hands.text_at(receipt.screen, receipt.number)
        return (await hands.read(receipt.screen)).beside(receipt.number)

    async def _prove(self, ready: Plan, journal: Journal, number: str) -> Receipt:
        """Look the new registration up and compare it. Trouble on the way is a doubt, not a failure."""
        try:
            found = await self._look_up(ready, journal)
        except RobotError:
            return await self._resolve(ready, journal)
        if found.hits and (not number or found.receipt_number in {"", number}):
            return self._judged(found, journal, Outcome.ENTERED)
        return journal.receipt(Outcome.UNKNOWN, code="read_back.missing", receipt_number=number)

    async def _resolve(self, ready: Plan, journal: Journal) -> Receipt:
        """Look up until it is sure what happened; a submit that seemed lost may still arrive for a while.

        Two look-ups without a hit, ``settle_s`` apart, prove that nothing arrived.
        """
        await self._session.leave()
        ends_s = time.monotonic() + self._target.doubt_timeout_s
        empty = 0
        while empty < 2:
            with journal.step("settle"):
                await asyncio.sleep(self._target.settle_s)
            try:
                found = await self._look_up(ready, journal)
            except (UnavailableError, SessionExpiredError) as error:
                await self._session.leave()
                # Without a browser nothing more can be found out here; a fresh process looks.
                if error.code == BROWSER_GONE or time.monotonic() > ends_s:
                    return journal.receipt(Outcome.UNKNOWN, code=error.code)
                continue
            except RobotError as error:
                return journal.receipt(Outcome.UNKNOWN, code=error.code, detail=error.detail)
            if found.hits:
                return self._judged(found, journal, Outcome.ALREADY_THERE)
            empty += 1
        return journal.receipt(Outcome.UNAVAILABLE, code="submit.not_arrived")

    def _judged(self, found: Found, journal: Journal, good: Outcome) -> Receipt:
        """A single hit with every field the same is proof; anything else is for a person."""
        code = "look_up.several" if found.hits > 1 else "read_back.differs" if not found.same else ""
        if not self._target.look_up.identifies:
            code = "look_up.unproven"
        return journal.receipt(
            Outcome.UNKNOWN if code else good,
            code=code,
            receipt_number=found.receipt_number,
            message=found.note if not code else "",
            checks=found.checks,
            picture=found.picture,
        )
