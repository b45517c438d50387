"""Many places of a page asked for at once. Only a plain yes counts; every doubt is the browser driver's.

Asked one by one, the places of an entry page cost more time than typing into them (measured).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Error, Page

from robots.places import Locator, Screen
from robots.scripts import script

QUICK = script("quick")
EASY = ("label", "group", "button", "link", "heading")


@dataclass(frozen=True)
class Look:
    """What one look at the page told. ``refusals`` is None where it could not be told."""

    counts: tuple[int, ...]
    refusals: tuple[str, ...] | None
    ready: bool


def easy(place: Locator) -> bool:
    """Whether a place is of a kind that can be counted in one go."""
    kinds = (getattr(place, kind) for kind in EASY)
    return not place.within and not place.frame and any(kind is not None for kind in kinds)


async def look(page: Page, places: Sequence[Locator], refusals: Locator | None = None) -> Look | None:
    """How often easy places are there; None while the page is being exchanged for another."""
    wanted = [_words(place) for place in places]
    selector = refusals.selector if refusals and not refusals.within and not refusals.frame else None
    try:
        found = await page.evaluate(QUICK, [wanted, selector])
    except Error:
        return None
    said = found["said"]
    return Look(tuple(found["counts"]), None if said is None else tuple(said), found["ready"])


async def surely_there(page: Page, expected: Screen, others: Sequence[Screen], refusals: Locator) -> bool:
    """Whether this screen is there with all its landmarks, nothing is refused and no other has come."""
    signs = [screen.sign for screen in (expected, *others)]
    if not all(map(easy, (*signs, *expected.landmarks))):
        return False
    seen = await look(page, (*signs, *expected.landmarks), refusals)
    if seen is None or not seen.ready or seen.refusals is None or seen.refusals:
        return False
    own, rest = seen.counts[0], seen.counts[1 : 1 + len(others)]
    return own == 1 and not any(rest) and all(count == 1 for count in seen.counts[1 + len(others) :])


def _words(place: Locator) -> tuple[str, str]:
    kind = next(kind for kind in EASY if getattr(place, kind) is not None)
    return kind, " ".join(str(getattr(place, kind)).split())
