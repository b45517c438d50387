"""Other readings of a field: what differs stands out, and the doubtful characters are known by place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

LONG_PIECE = 8
"""A longer stretch that both texts share is shortened to its ends: the eye is wanted where they differ."""

KEPT_BESIDE = 3


@dataclass(frozen=True)
class Piece:
    """A stretch of an alternative; ``differs`` from what stands in the field, or is ``missing`` in the
    alternative though it stands in the field."""

    text: str
    differs: bool
    missing: bool = False


@dataclass(frozen=True)
class Alternative:
    """Another reading: what goes into the input, and how it is shown."""

    value: str
    pieces: tuple[Piece, ...]


def alternative(value: str, beside: str) -> Alternative:
    """The reading ``value`` as it is shown beside the text that stands in the field."""
    blocks = SequenceMatcher(None, beside, value, autojunk=False).get_opcodes()
    pieces = []
    for tag, left, right, start, end in blocks:
        if tag == "equal":
            pieces.append(Piece(_shortened(value, start, end), differs=False))
        elif tag == "delete":
            pieces.append(Piece(beside[left:right], differs=True, missing=True))
        else:
            pieces.append(Piece(value[start:end], differs=True))
    return Alternative(value, tuple(pieces))


def doubtful(text: str, others: Iterable[str]) -> tuple[int, ...]:
    """The places (0-based, in UTF-16 units as browsers count them) of characters that some reading has
    otherwise."""
    places: set[int] = set()
    for other in others:
        for tag, start, end, _, _ in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
            if tag != "equal":
                # What the other reading has more of is doubted at the character before which it stands.
                places.update(range(start, max(end, min(start + 1, len(text)))))
    return tuple(_utf16(text[:place]) for place in sorted(places))


def _shortened(text: str, start: int, end: int) -> str:
    """A shared stretch; a long one keeps the ends that touch a difference."""
    if end - start <= LONG_PIECE:
        return text[start:end]
    head = text[start : start + KEPT_BESIDE] if start > 0 else ""
    tail = text[end - KEPT_BESIDE : end] if end < len(text) else ""
    return f"{head}…{tail}"


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
