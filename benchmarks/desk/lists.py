"""Board, case list and searches: how long the server takes, until the last byte."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import quantiles

from benchmarks.desk.person import Person
from benchmarks.desk.place import Place
from benchmarks.results import Row

WANTED = "<= 300"
USER = "op01"

NAMES = ("佐藤", "髙橋　健一", "サトウ ハナコ", "山", "誰もいない")
PAGES: dict[str, Callable[[Person, int], int]] = {
    "board": lambda person, turn: person.get("/")[0],
    "case list": lambda person, turn: person.get("/queue")[0],
    "case list, a page far back": lambda person, turn: person.get(f"/queue?page={turn * 50 + 1}")[0],
    "case list, what waits": lambda person, turn: person.get("/queue?state=NEEDS_REVIEW")[0],
    "case list, entered ones": lambda person, turn: person.get("/queue?state=ENTERED")[0],
    "case list, one task": lambda person, turn: person.get(f"/queue?task=t{turn % 12}")[0],
    "search by number": lambda person, turn: person.get(f"/queue?q={turn * 37:04d}")[0],
    "search by name": lambda person, turn: person.search(name=NAMES[turn % len(NAMES)]),
}


def rows(name: str, running: Place, repeats: int) -> Iterator[Row]:
    person = Person(running.desk, USER)
    for what, ask in PAGES.items():
        yield Row(f"{name}: {what}, 95 %", _slowest(person, ask, repeats), "ms", WANTED)


def _slowest(person: Person, ask: Callable[[Person, int], int], repeats: int) -> float:
    """The 95th percentile in ms; the first answer, for which caches are still empty, counts too."""
    taken = []
    for turn in range(repeats):
        began = time.perf_counter()
        status = ask(person, turn)
        taken.append((time.perf_counter() - began) * 1000)
        assert status == 200, status
    return quantiles(taken, n=20)[-1]
