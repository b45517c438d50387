"""Characters that the recognition model does not know: it gives what looks nearest, and is rarely sure of it.

Of JIS X 0208 it lacks 345 kanji, ゐ and ヱ besides; 﨑, 𠮷 and most variants of names lie outside of that set
anyway. A variant that looks like its common glyph (﨑) cannot be told here: ``forms.variants`` has those.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from forms.definition import Field
from forms.facts import Finding, Severity
from ocr.alphabets import kanji
from ocr.view import View

GETA = "〓"
"""The printers' sign for a character that is not at hand."""

UNKNOWN_BELOW = 0.5
"""A character that holds less of the model's belief is said to be unknown (``docs/decisions.md``)."""


def missing_kanji(characters: Collection[str]) -> frozenset[str]:
    """The kanji of JIS X 0208 that are not among a model's characters."""
    return kanji() - frozenset(characters)


def known_shares(views: Sequence[View], text: str) -> tuple[float, ...]:
    """For each character of a text the share (0..1) of belief that it holds where it is strongest.

    It is a share among all characters of the model, in the view that believes it least: an unknown character
    looks like several others, and like others again when the line is a little changed.
    """
    found = []
    for view in views:
        own = view.columns_of(text)
        found.append(np.exp(view.shares[view.frames_of(text), own]) if own else np.empty(0))
    return tuple(float(share) for share in np.min(found, axis=0))


def unknown_places(shares: Sequence[float], text: str) -> tuple[int, ...]:
    """Where in a text (counted from 0) a kanji stands that looks like none that the model knows."""
    signs = enumerate(zip(text, shares, strict=True))
    return tuple(at for at, (sign, share) in signs if share < UNKNOWN_BELOW and sign in kanji())


def with_geta(text: str, places: Collection[int]) -> str:
    """The text with 〓 at these places, to be offered beside the model's guess."""
    return "".join(GETA if at in places else sign for at, sign in enumerate(text))


def finding(field: Field, text: str, places: Sequence[int]) -> Finding:
    """What the operator is told of a text in which characters may be unknown to the machine."""
    seen = {"seen": with_geta(text, places), "places": "、".join(str(at + 1) for at in places)}
    return Finding("reading.unknown_character", field.id, Severity.WARNING, seen)
