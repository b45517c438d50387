"""What addresses and names are made of, as evidence for a reading.

A text from the lexicon is put forward as a further candidate and must then be borne out by the picture: the
decoder scores it against the same pixels (``ocr.decode.rescored``). Nothing is replaced that the picture does
not allow, and the reading without lexicon stays among the alternatives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import log

from forms.definition import Kind
from forms.kinds.relation import TERMS
from forms.postal import PostalArea, municipalities, towns

_MOST_CANDIDATES = 6
_POSTAL_WEIGHT, _ADDRESS_WEIGHT, _NAME_WEIGHT = 9.0, 5.0, 2.0
"""How much (log) the lexicon weighs against the picture; a postal code is evidence from other ink."""

_COMMON = 3_000
_COMMON_WEIGHT = 0.3

_ODD_COUNTER = re.compile(r"\d丁[^目]|\d[T1]目|番[池也他]")
_SHARED = 0.6
"""Share of a name's characters that must occur where it should stand, before it is compared in earnest."""


def addresses_like(text: str, areas: Iterable[PostalArea] = ()) -> tuple[str, ...]:
    """Addresses that begin like a text and lie somewhere: the areas of a postal code first.

    What follows municipality and town (numbers, building) is taken over from the text as it is.
    """
    text = re.sub(r"(?<=\d)丁[月日自]", "丁目", text)
    found = [head + rest for head, rest in _by_areas(text, tuple(areas))]
    found += [candidate for candidate in _by_tables(text) if candidate not in found]
    return tuple(found[:_MOST_CANDIDATES])


def lies_somewhere(text: str) -> bool:
    """Whether an address begins with a municipality and a town of it, letter by letter."""
    return any(
        text.startswith(beginning) and any(text.startswith(town, len(beginning)) for town in towns()[place])
        for beginning, place in _beginnings(text)
    )


def support(kind: Kind, text: str, areas: Sequence[PostalArea] = ()) -> float:
    """What the lexicon says of a reading: 0 speaks against it, 0.5 says nothing, 1 bears it out."""
    if kind is Kind.ADDRESS:
        if areas:
            return float(any(text.startswith((area.address, area.city + area.town)) for area in areas))
        return 0.75 if lies_somewhere(text) else 0.25
    if kind is Kind.NAME:
        return 0.75 if is_place_name(text.split(" ")[0]) else 0.25
    if kind is Kind.RELATION:
        return float(set(text.split("の")) <= TERMS)
    return 0.5


def address_prior(text: str, areas: Sequence[PostalArea] = ()) -> float:
    """The log probability with which an address begins like this, given its postal code."""
    weight = _POSTAL_WEIGHT if areas else _ADDRESS_WEIGHT
    return (support(Kind.ADDRESS, text, areas) - 1) * weight - (_ODD_COUNTER.search(text) is not None) * 4


def name_prior(text: str, areas: Sequence[PostalArea] = ()) -> float:
    """The log probability with which a name begins like this; it is not yet divided into its two parts."""
    known = any(is_place_name(text[:length]) for length in (2, 3) if len(text) > length)
    return sum(_commonness(character) for character in text) - (0.0 if known else _NAME_WEIGHT)


PRIORS: Mapping[Kind, Callable[..., float]] = {Kind.ADDRESS: address_prior, Kind.NAME: name_prior}
"""Log priors by kind, each taking the text and the areas of its postal code."""


def is_place_name(word: str) -> bool:
    """Whether a word names a place in Japan; most surnames do."""
    return word in _place_names()


def _by_areas(text: str, areas: tuple[PostalArea, ...]) -> Iterator[tuple[str, str]]:
    for area in areas:
        for head in (area.address, area.city + area.town):
            distance, length = _prefix_distance(head, text)
            if distance <= _allowed(head):
                yield head, text[length:]


def _by_tables(text: str) -> Iterator[str]:
    """Municipalities like the beginning, each with the towns like what follows; nearest first."""
    found: list[tuple[int, str]] = []
    for beginning, place in _beginnings_like(text):
        distance, length = _prefix_distance(beginning, text)
        if distance > _allowed(beginning):
            continue
        rest = text[length:]
        near = [
            (further, town, past)
            for town in towns().get(place, ())
            if _shares(town, rest)
            for further, past in [_prefix_distance(town, rest)]
            if further <= _allowed(town)
        ]
        found += [(distance + more, beginning + town + rest[past:]) for more, town, past in near]
        if not near:
            found.append((distance + 1, beginning + rest))
    yield from dict.fromkeys(candidate for _, candidate in sorted(found))


def _beginnings_like(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    return ((name, place) for name, place in _all_beginnings() if _shares(name, text))


def _beginnings(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    return ((name, place) for name, place in _all_beginnings() if text.startswith(name) and place in towns())


@cache
def _all_beginnings() -> tuple[tuple[str, tuple[str, str]], ...]:
    """How an address may begin, with or without the prefecture, and the municipality that it then names."""
    return tuple(
        (written, (known.prefecture, known.city))
        for known in municipalities()
        for written in (known.prefecture + known.city, known.city)
    )


@cache
def _place_names() -> frozenset[str]:
    stems = {known.city.rstrip("市区町村") for known in municipalities()}
    return frozenset(stems | {town for names in towns().values() for town in names})


@cache
def _occurrences() -> Counter[str]:
    return Counter("".join(town for names in towns().values() for town in names))


def _commonness(character: str) -> float:
    """A log weight (0 or less) for a character by how often the names of Japanese places have it."""
    return _COMMON_WEIGHT * min(log((_occurrences()[character] + 1) / _COMMON), 0.0)


def _shares(name: str, text: str) -> bool:
    return len(set(name) & set(text[: len(name) + 1])) >= _SHARED * len(set(name))


def _allowed(name: str) -> int:
    """How many characters may differ, so that the name is still worth a look."""
    return max(1, len(name) // 4)


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
