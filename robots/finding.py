"""From a place of the definition to the element on the page, and where the page keeps what it shows."""

from __future__ import annotations

from playwright.async_api import FrameLocator, Page
from playwright.async_api import Locator as Element

from robots.places import Cell, Locator

ROLES_AROUND = ("group", "region", "table", "form", "dialog")


def find(page: Page, place: Locator) -> Element:
    """Every element at that place; the definition is right when there is exactly one."""
    root: Page | FrameLocator | Element = frame(page, place.frame) if place.frame else page
    if place.within:
        root = _around(root, place.within)
    if place.cell:
        return _cell(root, place.cell)
    if place.label is not None:
        return root.get_by_label(place.label, exact=True)
    if place.button is not None:
        return root.get_by_role("button", name=place.button, exact=True)
    if place.link is not None:
        return root.get_by_role("link", name=place.link, exact=True)
    if place.group is not None:
        return root.get_by_role("radiogroup", name=place.group, exact=True).or_(
            root.get_by_role("group", name=place.group, exact=True)
        )
    if place.text is not None:
        return root.get_by_text(place.text, exact=True)
    if place.heading is not None:
        return root.get_by_role("heading", name=place.heading, exact=True)
    return root.locator(place.selector or "")


def frame(page: Page, name: str) -> FrameLocator:
    """A frame by its title or its name."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return page.frame_locator(f':is(iframe, frame):is([title="{quoted}"], [name="{quoted}"])')


def table(root: Page | FrameLocator | Element, title: str) -> Element:
    """A table by its title: its caption, or the heading of the group around it."""
    named = root.get_by_role("table", name=title, exact=True)
    return named.or_(root.get_by_role("group", name=title, exact=True).locator("table"))


def _around(root: Page | FrameLocator | Element, title: str) -> Element:
    found = root.get_by_role("radiogroup", name=title, exact=True)
    for role in ROLES_AROUND:
        found = found.or_(root.get_by_role(role, name=title, exact=True))  # type: ignore[arg-type]  # All of them are roles.
    return found


def _cell(root: Page | FrameLocator | Element, cell: Cell) -> Element:
    """The box in a cell. A column that is not there finds nothing, rather than the first column."""
    head = f"ancestor::table[1]/thead//th[normalize-space(.)='{cell.column}']"
    column = f"count(preceding-sibling::*) = count({head}/preceding-sibling::*)"
    boxes = "*[self::input[not(@type='hidden')] or self::select or self::textarea]"
    rows = f"xpath=.//tbody/tr[{int(cell.row)}]"
    return table(root, cell.table).locator(rows).locator(f"xpath=./*[{head} and {column}]//{boxes}")
