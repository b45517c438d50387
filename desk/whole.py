"""Whole numbers as a browser sends them."""

from __future__ import annotations

MOST_DIGITS = 9
"""More is nobody's number here, and neither the database nor Python takes any length."""


def whole(text: str) -> int | None:
    """The number; None for what is none, or too long to be one that the desk has sent."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
