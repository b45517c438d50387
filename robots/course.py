"""What belongs to the job of everything that a person did: slips, steps back and fresh starts are left out.

Whoever types fifty values is refused once, presses the wrong button once, or begins again. What counts is the
last time that a page was left on the way to the registration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from robots.recording import Pressed, Recording, Shown


class RecordingIncompleteError(Exception):
    """The person did not do all of it; the message says in Japanese what is missing."""


@dataclass(frozen=True, eq=False)
class Course:
    """The job, by what was pressed."""

    sign_in: Pressed
    home: Shown
    to_look_up: tuple[Pressed, ...]
    """From the menu to the look-up."""
    asked: Pressed
    """The look-up that found nothing."""
    asked_again: Pressed
    """The look-up that found what was registered."""
    opened: Pressed
    begin: tuple[Pressed, ...]
    """From the menu to the first page."""
    pages: tuple[Pressed, ...]
    rest: tuple[Pressed, ...]
    """From the last page to the second look-up."""


def course(recording: Recording, number: str) -> Course:
    """The way from the sign-in to the opened registration. RecordingIncompleteError says what is missing."""
    pressed = [event for event in recording.events if isinstance(event, Pressed)]
    if not any(_signs_in(one) for one in pressed):
        raise RecordingIncompleteError("サインインが記録されていません。")
    asked = [p for p in pressed if len(p.controls) == 1 and p.controls[0].value == number]
    if len(asked) < 2:
        raise RecordingIncompleteError("入力の前と後に、受付番号で1回ずつ照会してください。")
    before = pressed[: pressed.index(asked[0])]
    tries = [one for one in before if _signs_in(one)]
    if not tries:
        raise RecordingIncompleteError("最初の照会より前に、サインインしてください。")
    home = after(recording, tries[-1])
    opened = next((p for p in pressed[pressed.index(asked[-1]) :] if p.listed), None)
    if opened is None:
        raise RecordingIncompleteError("照会結果の一覧から、登録した1件を開いてください。")
    between = pressed[pressed.index(asked[0]) + 1 : pressed.index(asked[-1])]
    begin, pages, rest = _entry([p for p in between if p not in asked], home.heading)
    ways = [p for p in before if not p.controls]
    return Course(tries[0], home, tuple(ways[-2:]), asked[0], asked[-1], opened, begin, pages, rest)


def after(recording: Recording, event: Pressed) -> Shown:
    """The page that came up after something was pressed."""
    place = recording.events.index(event)
    found = next((e for e in recording.events[place + 1 :] if isinstance(e, Shown)), None)
    if found is None:
        raise RecordingIncompleteError("最後の画面が出る前に窓が閉じられました。")
    return found


Ways = tuple[Pressed, ...]


def _entry(between: Sequence[Pressed], home: str) -> tuple[Ways, Ways, Ways]:
    """The way to the first page, every page once, and what came after the last one."""
    filled = [number for number, one in enumerate(between) if one.controls]
    if not filled:
        raise RecordingIncompleteError("見本の値の入力が記録されていません。")
    starts = [
        number for number, one in enumerate(between[: filled[-1]]) if one.heading == home and not one.controls
    ]
    run = between[starts[-1] if starts else 0 : filled[-1] + 1]
    begin = tuple(one for number, one in enumerate(run) if not any(p.controls for p in run[: number + 1]))
    pages: list[Pressed] = []
    for one in run:
        if one.controls:
            pages = [*_until_same(pages, one), one]
    return begin, tuple(pages), tuple(between[filled[-1] + 1 :])


def _until_same(pages: Sequence[Pressed], again: Pressed) -> list[Pressed]:
    """The pages before the one that is there again: it came back, and what was done since counts no more."""
    for number, page in enumerate(pages):
        places = [control.place for control in page.controls]
        if page.heading == again.heading and any(control.place in places for control in again.controls):
            return list(pages[:number])
    return list(pages)


def _signs_in(one: Pressed) -> bool:
    return any(control.kind == "password" for control in one.controls)
