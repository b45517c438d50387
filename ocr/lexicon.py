"""What addresses and names are made of, as evidence for a reading.

A text from the lexicon is put forward as a further candidate and must then be borne out by the picture: the
decoder scores it against the same pixels (``ocr.decode.rescored``). Nothing is replaced that the picture does
not allow, and the reading without lexicon stays among the alternatives.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import exp

from forms.definition import Kind
from forms.kinds.relation import TERMS
from forms.postal import PostalArea, municipalities, towns
from ocr.names import name_prior

Place = tuple[str, str]
"""A municipality by prefecture and name, as ``forms.postal.towns`` has it."""

_MOST_CANDIDATES = 6
_MOST_BEGINNINGS = 10
_POSTAL_WEIGHT, _ADDRESS_WEIGHT = 9.0, 5.0
"""How much (log) the lexicon weighs against the picture; a postal code is evidence from other ink."""

_NAME_SCALE = 5.0
"""Turns a name's log weight into support: a surname that no table has leaves it at about a half."""

_ODD_COUNTER = re.compile(r"\d丁[^目]|\d[T1]目|番[池也他]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME = _NARROW | {ord(sign): ord(same) for sign, same in zip("ヶがガ之の", "ケケケノノ", strict=True)}
"""Digits of the table are wide; signs that stand for each other in the names of places, one for one."""

_OLD_SECTION = re.compile("大?字")
"""People write 大字 or 字 before a town where Japan Post leaves it out."""

_COUNTY = re.compile(r".{1,5}?郡(?=.+[町村])")


class Index:
    """Names of places by their characters, to find those near a text without comparing it with each."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self.folded = tuple(_folded(name) for name in self.names)
        self._signs = [frozenset(name) for name in self.folded]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, signs in enumerate(self._signs):
            for sign in signs:
                self._holding[sign].append(number)

    def near(self, text: str) -> Iterator[tuple[int, str, int]]:
        """The names like the beginning of a folded text: distance, name, length of that beginning."""
        if not text:
            return
        seen = set(text[: max(map(len, self.folded), default=0) + 1])
        shared: Counter[int] = Counter()
        for sign in seen:
            shared.update(self._holding.get(sign, ()))
        for number, count in shared.items():
            name, signs = self.folded[number], self._signs[number]
            wanted = max(len(signs) - _allowed(name), 1)
            if count < wanted or len(signs.intersection(text[: len(name) + 1])) < wanted:
                continue
            distance, length = _prefix_distance(name, text)
            if distance <= _allowed(name):
                yield distance, self.names[number], length


def addresses_like(text: str, areas: Iterable[PostalArea] = ()) -> tuple[str, ...]:
    """Addresses that begin like a text and lie somewhere: the areas of a postal code first.

    What follows municipality and town (numbers, building) is taken over from the text as it is, and so are
    ヶ and ケ, 大字 and 字, and whether prefecture and county are named.
    """
    text = re.sub(r"(?<=\d)丁[月日自]", "丁目", text)
    by_areas = _by_areas(text, tuple(areas))
    # The tables are for addresses without a postal code, or with one that does not fit.
    found = list(by_areas) or list(_by_tables(text))
    return tuple(dict.fromkeys(found))[:_MOST_CANDIDATES]


def lies_somewhere(text: str) -> bool:
    """Whether an address begins with a municipality and a town of it, letter by letter."""
    text = _folded(text)
    for length in range(min(len(text), _longest_beginning()), 1, -1):
        for place in _beginnings().get(text[:length], ()):
            rest = text[length:]
            section = _OLD_SECTION.match(rest)
            if _names_town(place, rest) or (section and _names_town(place, rest[section.end() :])):
                return True
    return False


def support(kind: Kind, text: str, areas: Sequence[PostalArea] = ()) -> float:
    """What the lexicon says of a reading: 0 speaks against it, 0.5 says nothing, 1 bears it out."""
    if kind is Kind.ADDRESS:
        if areas:
            return float(_lies_in(text, areas))
        return 0.75 if lies_somewhere(text) else 0.25
    if kind is Kind.NAME:
        return exp(name_prior(text) / _NAME_SCALE)
    if kind is Kind.RELATION:
        return float(set(text.split("の")) <= TERMS)
    return 0.5


def address_prior(text: str, areas: Sequence[PostalArea] = ()) -> float:
    """The log probability with which an address begins like this, given its postal code."""
    weight = _POSTAL_WEIGHT if areas else _ADDRESS_WEIGHT
    return (support(Kind.ADDRESS, text, areas) - 1) * weight - (_ODD_COUNTER.search(text) is not None) * 4


def _name_prior(text: str, areas: Sequence[PostalArea] = ()) -> float:
    return name_prior(text)


PRIORS: Mapping[Kind, Callable[..., float]] = {Kind.ADDRESS: address_prior, Kind.NAME: _name_prior}
"""Log priors by kind, each taking the text and the areas of its postal code."""


def _lies_in(text: str, areas: Sequence[PostalArea]) -> bool:
    text = _OLD_SECTION.sub("", _folded(text), count=1)
    return any(text.startswith(_OLD_SECTION.sub("", head, count=1)) for a in areas for head in _heads(a))


@lru_cache(maxsize=256)
def _heads(area: PostalArea) -> tuple[str, ...]:
    """How an address in an area may begin, folded: with or without prefecture and county."""
    return tuple(_folded(way + area.town) for way in _ways_to_begin(area.prefecture, area.city))


def _by_areas(text: str, areas: tuple[PostalArea, ...]) -> Iterator[str]:
    """The text with its beginning as an area has it, nearest first."""
    folded = _folded(text)
    found = []
    for area in areas:
        for way in _ways_to_begin(area.prefecture, area.city):
            for head in (way + area.town, f"{way}大字{area.town}"):
                distance, length = _prefix_distance(_folded(head), folded)
                if distance <= _allowed(head):
                    found.append((distance, _kept(head, text[:length]) + text[length:]))
    yield from (candidate for _, candidate in sorted(found))


def _by_tables(text: str) -> Iterator[str]:
    """Municipalities like the beginning, each with the towns like what follows; nearest first."""
    found: list[tuple[int, str]] = []
    folded = _folded(text)
    for distance, beginning, length in sorted(_beginnings_index().near(folded))[:_MOST_BEGINNINGS]:
        start = _kept(beginning, text[:length])
        near = []
        for place in _beginnings().get(_folded(beginning), ()):
            near += list(_towns_like(place, text[length:]))
        found += [(distance + further, start + rest) for further, rest in near]
        if not near:
            found.append((distance + 1, start + text[length:]))
    yield from (candidate for _, candidate in sorted(found))


def _towns_like(place: Place, rest: str) -> Iterator[tuple[int, str]]:
    """What follows a municipality with its town as the table has it, and how far that is."""
    section = _OLD_SECTION.match(rest)
    skipped = section.end() if section else 0
    for distance, town, length in _towns_index(place).near(_folded(rest[skipped:])):
        past = skipped + length
        yield distance, rest[:skipped] + _kept(town, rest[skipped:past]) + rest[past:]


def _kept(name: str, seen: str) -> str:
    """A name of the table, with the signs of the text wherever either may stand (ヶ for ケ)."""
    if len(name) != len(seen):
        return name.translate(_NARROW)
    pairs = zip(name.translate(_NARROW), seen, strict=True)
    return "".join(b if _folded(a) == _folded(b) else a for a, b in pairs)


def _ways_to_begin(prefecture: str, city: str) -> tuple[str, ...]:
    """People leave out the prefecture, the county or both."""
    short = _COUNTY.sub("", city)
    return tuple(dict.fromkeys((prefecture + city, city, prefecture + short, short)))


@cache
def _beginnings() -> dict[str, tuple[Place, ...]]:
    """How an address may begin, folded, and the municipalities that it then names."""
    found: dict[str, list[Place]] = defaultdict(list)
    for known in municipalities():
        for way in _ways_to_begin(known.prefecture, known.city):
            found[_folded(way)].append((known.prefecture, known.city))
    return {way: tuple(places) for way, places in found.items()}


@cache
def _longest_beginning() -> int:
    return max(map(len, _beginnings()))


@cache
def _beginnings_index() -> Index:
    ways = (_ways_to_begin(known.prefecture, known.city) for known in municipalities())
    return Index(way for some in ways for way in some)


@lru_cache(maxsize=64)
def _towns_index(place: Place) -> Index:
    return Index(towns().get(place, ()))


@lru_cache(maxsize=64)
def _folded_towns(place: Place) -> tuple[frozenset[str], int]:
    """The towns of a municipality, folded, and the length of the longest."""
    folded = frozenset(_folded(town) for town in towns().get(place, ()))
    return folded, max(map(len, folded), default=0)


def _names_town(place: Place, rest: str) -> bool:
    known, longest = _folded_towns(place)
    return any(rest[:length] in known for length in range(1, min(longest, len(rest)) + 1))


def _folded(text: str) -> str:
    """A text sign for sign, each as the one that stands for its likes; its length stays."""
    return text.translate(_SAME)


def _allowed(name: str) -> int:
    """How many characters may differ, so that the name is still worth a look."""
    return max(1, len(name) // 3)


def _prefix_distance(name: str, text: str) -> tuple[int, int]:
    """The least edit distance between a name and any beginning of a text, and that beginning's length."""
    window = text[: len(name) + 2]
    row = list(range(len(window) + 1))
    for i, wanted in enumerate(name, 1):
        before, row[0] = row[0], i
        for j, seen in enumerate(window, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != seen))
    length = min(range(len(row)), key=lambda j: (row[j], abs(j - len(name))))
    return row[length], length
