"""The masked picture of a screen: what it must not show is gone before it leaves this module (law 5)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import ceil, floor

from PIL import Image, ImageDraw
from playwright.async_api import Error, Page

MASK_COLOUR = "#5a6b7c"

READ_UNMASKED = """mask => {
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (!node.parentElement.closest(mask)) seen.push(node.textContent.trim());
  for (const typed of document.querySelectorAll('input, textarea'))
    if (!typed.closest(mask)) seen.push(typed.value.trim());
  return seen;
}"""
"""Every text, also a typed one, that lies under no element of the mask."""

TELLING = 4
"""So many characters are looked for within other texts too; fewer are too often part of a label."""

READ_BOXES = """mask => [...document.querySelectorAll(mask)].map(element => {
  const box = element.getBoundingClientRect();
  return [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY];
})"""
"""The masked elements as (left, top, right, bottom) in px of the whole page."""


LOADED_TIMEOUT_S = 5.0
"""How long styles and pictures of a page are waited for before it is photographed."""

TRIES = 3
GAP_PX = 24
"""Between the two pictures of one entry."""


async def settled(page: Page) -> None:
    """Wait until the page is laid out as it will stay: its styles may come later than its words (seen)."""
    with suppress(Error):
        await page.wait_for_load_state("load", timeout=LOADED_TIMEOUT_S * 1000)


async def masked_picture(page: Page, mask: Sequence[str], values: frozenset[str]) -> bytes | None:
    """A PNG of the whole page with everything painted over that lies under the selectors of ``mask``.

    None when the mask leaves one of these values in sight, or when the page does not stand still: what was
    to be covered may lie elsewhere in the picture. A changed screen costs the picture only.
    """
    selector = ",".join(mask)
    await settled(page)
    for _ in range(TRIES):
        before = await page.evaluate(READ_BOXES, selector)
        png = await page.screenshot(full_page=True, scale="css")
        if _in_sight(values, await page.evaluate(READ_UNMASKED, selector)):
            return None
        if before == await page.evaluate(READ_BOXES, selector):
            return _painted(png, before)
    return None


def _in_sight(values: frozenset[str], texts: Sequence[str]) -> bool:
    telling = [value for value in values if len(value) >= TELLING]
    return not values.isdisjoint(texts) or any(value in text for value in telling for text in texts)


def _painted(png: bytes, boxes: Iterable[Sequence[float]]) -> bytes:
    """The picture with these boxes filled.

    The browser's own mask is an overlay, which a busy machine may photograph before it is painted (seen).
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        draw.rectangle((floor(left), floor(top), ceil(right), ceil(bottom)), fill=MASK_COLOUR)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def beside(before: bytes | None, after: bytes | None) -> bytes | None:
    """Two pictures as one: what was about to be registered at the left, what stands there now beside it."""
    if before is None or after is None:
        return before or after
    left, right = (Image.open(io.BytesIO(png)).convert("RGB") for png in (before, after))
    height = max(left.height, right.height)
    both = Image.new("RGB", (left.width + GAP_PX + right.width, height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP_PX, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    return out.getvalue()
