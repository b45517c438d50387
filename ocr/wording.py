"""How addresses and names are worded, as grammars: town, numbers, building; surname and given name.

Nothing is forbidden: what the tables do not know, and what follows the numbers, may be anything at a price,
so that an address is read as it stands wherever its strokes are clear (design, law 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from forms.kinds.relation import TERMS
from forms.postal import Municipality, PostalArea, municipalities, towns, without_county
from ocr import names
from ocr.context import collapsed
from ocr.grammar import Lexicon, Place, State, Ways, Words, begin

_NO_TOWN, _UNKNOWN_TOWN, _UNKNOWN_PLACE = -2.0, -7.0, -9.0
_UNKNOWN_CHARACTER, _FREE_CHARACTER = -1.5, -1.0
"""Log weight of each character that no table explains, and of each in free text."""

_OTHER_AREA = -5.0
"""Log weight of an address outside of the areas that its postal code names."""

_UNKNOWN_PART = -3.0
"""Log weight of a surname, a given name or a relation that no table has, beside that of its characters."""

_BUILDING, _BUILDING_WORD = -3.0, -1.0
"""Log weights of going on with a building's name, and of each word that many such names have."""

_BUILDING_WORDS = Path(__file__).parent / "data" / "building_words.txt"
_KANJI_NUMERALS = "一二三四五六七八九十"
_SECTIONS = (("", 0.0), ("大字", -2.0), ("字", -2.0))
"""People write 大字 or 字 before a town where Japan Post leaves it out."""

_NARROW = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}
_GA = re.compile("[ヶケガ]|(?<=.)が(?=.)")


def address(areas: Sequence[PostalArea] = ()) -> State:
    """Where an address begins; with the areas of its postal code these are expected."""
    elsewhere = _OTHER_AREA if areas else 0.0
    near = [
        Words(Lexicon.of([(collapsed(head), 0.0)]), lambda _: [(0.0, _numbers())])
        for area in areas
        if area.town
        for town in _spellings(area.town)
        for head in (area.prefecture + area.city + town, area.city + town)
    ]
    return begin(
        [(elsewhere, _municipality()), (_UNKNOWN_PLACE, _anything()), *((0.0, place) for place in near)]
    )


@cache
def _municipality() -> Place:
    words = {collapsed(written): place for place in municipalities() for written in _ways_to_write(place)}
    return Words(Lexicon.of((word, 0.0) for word in words), lambda word: _within(words[word]))


def _ways_to_write(place: Municipality) -> tuple[str, ...]:
    bare = without_county(place.city)
    return (place.prefecture + place.city, place.city, place.prefecture + bare, bare)


def _within(place: Municipality) -> Ways:
    return ((0.0, _town(place)), (_NO_TOWN, _numbers()), (_UNKNOWN_TOWN, _anything()))


@cache
def _town(place: Municipality) -> Place:
    listed = towns().get((place.prefecture, place.city), ())
    written = {spelling for town in listed for spelling in _spellings(town)}
    words = ((collapsed(prefix + town), weight) for town in written for prefix, weight in _SECTIONS)
    return Words(Lexicon.of(words), lambda _: [(0.0, _numbers())])


def _spellings(town: str) -> tuple[str, ...]:
    """A town as people write it: with narrow digits, and with any of the signs that stand for each other."""
    narrow = town.translate(_NARROW)
    return (narrow, *(_GA.sub(sign, narrow) for sign in "ヶケがガ")) if _GA.search(narrow) else (narrow,)


@cache
def _anything() -> Place:
    """Any characters, then perhaps numbers."""
    place = Place(ends=0.0, after=lambda: [(0.0, _numbers())])
    place.any_way = (_UNKNOWN_CHARACTER, place)
    return place


def text() -> State:
    """Where free text begins, most of which names a building and a room."""
    return begin([(0.0, free())])


@cache
def free() -> Place:
    """Any characters, among which the words of buildings are likelier than others."""
    place = Place(ends=0.0, after=_building_words)
    place.any_way = (_FREE_CHARACTER, place)
    return place


def _building_words() -> Ways:
    return ((0.0, _building_word()),)


@cache
def _building_word() -> Place:
    listed = _BUILDING_WORDS.read_text(encoding="utf-8").split()
    words = Lexicon.of((collapsed(word), _BUILDING_WORD) for word in listed)
    return Words(words, lambda _: [(0.0, free())])


@cache
def _numbers() -> Place:
    """Where the numbers of an address begin: 2-11-17, 2丁目8番地の3, 二丁目8番4号."""
    nowhere, building = Place(), Place(any_way=(_FREE_CHARACTER, free()), after=_building_words)
    # A name does not begin with what counts the number before it.
    building.leads("丁番号ー", nowhere)
    to_building: Ways = ((_BUILDING, building),)
    start, number = Place(ends=0.0, after=lambda: to_building), Place(ends=0.0, after=lambda: to_building)
    joint, whole = Place(), Place(ends=0.0, after=lambda: to_building)
    block, lot, counter = Place(), Place(), Place()
    after_block, after_lot = (
        Place(ends=0.0, after=lambda: to_building),
        Place(ends=0.0, after=lambda: to_building),
    )
    for place in (start, joint, number, after_block, after_lot):
        place.leads("0123456789", number)
    start.leads(collapsed(_KANJI_NUMERALS), counter)
    counter.leads(collapsed(_KANJI_NUMERALS), counter)
    for place in (number, counter):
        place.leads("丁", block)
    block.leads("目", after_block)
    number.leads("番", lot)
    number.leads("号", whole)
    number.leads("ーのノ", joint)
    lot.leads("地", after_lot)
    lot.leads("0123456789", number)
    after_lot.leads("のー", joint)
    lot.ends = 0.0
    return start


def relation() -> State:
    """Where a relation to the head begins: 妻, 子, 妻の子 …"""
    return begin([(0.0, _relation()), (_UNKNOWN_PART, _anything())])


@cache
def _relation() -> Place:
    terms = Lexicon.of((collapsed(term), 0.0) for term in TERMS)
    joint, end = Place(), Place(ends=0.0, after=lambda: [(0.0, joint)])
    word = Words(terms, lambda _: [(0.0, end)])
    joint.leads("の", word)
    return word


def name() -> State:
    """Where a name begins: surname and given name, of which either may be one that no table has."""
    return begin([(0.0, _name())])


def kana() -> State:
    """Where furigana begin: the readings of a surname and a given name."""
    return begin([(0.0, _kana())])


@cache
def _name() -> Place:
    return _two_parts(names.words("S"), names.words("G"))


@cache
def _kana() -> Place:
    return _two_parts(names.readings("S"), names.readings("G"))


def _two_parts(surnames: Iterable[tuple[str, float]], given: Iterable[tuple[str, float]]) -> Place:
    """Two words of these lists with their log weights, or others in their place at a price."""
    end, rest, first = Place(ends=0.0), Place(ends=0.0), Place()
    rest.any_way = (_UNKNOWN_CHARACTER, rest)
    second = Words(_collapsed(given), lambda _: [(0.0, end)])
    beginning = Words(_collapsed(surnames), lambda _: [(0.0, second), (_UNKNOWN_PART, rest)])
    first.any_way = (
        _UNKNOWN_CHARACTER,
        Place(ends=_UNKNOWN_PART, after=lambda: [(0.0, second), (0.0, first)]),
    )
    return Place(after=lambda: [(0.0, beginning), (_UNKNOWN_PART, first)])


def _collapsed(words: Iterable[tuple[str, float]]) -> Lexicon:
    return Lexicon.of((collapsed(word), weight) for word, weight in words)
