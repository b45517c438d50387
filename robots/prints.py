"""The print of a screen: what can be used on it and where, without a value; and what differs between two."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playwright.async_api import Page

from robots.picture import settled
from robots.scripts import script

MOVED_PX = 12
"""A thing that lies less than this from where it lay has not moved for a person's eye."""

READ_SCREEN = script("screen")


@dataclass(frozen=True)
class Thing:
    """One thing on a screen. ``box_px`` is left, top, width, height on the whole page."""

    kind: str
    name: str
    options: tuple[str, ...] = ()
    longest: int | None = None
    required: bool = False
    box_px: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True)
class ScreenPrint:
    """A screen as it was seen, under the name that the definition gives it; ``picture`` is a masked PNG."""

    screen: str
    things: tuple[Thing, ...]
    picture: bytes | None = None


class Change(enum.Enum):
    """What may have become of a thing between two prints."""

    GONE = "gone"
    NEW = "new"
    MOVED = "moved"
    OPTIONS = "options"
    """A drop-down's words are others."""

    LENGTH = "length"
    """A box takes another number of characters."""

    REQUIRED = "required"
    """A box has to be filled in now, or no longer."""


@dataclass(frozen=True)
class Difference:
    """One thing that differs, with its places and words before and after."""

    change: Change
    kind: str
    name: str
    before: str = ""
    after: str = ""
    box_before_px: tuple[int, int, int, int] | None = None
    box_after_px: tuple[int, int, int, int] | None = None


async def take(page: Page, screen: str, picture: bytes | None) -> ScreenPrint:
    """The print of what the page shows now."""
    await settled(page)
    found = await page.evaluate(READ_SCREEN)
    return ScreenPrint(screen, tuple(map(thing_from, found)), picture)


def thing_from(data: Mapping[str, object]) -> Thing:
    """A thing from JSON."""
    box = tuple(int(str(number)) for number in _list(data["box"]))
    longest = data.get("longest")
    return Thing(
        str(data["kind"]),
        str(data["name"]),
        tuple(map(str, _list(data.get("options")))),
        int(str(longest)) if longest is not None else None,
        bool(data.get("required")),
        (box[0], box[1], box[2], box[3]),
    )


def thing_to(thing: Thing) -> dict[str, object]:
    """A thing as JSON."""
    return {
        "kind": thing.kind,
        "name": thing.name,
        "options": list(thing.options),
        "longest": thing.longest,
        "required": thing.required,
        "box": list(thing.box_px),
    }


def differences(before: ScreenPrint, after: ScreenPrint) -> tuple[Difference, ...]:
    """What became of every thing, by kind and name; several of one name are told apart by their order."""
    old, new = _numbered(before.things), _numbered(after.things)
    gone = (one for key, one in old.items() if key not in new)
    come = (one for key, one in new.items() if key not in old)
    return (
        *(Difference(Change.GONE, one.kind, one.name, box_before_px=one.box_px) for one in gone),
        *(Difference(Change.NEW, one.kind, one.name, box_after_px=one.box_px) for one in come),
        *(found for key in old if key in new for found in _changed(old[key], new[key])),
    )


def _changed(old: Thing, new: Thing) -> Iterable[Difference]:
    def differs(change: Change, before: object = "", after: object = "") -> Difference:
        return Difference(change, old.kind, old.name, str(before), str(after), old.box_px, new.box_px)

    if max(abs(a - b) for a, b in zip(old.box_px[:2], new.box_px[:2], strict=True)) > MOVED_PX:
        yield differs(Change.MOVED)
    if old.options != new.options:
        lost = [word for word in old.options if word not in new.options]
        come = [word for word in new.options if word not in old.options]
        yield differs(Change.OPTIONS, "、".join(lost), "、".join(come))
    if old.longest != new.longest:
        yield differs(Change.LENGTH, old.longest or "", new.longest or "")
    if old.required != new.required:
        yield differs(Change.REQUIRED, old.required, new.required)


def _numbered(things: Iterable[Thing]) -> dict[tuple[str, str, int], Thing]:
    seen: dict[tuple[str, str], int] = {}
    numbered = {}
    for thing in things:
        key = (thing.kind, thing.name)
        seen[key] = seen.get(key, 0) + 1
        numbered[(*key, seen[key])] = thing
    return numbered


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
