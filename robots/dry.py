"""A dry run: everything up to the final submit with an invented record, and pictures of each page.

Nothing is registered: the submit is looked for, lit up, and never pressed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playwright.async_api import Locator as Element

from forms.definition import FormDefinition
from robots.checking import Misfit, page_misfits
from robots.comparing import compare
from robots.filling import fill, no_browser_texts
from robots.finding import find
from robots.formats import Act, Keystroke
from robots.places import Locator
from robots.plan import PagePlan, Plan
from robots.prints import ScreenPrint, take
from robots.receipt import FieldCheck
from robots.scripts import script
from robots.steps import Hands

LIGHT = script("light")
DARK = "() => document.querySelectorAll('.tenki-light').forEach(e => e.remove())"


@dataclass(frozen=True)
class DryPage:
    """One page of a dry run: what was done at which place (in the definition's words), and the lit picture.

    The values in the picture are the specimen's.
    """

    screen: str
    acts: tuple[str, ...]
    picture: bytes
    seen: ScreenPrint
    misfits: tuple[Misfit, ...] = ()


@dataclass(frozen=True)
class DryRun:
    """All pages up to the submit, and what the confirmation shows against what was typed."""

    pages: tuple[DryPage, ...]
    checks: tuple[FieldCheck, ...] = ()


async def dry_run(hands: Hands, ready: Plan, form: FormDefinition) -> DryRun:
    """Type a specimen and stop before the submit. RobotErrors as in an entry."""
    pages = []
    final, entry = ready.entry.final, ready.entry
    async with no_browser_texts():
        await hands.perform(entry.begin, {})
        for page in ready.pages:
            await hands.arrive(page.page.screen)
            misfits = await page_misfits(hands, page.page, entry, form)
            await fill(hands, page, entry)
            pages.append(await _lit(hands, page, final, tuple(misfits)))
            if page.page.next and page.page.next != final:
                await hands.click(page.page.next)
        if entry.confirm is None:
            last = ready.pages[-1]
            shown = await hands.boxes(last.page.screen, last.placed)
            return DryRun(tuple(pages), compare(last.placed, shown, hands.target.checks_separator))
        screen = entry.confirm.screen
        await hands.arrive(screen)
        shown = await hands.read(screen, ready.placed)
        checks = compare(ready.placed, shown, hands.target.checks_separator)
        pages.append(await _picture(hands, screen, [(find(hands.page, final), "押さない")], (str(final),)))
    return DryRun(tuple(pages), checks)


async def _lit(hands: Hands, page: PagePlan, final: Locator, misfits: tuple[Misfit, ...]) -> DryPage:
    """The page with a numbered frame around everything that was used, in the order of its use."""
    places = [
        (_element(hands, stroke), str(n)) for n, stroke in enumerate(page.keystrokes, 1) if stroke.place
    ]
    leads_on = page.page.next or final
    places.append((find(hands.page, leads_on), "押さない" if leads_on == final else "次へ"))
    acts = tuple(f"{stroke.place or stroke.name}" for stroke in page.keystrokes)
    return await _picture(hands, page.page.screen, places, (*acts, str(leads_on)), misfits)


def _element(hands: Hands, stroke: Keystroke) -> Element:
    place = find(hands.page, stroke.place or Locator(selector="body"))
    return place.get_by_label(stroke.text, exact=True) if stroke.act is Act.TICK else place


async def _picture(
    hands: Hands,
    screen: str,
    places: Iterable[tuple[Element, str]],
    acts: tuple[str, ...],
    misfits: tuple[Misfit, ...] = (),
) -> DryPage:
    seen = await take(hands.page, screen, await hands.masked_picture(frozenset()))
    for element, word in places:
        await element.first.evaluate(LIGHT, word)
    picture = await hands.page.screenshot(full_page=True, scale="css")
    await hands.page.evaluate(DARK)
    return DryPage(screen, acts, picture, seen, misfits)
