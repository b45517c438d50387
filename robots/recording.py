"""The recorder: watches a person do the job once with a specimen record, in a browser of its own.

The person signs in, looks the reception number up (nothing is found), enters the specimen, registers it,
looks it up again, opens what is found, and closes the window. What was pressed and shown becomes a draft
(``robots.drafting``). Passwords are not taken in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page

from robots.browser import BrowserSettings, fresh_context, started
from robots.scripts import script

NO_TIMEOUT_S = 0.0


@dataclass(frozen=True)
class Control:
    """A box that held something when its page was left: text, drop_down, group, checkbox or password."""

    kind: str
    place: dict[str, str]
    value: str
    type: str = ""
    longest: int | None = None
    offered: tuple[str, ...] = ()
    """All words that might have been chosen."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A page that came up."""

    heading: str
    path: str
    pairs: tuple[tuple[str, str, str], ...] = ()
    texts: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Pressed:
    """Something that was pressed, and what stood in the boxes of its page then."""

    heading: str
    path: str
    place: dict[str, str]
    controls: tuple[Control, ...] = ()
    listed: bool = False
    """Whether it is a link within the rows of a list."""


@dataclass
class Recording:
    """Everything that happened, in order."""

    events: list[Shown | Pressed] = field(default_factory=list)

    def note(self, data: dict[str, Any]) -> None:
        if data["event"] == "shown":
            self.events.append(
                Shown(
                    data["heading"],
                    data["path"],
                    tuple((title, label, text) for title, label, text in data["pairs"]),
                    tuple(data["texts"]),
                    tuple(data["heads"]),
                    tuple(data["captions"]),
                )
            )
            return
        controls = tuple(
            Control(
                one["kind"],
                one["place"],
                one["value"],
                one.get("type", ""),
                one.get("longest"),
                tuple(one.get("offered", ())),
            )
            for one in data["controls"]
        )
        self.events.append(
            Pressed(data["heading"], data["path"], data["place"], controls, bool(data["listed"]))
        )


async def record(
    url: str, browser: BrowserSettings, person: Callable[[Page], Awaitable[None]] | None = None
) -> Recording:
    """Open the address and watch until the window is closed; ``person`` does the job in tests."""
    recording = Recording()
    window = not browser.headless
    async with started(browser) as running, fresh_context(running, 30, as_window=window) as context:
        await context.expose_binding("tenkiSaw", lambda _source, data: recording.note(data))
        await context.add_init_script(script("recorder"))
        page = await context.new_page()
        await page.goto(url)
        if person is None:
            await page.wait_for_event("close", timeout=NO_TIMEOUT_S)
        else:
            await person(page)
    return recording
