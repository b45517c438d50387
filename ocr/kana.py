"""Large and small kana (ツ and ッ, ヤ and ャ) have one shape: size and sound tell them apart."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import exp

import numpy as np

from forms.facts import Alternative
from ocr.decode import Decoded
from ocr.ink import ink
from ocr.load import Pixels
from ocr.spacing import gaps_between

SMALL = dict(zip("アイウエオツヤユヨワ", "ァィゥェォッャュョヮ", strict=True))
"""The small form of each kana that has one."""

_LARGE = {small: large for large, small in SMALL.items()}
_MAY_BE_SMALL = frozenset("ツヤユヨ")
"""Those whose small form is common in Japanese names; the others only in foreign ones."""

_FOREIGN_SOUNDS = frozenset(
    ("ファ", "フィ", "フェ", "フォ", "ヴァ", "ヴィ", "ヴェ", "ヴォ", "ジェ", "シェ", "チェ", "ティ", "ディ")
)
"""Sounds written with a small vowel; the same with a large one hardly occur."""

_BEFORE_SMALL_VOWEL = frozenset("ウトドツク")
_I_ROW = frozenset("キシチニヒミリギジヂビピ")
_AFTER_SMALL_TSU = frozenset(
    "カキクケコサシスセソタチツテトハヒフヘホパピプペポバビブベボダデドガギグゲゴザジズゼゾ"
)
_HALF_HEIGHT = 0.72
"""Height of a small kana, as a share of its neighbours', at which it might be either."""

_WIDE_GAP = 0.6
_SIZE_WEIGHT, _UNHEARD = 14.0, -5.0


def sized(decoded: Decoded, line: Pixels) -> Decoded:
    """The same text with each kana large or small as its height and its neighbours say, best first."""
    if not decoded.alternatives:
        return decoded
    best = decoded.alternatives[0]
    heights, starts = _heights(decoded.places, line), _word_starts(decoded.places, line)
    odds = [_log_odds_small(best.text, n, heights[n], n in starts) for n in range(len(best.text))]
    text = "".join(_shown(character, odd) for character, odd in zip(best.text, odds, strict=True))
    belief = _belief(decoded, text)
    for odd, character in zip(odds, best.text, strict=True):
        belief *= 1 / (1 + exp(-abs(odd))) if _sizable(character) else 1.0
    others = [a for a in decoded.alternatives if a.text != text]
    return replace(decoded, alternatives=(Alternative(text, belief), *others))


def _belief(decoded: Decoded, text: str) -> float:
    """What the decoder believes of a text, whatever the size of its kana."""
    plain = _all_large(text)
    return min(sum(a.probability for a in decoded.alternatives if _all_large(a.text) == plain), 1.0)


def _all_large(text: str) -> str:
    return "".join(_LARGE.get(character, character) for character in text)


def _sizable(character: str) -> bool:
    return character in SMALL or character in _LARGE


def _shown(character: str, odds_small: float) -> str:
    large = _LARGE.get(character, character)
    return SMALL[large] if large in SMALL and odds_small > 0 else large


def _word_starts(places: tuple[float, ...], line: Pixels) -> frozenset[int]:
    """Where a word begins: at the left end, and after the widest gap if it is wide."""
    gaps = gaps_between(places, line)
    widest = max(range(len(gaps)), key=gaps.__getitem__, default=-1)
    after_gap = {widest + 1} if gaps and gaps[widest] > _WIDE_GAP else set()
    return frozenset({0} | after_gap)


def _log_odds_small(text: str, position: int, height: float, starts_word: bool) -> float:
    """Log odds that a kana is small: from its height and from what stands before and after it."""
    character = _LARGE.get(text[position], text[position])
    if character not in SMALL:
        return -10.0
    before = "" if starts_word else _LARGE.get(text[position - 1], text[position - 1])
    after = text[position + 1 : position + 2]
    return _SIZE_WEIGHT * (_HALF_HEIGHT - height) + _heard(character, before, after)


def _heard(large: str, before: str, after: str) -> float:
    """How the sounds of Japanese weigh a small kana between its neighbours (log odds)."""
    if large == "ツ":
        return -1.5 if before and after in _AFTER_SMALL_TSU and after else _UNHEARD
    if large in _MAY_BE_SMALL:
        return 1.0 if before in _I_ROW and before else _UNHEARD
    if before + SMALL[large] in _FOREIGN_SOUNDS:
        return 1.0
    return -2.5 if before in _BEFORE_SMALL_VOWEL and before else _UNHEARD


def _heights(places: tuple[float, ...], line: Pixels) -> list[float]:
    """The height of the ink around each place, as a share of the usual height of the line's characters."""
    written = ink(line)
    at = [place * line.shape[1] for place in places]
    edges = [0.0, *((a + b) / 2 for a, b in itertools.pairwise(at)), float(line.shape[1])]
    found = []
    for left, right in itertools.pairwise(edges):
        rows = np.flatnonzero(written[:, int(left) : int(np.ceil(right))].any(axis=1))
        found.append(float(rows[-1] - rows[0] + 1) if len(rows) else 0.0)
    usual = float(np.percentile(found, 75)) or 1.0
    return [height / usual for height in found]
