"""Japanese surnames and given names with their kana: how likely a name is, and whether kana are its reading.

The tables in ``ocr/data`` are made by ``scripts/names`` (sources and licences: NOTICE). None is ever
refused for not being in them, for parents invent names.
"""

from __future__ import annotations

import lzma
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from math import exp, log
from pathlib import Path
from sys import intern
from typing import Literal, NamedTuple

import jaconv

Part = Literal["S", "G"]
"""Surname or given name."""

_DATA = Path(__file__).with_name("data")

_RARE: Mapping[Part, float] = {"S": -1.0, "G": -0.7}
_UNKNOWN: Mapping[Part, float] = {"S": -3.5, "G": -2.0}
"""Log weights of a part that only the large dictionary has, and of one that none has."""

_SIGN_WEIGHT, _USUAL_COUNT, _LEAST_SIGN = 0.4, 300, -2.0
"""An unknown part counts less the rarer its characters are in names; each takes at most so much (log)."""

_LONGEST_SURNAME = 5
_BY_TABLE, _BY_KANJI = 0.9, 0.1
"""Belief in the readings that the table lists, and in those made of the readings of single kanji."""

_LONGEST_READING = 5
_ODD_READING, _PER_KANA = 0.01, 1 / 60
"""Share of readings that no table foretells; such a reading holds any kana as well as any other."""

_KATAKANA = re.compile("[ァ-ヺー・]+")


class Known(NamedTuple):
    """A surname or given name of the table. ``common``: everyday dictionaries have it too."""

    common: bool
    readings: tuple[str, ...]


def known(part: Part, text: str) -> Known | None:
    """What the table says of a surname or given name; None where it has none such."""
    entry = _table()[part].get(text)
    return Known(entry[0] == "1", tuple(entry[1:].split())) if entry else None


def words(part: Part) -> Iterator[tuple[str, float]]:
    """Every surname or given name of the table with its log weight."""
    return ((name, 0.0 if entry[0] == "1" else _RARE[part]) for name, entry in _table()[part].items())


def readings(part: Part) -> Iterator[tuple[str, float]]:
    """Every reading of a surname or given name with its log weight."""
    for key, written in _by_reading().items():
        if key[0] == part:
            yield key[1:], 0.0 if written.split("\t")[0] else _RARE[part]


def divided(text: str) -> tuple[str, str]:
    """The likeliest surname and given name in a text without spaces; ("", text) for one character."""
    found = max(_divisions(text), default=None)
    return (text[: found[1]], text[found[1] :]) if found else ("", text)


def division(text: str) -> int:
    """How long the surname is in a name, or in furigana, that the table divides in one way only; else 0."""
    known_readings = _by_reading()
    places = [
        at
        for at in range(1, len(text))
        if ("S" + text[:at] in known_readings and "G" + text[at:] in known_readings)
        or (known("S", text[:at]) and known("G", text[at:]))
    ]
    return places[0] if len(places) == 1 else 0


@lru_cache(maxsize=4_096)
def reads_as(name: str, kana: str) -> float:
    """The log probability that a name is read so. Both without or with spaces; kana as katakana.

    A name in Latin letters or katakana is not judged: what comes back is ``any_reading``.
    """
    name, kana = name.replace(" ", ""), kana.replace(" ", "")
    anything = any_reading(kana)
    if not name or not kana or name.isascii() or kana.isascii() or _KATAKANA.fullmatch(name):
        return anything
    expected = _ways_to_read(name, kana)
    return log((1 - _ODD_READING) * expected + _ODD_READING * exp(anything))


def any_reading(kana: str) -> float:
    """The log probability of kana as such, with no name to go by."""
    return len(kana.replace(" ", "")) * log(_PER_KANA)


def _divisions(text: str) -> Iterator[tuple[float, int]]:
    """Every way to divide a name: its log weight, and the length of the surname."""
    for at in range(1, min(_LONGEST_SURNAME, len(text) - 1) + 1):
        yield _part_prior("S", text[:at]) + _part_prior("G", text[at:]), at


def _part_prior(part: Part, text: str) -> float:
    entry = _table()[part].get(text)
    if entry:
        return 0.0 if entry[0] == "1" else _RARE[part]
    return _UNKNOWN[part] + sum(_sign_prior(part, sign) for sign in text)


