"""What lines of forms say: numbers, dates, codes and names, half of the letters in no sensible order.

Too much sense would teach the recogniser to guess words, and a guessed word is the worst kind of misreading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rehearsal.names import MEN, SURNAMES, WOMEN

GAP: Final = " "
"""Stands in texts for the white between two words; the recogniser does not read it."""

DIGITS: Final = "0123456789"
CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIGNS: Final = "-.・ー元"
KATAKANA: Final = "".join(chr(code) for code in range(ord("ァ"), ord("ヶ") + 1))
HIRAGANA: Final = "".join(chr(code) for code in range(ord("ぁ"), ord("ん") + 1))
CHARACTERS: Final = (*DIGITS, *SIGNS, *KATAKANA, *HIRAGANA, *CAPITALS)
"""The recogniser's alphabet, in the order of its columns after CTC's blank."""

RARE_KANA: Final = frozenset("ヮヰヱヵヶゎゐゑ")
_TO_HIRAGANA: Final = {ord(k): ord(k) - 0x60 for k in KATAKANA if k < "ヴ"}
_RARE_WEIGHT: Final = 0.3

Random = np.random.Generator


@dataclass(frozen=True)
class Text:
    """What to write. ``comb``: each character in a cell of its own."""

    text: str
    comb: bool = False

    @property
    def read(self) -> str:
        """What the recogniser shall say."""
        return self.text.replace(GAP, "")


def any_text(rng: Random) -> Text:
    """A line as some field holds it."""
    shares = np.array([share for _, share in _KINDS])
    make, _ = _KINDS[int(rng.choice(len(_KINDS), p=shares / shares.sum()))]
    return make(rng)


def _some(rng: Random, of: str, least: int, most: int) -> str:
    return "".join(of[i] for i in rng.integers(len(of), size=int(rng.integers(least, most + 1))))


def _phone(rng: Random) -> Text:
    first = "0" + _some(rng, DIGITS, 1, 3)
    return Text(f"{first}-{_some(rng, DIGITS, 2, 4)}-{_some(rng, DIGITS, 4, 4)}")


def _postal(rng: Random) -> Text:
    code = _some(rng, DIGITS, 7, 7)
    return Text(code, True) if rng.random() < 0.7 else Text(f"{code[:3]}-{code[3:]}")


def _part_of_date(rng: Random) -> Text:
    if rng.random() < 0.1:
        return Text("元")
    return Text(str(int(rng.integers(1, [10, 32, 100, 2100][int(rng.integers(4))]))), rng.random() < 0.3)


def _number(rng: Random) -> Text:
    return Text(_some(rng, DIGITS, 1, 8), rng.random() < 0.4)


def _long_number(rng: Random) -> Text:
    return Text(_some(rng, DIGITS, 10, 13), rng.random() < 0.8)


def _residence_card(rng: Random) -> Text:
    text = _some(rng, CAPITALS, 2, 2) + _some(rng, DIGITS, 8, 8) + _some(rng, CAPITALS, 2, 2)
    return Text(text, rng.random() < 0.7)


def _block_number(rng: Random) -> Text:
    return Text("-".join(_some(rng, DIGITS, 1, 4) for _ in range(int(rng.integers(1, 5)))))


def _name_in_kana(rng: Random) -> Text:
    given = MEN if rng.random() < 0.5 else WOMEN
    words = [SURNAMES[int(rng.integers(len(SURNAMES)))].kana, given[int(rng.integers(len(given)))].kana]
    return Text(_script(rng, (GAP if rng.random() < 0.8 else "").join(words)))


def _random_kana(rng: Random) -> Text:
    weights = np.array([_RARE_WEIGHT if char in RARE_KANA else 1.0 for char in KATAKANA])
    length = int(rng.integers(2, 9))
    chars = [KATAKANA[i] for i in rng.choice(len(KATAKANA), size=length, p=weights / weights.sum())]
    for place in range(1, length):
        if rng.random() < 0.08:
            chars[place] = "ー"
    if length > 4 and rng.random() < 0.4:
        chars.insert(int(rng.integers(2, length - 1)), "・" if rng.random() < 0.25 else GAP)
    return Text(_script(rng, "".join(chars)), rng.random() < 0.15)


def _script(rng: Random, kana: str) -> str:
    return kana.translate(_TO_HIRAGANA) if rng.random() < 0.36 else kana


def _latin(rng: Random) -> Text:
    words = [_some(rng, CAPITALS, 2, 7) for _ in range(int(rng.integers(1, 4)))]
    joint = [GAP, GAP, "-", ". "][int(rng.integers(4))]
    return Text(joint.join(words))


_KINDS: Final[tuple[tuple[Callable[[Random], Text], float], ...]] = (
    (_phone, 0.1),
    (_postal, 0.07),
    (_part_of_date, 0.13),
    (_number, 0.1),
    (_long_number, 0.06),
    (_residence_card, 0.05),
    (_block_number, 0.05),
    (_name_in_kana, 0.13),
    (_random_kana, 0.25),
    (_latin, 0.06),
)
