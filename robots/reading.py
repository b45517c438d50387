"""Reading a screen: values beside their labels, and values in the boxes into which they were typed."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.async_api import Locator as Element
from playwright.async_api import Page

from robots.comparing import Shown
from robots.fields import DateParts, FieldMap
from robots.finding import find, frame
from robots.formats import boxes
from robots.places import Locator
from robots.plan import Placed

READ_TABLES = """root => {
  const found = [];
  const add = (title, label, value) => found.push([title, label.innerText.trim(), value.innerText.trim()]);
  for (const th of root.querySelectorAll('th')) {
    const td = th.nextElementSibling;
    if (td && td.tagName === 'TD') {
      const caption = th.closest('table').caption;
      add(caption ? caption.innerText.trim() : '', th, td);
    }
  }
  for (const dt of root.querySelectorAll('dt')) {
    const dd = dt.nextElementSibling;
    if (dd && dd.tagName === 'DD') add('', dt, dd);
  }
  return found;
}"""
"""Every label with the value at its right (or in its definition list), and the title of their table."""

READ_BOX = """box => {
  if (box.tagName === 'SELECT') return [...box.selectedOptions].map(o => o.label.trim()).join('、');
  if (box.type === 'checkbox' || box.type === 'radio') return box.checked ? '1' : '';
  return 'value' in box ? box.value : box.innerText.trim();
}"""

READ_TICKED = """group => [...group.querySelectorAll('input')].filter(i => i.checked)
  .map(i => (i.labels.length ? i.labels[0].innerText : i.getAttribute('aria-label') || i.value).trim())"""


READ_OFFERED = """place => ({
  words: place.tagName === 'SELECT' ? [...place.options].map(o => o.label.trim())
    : [...place.querySelectorAll('input')].map(
        i => (i.labels.length ? i.labels[0].innerText : i.getAttribute('aria-label') || i.value).trim()),
  longest: place.maxLength > 0 ? place.maxLength : null,
})"""


async def labelled(page: Page, frame_name: str | None) -> list[tuple[str, str, str]]:
    """Title of the table, label and text of everything that stands beside a label."""
    root = frame(page, frame_name).locator("body") if frame_name else page.locator("body")
    return [(title, label, text) for title, label, text in await root.evaluate(READ_TABLES)]


async def text_at(element: Element) -> str:
    """What one element shows: its text, or what its box holds."""
    return str(await element.evaluate(READ_BOX)).strip()


async def in_boxes(
    page: Page, screen: str, placed: Iterable[Placed], parts: DateParts | None, separator: str
) -> Shown:
    """What the boxes hold, as if it stood beside their labels: the value of each field, joined again."""
    held: list[tuple[str, str, str]] = []
    selected: dict[str, str] = {}
    for one in placed:
        if not one.row_filled and not await _there(page, one.mapped, parts):
            continue
        text = await _of_field(page, one.mapped, parts, separator)
        place = one.mapped.shown_as
        if isinstance(place, Locator):
            selected[str(place)] = text
        else:
            held.append((one.shown_in, place, text))
    return Shown(screen, tuple(held), selected)


async def _there(page: Page, mapped: FieldMap, parts: DateParts | None) -> bool:
    """Whether the row of this field is on the page; a hidden one is what new rows are copied from."""
    places = [find(page, place) for place in boxes(mapped, parts)]
    return all([await place.count() and await place.first.is_visible() for place in places])


async def _of_field(page: Page, mapped: FieldMap, parts: DateParts | None, separator: str) -> str:
    if mapped.radio or mapped.checks:
        group = mapped.radio or mapped.checks
        place = group if isinstance(group, Locator) else Locator(group=group)
        return separator.join(await find(page, place).evaluate(READ_TICKED))
    if isinstance(mapped.shown, Locator) and (mapped.steps or mapped.hook):
        return await text_at(find(page, mapped.shown))
    texts = [await text_at(find(page, place)) for place in boxes(mapped, mapped.parts or parts)]
    if mapped.date:
        return _date(texts, mapped)
    if mapped.split:
        return (mapped.at or "").join(texts) if any(texts) else ""
    if mapped.checkbox:
        return (mapped.when or "") if texts == ["1"] else ""
    return texts[0]


def _date(texts: list[str], mapped: FieldMap) -> str:
    """Era, year, month and day as one date; "" when all boxes are empty."""
    if not any(texts):
        return ""
    *era, year, month, day = texts
    word = {word: ours for ours, word in mapped.options.items()}.get(*era, *era) if era else ""
    western = not word or word == mapped.era
    return f"{'' if western else word}{year}年{month}月{day}日"
