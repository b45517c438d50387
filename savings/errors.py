"""What can go wrong in this room. Wrong files raise ``forms.errors.DefinitionError``.

SavingsError
└── BadFigure      a figure that no clock and no count can give
"""

from __future__ import annotations


class SavingsError(ValueError):
    """The base of this room's errors; messages say what was seen and what to do."""


class BadFigure(SavingsError):
    """A figure that cannot be, such as negative minutes."""

    def __init__(self, what: str, seen: float, remedy: str) -> None:
        super().__init__(f"{what} is {seen:g}: {remedy}")