def _sign_prior(part: Part, sign: str) -> float:
    seen = _SIGN_WEIGHT * log((_signs()[part][sign] + 1) / _USUAL_COUNT)
    return max(min(seen, 0.0), _LEAST_SIGN)


def _ways_to_read(name: str, kana: str) -> float:
    """The probability of a reading over all ways to divide name and reading."""
    ahead, behind = _by_kanji(name, kana)
    total = _BY_KANJI**2 * ahead[len(name)][len(kana)]
    for at in range(1, min(_LONGEST_SURNAME, len(name) - 1) + 1):
        surname, given = known("S", name[:at]), known("G", name[at:])
        for length in range(1, len(kana)) if surname or given else ():
            first = _listed(surname, kana[:length])
            second = _listed(given, kana[length:])
            total += _BY_TABLE * first * (_BY_TABLE * second + _BY_KANJI * behind[at][length])
            total += _BY_KANJI * ahead[at][length] * _BY_TABLE * second
    return min(total, 1.0)


def _listed(part: Known | None, kana: str) -> float:
    return 1 / len(part.readings) if part and kana in part.readings else 0.0


def _by_kanji(name: str, kana: str) -> tuple[list[list[float]], list[list[float]]]:
    """Probabilities by the readings of single kanji, by how much of name and kana is used up.

    First those of reading the beginning so, then those of reading the rest so.
    """
    size = len(kana) + 1
    pieces = {
        (start, end): kana[start:end]
        for start in range(len(kana))
        for end in range(start + 1, min(start + _LONGEST_READING, len(kana)) + 1)
    }
    ahead = [[0.0] * size for _ in range(len(name) + 1)]
    behind = [[0.0] * size for _ in range(len(name) + 1)]
    ahead[0][0] = behind[len(name)][len(kana)] = 1.0
    chances = [{place: _chance(sign, piece) for place, piece in pieces.items()} for sign in name]
    for n in range(len(name)):
        back = len(name) - 1 - n
        for (start, end), chance in chances[n].items():
            ahead[n + 1][end] += ahead[n][start] * chance
        for (start, end), chance in chances[back].items():
            behind[back][start] += behind[back + 1][end] * chance
    return ahead, behind


def _chance(sign: str, piece: str) -> float:
    """The probability that a character is read as a piece of kana."""
    own = _kanji_readings().get(sign)
    if own:
        return own.get(piece, 0.0)
    if "ぁ" <= sign <= "ヺ":
        return float(jaconv.hira2kata(sign) == piece)
    return _PER_KANA ** len(piece) / _LONGEST_READING


@cache
def _by_reading() -> dict[str, str]:
    """Part and kana → common names, tab, rare names, divided by commas."""
    return dict(line.split("\t", 1) for line in _lines("names.tsv.xz"))


@cache
def _table() -> dict[Part, dict[str, str]]:
    """Part → name as written → 1 for common or 0 for rare, followed by its readings."""
    found: dict[Part, dict[str, str]] = {"S": {}, "G": {}}
    for reading, names in _by_reading().items():
        own = found["S" if reading[0] == "S" else "G"]
        for level, group in zip("10", names.split("\t"), strict=True):
            for name in filter(None, group.split(",")):
                before = own.get(name, "")
                mark = max(before[:1], level)
                own[name] = intern(f"{mark}{before[1:]} {reading[1:]}" if before else mark + reading[1:])
    return found


@cache
def _signs() -> dict[Part, Counter[str]]:
    """How many surnames, or given names, hold a character."""
    return {part: Counter(sign for name in names for sign in name) for part, names in _table().items()}


@cache
def _kanji_readings() -> dict[str, dict[str, float]]:
    """The readings of a kanji in names, with their probabilities."""
    found = {}
    for line in _lines("kanji_readings.tsv.xz"):
        sign, listed = line.split("\t")
        pairs = re.findall(r"(\D+)(\d+)", listed.replace(" ", ""))
        found[sign] = {kana: exp(-int(hundredths) / 100) for kana, hundredths in pairs}
    return found


def _lines(name: str) -> list[str]:
    return lzma.decompress((_DATA / name).read_bytes()).decode().splitlines()
