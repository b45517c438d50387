"""How one field of a form goes into a target: into which box, and in which writing."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field as Spec
from pydantic import model_validator

from robots.places import Locator, Step, Strict, replaced, row_words


class Format(enum.Enum):
    """How the target wants text; what it shows is folded back by the field's kind."""

    PLAIN = "plain"
    FULL_WIDTH = "full_width"
    HALF_WIDTH = "half_width"
    """Latin letters, digits and signs in half width; kana and kanji stay."""

    HALF_KANA = "half_kana"
    KATAKANA = "katakana"
    HIRAGANA = "hiragana"
    DIGITS_ONLY = "digits_only"
    """Without the signs between groups: 2520231 for 252-0231."""


class Charset(enum.Enum):
    """The characters that a target can hold."""

    UNICODE = "unicode"
    JIS_X_0208 = "jis_x_0208"
    """JIS levels 1 and 2."""

    CP932 = "cp932"
    """JIS levels 1 and 2 with the extensions of NEC and IBM (髙 and 﨑 are in, 𠮷 is not)."""

    JIS_X_0213 = "jis_x_0213"
    """JIS levels 1 to 4."""


class Missing(enum.Enum):
    """What is done about a character that the target cannot hold."""

    PERSON = "person"
    """Nothing is typed; the case goes to a person, with the character named."""

    GETA = "geta"
    """〓 is typed in its place, and the receipt says so."""

    REPLACE = "replace"
    """What ``replacements`` names is typed in its place, and the receipt says so; others go to a person."""


class Characters(Strict):
    """What the target can hold, and the way for what it lacks."""

    set: Charset = Charset.UNICODE
    missing: Missing = Missing.PERSON
    replacements: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.missing is Missing.REPLACE) != bool(self.replacements):
            raise ValueError("`missing: replace` and `replacements: {髙: 高}` go together")
        return self


class DateParts(Strict):
    """The labels of the boxes of a date; ``{label}`` stands for the date's own label.

    Without ``era`` the year is the western one.
    """

    era: str | None = None
    year: str
    month: str
    day: str


CONTROLS = ("text", "split", "drop_down", "radio", "checks", "checkbox", "date", "steps", "hook")


class FieldMap(Strict):
    """Where one field goes: exactly one of ``CONTROLS``, named by its label or by a place.

    ``shown`` is the label beside which the target shows the value afterwards, where it is another one.
    ``options`` gives the target's word for a value where it has another one.
    """

    text: str | Locator | None = None
    split: tuple[str | Locator, ...] = ()
    at: str | None = None
    drop_down: str | Locator | None = None
    radio: str | Locator | None = None
    checks: str | Locator | None = None
    checkbox: str | Locator | None = None
    date: str | None = None
    steps: tuple[Step, ...] = ()
    """Steps that bring the value in, such as a search in a pop-up window; they may fill with ``value``."""

    hook: str | None = None
    """An async function ``name(page, value)`` of the definition's Python file."""

    when: str | None = None
    """``checkbox`` only: ticked when the field has this value, else cleared."""

    parts: DateParts | None = None
    """``date`` only: labels of its boxes where they differ from the definition's ``date_parts``."""

    era: str | None = None
    """``date`` only: always this choice of the era drop-down, with the western year (西暦)."""

    written: str | None = None
    """``text`` only, a date in one box: ``{era}{year}年…``, ``{e}{yy}.{mm}.{dd}``, ``{yyyy}-{mm}-{dd}``."""

    shown: str | Locator | None = None
    as_: Format = Spec(default=Format.PLAIN, alias="as")
    options: Mapping[str, str] = {}
    max_length: Annotated[int, Spec(gt=0)] | None = None
    """The longest text that the box takes, in characters; a longer one goes to a person."""

    characters: Characters | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(map(bool, (getattr(self, control) for control in CONTROLS))) != 1:
            raise ValueError(f"a field goes to exactly one of {', '.join(CONTROLS)}")
        if self.split and not (self.at and self.shown):
            raise ValueError("split also needs `at` (the sign between the parts) and `shown`")
        if not self.named and self.shown is None:
            raise ValueError("a box that is found by a place, not by its label, needs `shown`")
        if self.written and not self.text:
            raise ValueError("`written` goes with text only; a date of several boxes is `date`")
        if bool(self.when) != bool(self.checkbox):
            raise ValueError("checkbox needs `when`: the value at which it is ticked")
        return self

    def for_row(self, row: int) -> FieldMap:
        """The same with ``{row}`` and ``{row0}`` replaced in every label."""
        named = self.model_dump(exclude_none=True, by_alias=True)
        return FieldMap.model_validate(replaced(named, row_words(row)))

    @property
    def control(self) -> str:
        """Which of ``CONTROLS`` it is."""
        return next(control for control in CONTROLS if getattr(self, control))

    @property
    def named(self) -> str:
        """The label of its box; "" where it is found otherwise."""
        place = self.text or self.drop_down or self.radio or self.checks or self.checkbox or self.date
        if isinstance(place, Locator):
            return place.label or place.group or ""
        return place or ""

    @property
    def shown_as(self) -> str | Locator:
        """The label, or the place, at which confirmation and detail screens show the value."""
        return self.shown or self.named


class TableMap(Strict):
    """A table with a row for each person: the columns' fields, and the title of the table that shows a row.

    ``add_row`` is what makes another row, where the page has only ``rows_there`` of them at first.
    """

    shown_in: str = ""
    rows_there: int | None = None
    add_row: Locator | None = None
    most_rows: int | None = None
    fields: Mapping[str, FieldMap]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.rows_there is None) != (self.add_row is None):
            raise ValueError("`add_row` and `rows_there` go together")
        return self
