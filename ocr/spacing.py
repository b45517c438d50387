"""Where the paper shows a space: between surname and given name, between words, before a building's name."""

from __future__ import annotations

import itertools

import numpy as np

from forms.definition import Kind
from ocr import names
from ocr.ink import ink
from ocr.load import Pixels

_LEAST_GAP = {Kind.NAME: 0.28, Kind.KANA: 0.28}
_LEAST_GAP_IN_TEXT = 0.9
"""Least white between two words, as a share of the line's height."""

_OF_WIDEST = 0.75
_OF_USUAL = 2.5
"""Some people set kana so far apart that only a much wider gap divides words."""

_LEAST_GAP_AFTER_NUMBER = 0.35
_COUNTERS = "丁番号階室条地の区棟F"

_LEAST_GAP_IN_LATIN = 0.42

_OF_WIDEST_KNOWN, _KNOWN_IS_CLEAR = 0.6, 0.6
"""Least share of the widest gap, and how clear a division is where the table of names bears it out."""

_WIDER = 1.3
"""How many times wider than the next gap the one between surname and given name is."""


def spaced(text: str, places: tuple[float, ...], line: Pixels, kind: Kind) -> tuple[str, float]:
    """A text with a space (U+0020) wherever the line shows one, and how clear that is (0..1).

    ``places``: where in the line its characters stand, from 0 to 1.
    """
    if len(text) < 2:
        return text, 1.0
    gaps = gaps_between(places, line)
    if kind in _LEAST_GAP and not text.isascii():
        return _divided_once(text, gaps, _LEAST_GAP[kind])
    if text.isascii():
        # An L leaves nearly as much white before an A as there is between two words, but not quite.
        return _divided(text, gaps, max(_LEAST_GAP_IN_LATIN, _OF_WIDEST * max(gaps)))
    return _divided(text, gaps, max(_LEAST_GAP_IN_TEXT, _OF_USUAL * float(np.median(gaps))))


def gaps_between(places: tuple[float, ...], line: Pixels) -> list[float]:
    """The widest white run between each character and the next, as a share of the writing's height."""
    written = ink(line)
    rows = np.flatnonzero(written.any(axis=1))
    height = max(rows[-1] - rows[0] + 1, 1) if len(rows) else len(line)
    columns = np.flatnonzero(written.any(axis=0))
    starts, widths = columns[:-1] + 1, np.diff(columns) - 1
    middles = starts + widths / 2
    at = np.array(places) * line.shape[1]
    found = []
    for left, right in itertools.pairwise(at):
        between = widths[(middles > left) & (middles < right)]
        found.append(float(between.max(initial=0)) / height)
    return found


def _divided_once(text: str, gaps: list[float], least: float) -> tuple[str, float]:
    """Surname and given name; unclear when no gap stands out."""
    order = np.argsort(gaps)
    widest = int(order[-1])
    known = names.division(text)
    if known and gaps[known - 1] > _OF_WIDEST_KNOWN * gaps[widest]:
        # Where a known surname ends, a gap that is not the widest will do.
        clear = float(np.clip(gaps[known - 1] / least, _KNOWN_IS_CLEAR, 1))
        return f"{text[:known]} {text[known:]}", clear
    second = gaps[order[-2]] if len(gaps) > 1 else 0.0
    ahead = gaps[widest] / max(second, 0.12)
    clear = float(np.clip(min(ahead - 1, gaps[widest] / (2 * least)), 0, 1))
    if gaps[widest] < least or ahead < _WIDER:
        return text, (1 - clear) / 2
    return f"{text[: widest + 1]} {text[widest + 1 :]}", clear


def _divided(text: str, gaps: list[float], least: float) -> tuple[str, float]:
    """Words wherever there is room enough; unclear when a gap is just about as wide as that."""
    usual = float(np.median(gaps))
    pieces, clear = [text[0]], 1.0
    for before, character, gap in zip(text[:-1], text[1:], gaps, strict=True):
        needed = (
            max(_LEAST_GAP_AFTER_NUMBER, 1.6 * usual) if _building_may_begin(before, character) else least
        )
        pieces.append(f" {character}" if gap > needed else character)
        clear = min(clear, abs(gap - needed) / (needed / 3))
    return "".join(pieces), float(clear)


def _building_may_begin(before: str, character: str) -> bool:
    """Between the house number and the name of a building people leave less room than between words."""
    return before.isascii() and before.isdigit() and not character.isascii() and character not in _COUNTERS
