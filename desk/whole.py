"""Numbers as a browser sends them."""

from __future__ import annotations

import math

MOST_DIGITS = 9
"""More is nobody's number here, and neither the database nor Python takes any length."""

LARGEST = 10.0**MOST_DIGITS


def whole(text: str) -> int | None:
    """The number; None for what is none, or too long to be one that the desk has sent."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def whole_of(text: str) -> int:
    """The same; ValueError for what is none."""
    found = whole(text)
    if found is None:
        raise ValueError("no whole number of the desk's")
    return found


def decimal_of(text: str) -> float:
    """A number with a point. ValueError for what is none, without end, or larger than anything here."""
    found = float(text)
    if not math.isfinite(found) or abs(found) > LARGEST:
        raise ValueError("no number of the desk's")
    return found
