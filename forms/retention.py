"""How long what a form brings in is kept: days after the end of a case, one figure for each kind of data."""

from __future__ import annotations

import enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Spec

Days = Annotated[int, Spec(gt=0, lt=36_500)]


class Kept(enum.StrEnum):
    """What is deleted by itself, in the order in which it goes."""

    MY_NUMBER = "my_number"
    """My Numbers, read or typed."""

    ORIGINAL = "original"
    """The file as it was handed in, and its name. It shows My Numbers."""

    PAGE = "page"
    """The working page, and pictures of the target's screens."""

    READINGS = "readings"
    """What the machine read beside the value: raw text, alternatives, findings."""

    VALUES = "values"
    """Everything else that the sheet says: values, read-backs, words of the target."""


class Retention(BaseModel):
    """``retention:`` in a form's definition. The defaults count where a form says nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    my_number: Days = 90
    original: Days = 90
    page: Days = 365
    readings: Days = 365
    values: Days = 1825

    def days(self, kind: Kept) -> int:
        days: int = getattr(self, kind.value)
        return days
