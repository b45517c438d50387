"""One form, defined once: the model behind ``config/forms/<name>.yaml``.

Lengths are millimetres on the printed page; the origin is the page's top left corner, x to the right,
y downwards. A box is the area in which a person writes, without its ruling.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Spec

from forms.retention import Retention


class Kind(enum.StrEnum):
    """What a field holds; each has a module of its own in ``forms.kinds``."""

    NAME = "name"
    KANA = "kana"
    DATE = "date"
    POSTAL_CODE = "postal_code"
    ADDRESS = "address"
    PHONE = "phone"
    DIGITS = "digits"
    AMOUNT = "amount"
    MY_NUMBER = "my_number"
    RESIDENCE_CARD = "residence_card"
    MUNICIPALITY_CODE = "municipality_code"
    TICKS = "ticks"
    CIRCLE = "circle"
    STAMP = "stamp"
    RELATION = "relation"
    TEXT = "text"


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Box(Strict):
    """A rectangle on the page in mm, written ``[x, y, width, height]`` in YAML."""

    x_mm: float
    y_mm: float
    width_mm: Annotated[float, Spec(gt=0)]
    height_mm: Annotated[float, Spec(gt=0)]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, data: Any) -> Any:
        if isinstance(data, list | tuple):
            if len(data) != 4:
                raise ValueError("a box is four numbers: [x, y, width, height]")
            return dict(zip(("x_mm", "y_mm", "width_mm", "height_mm"), data, strict=True))
        return data

    @property
    def right_mm(self) -> float:
        return self.x_mm + self.width_mm

    @property
    def bottom_mm(self) -> float:
        return self.y_mm + self.height_mm

    def moved(self, dx_mm: float = 0, dy_mm: float = 0) -> Box:
        return Box(
            x_mm=self.x_mm + dx_mm, y_mm=self.y_mm + dy_mm, width_mm=self.width_mm, height_mm=self.height_mm
        )

    def corners_mm(self) -> tuple[tuple[float, float], ...]:
        """Top left, top right, bottom right, bottom left."""
        return (
            (self.x_mm, self.y_mm),
            (self.right_mm, self.y_mm),
            (self.right_mm, self.bottom_mm),
            (self.x_mm, self.bottom_mm),
        )


class Option(Strict):
    """One choice of a ``ticks`` or ``circle`` field, or one era of a ``date`` field.

    For ``ticks`` the box is the little square to tick; otherwise it is the printed word to be circled.
    """

    value: str
    label: str
    box: Box


class Comb(Strict):
    """A row of single-character cells: ``cells`` of equal width, ``gap_after`` cells followed by a gap."""

    cells: Annotated[int, Spec(gt=0)]
    gap_after: tuple[int, ...] = ()
    gap_mm: float = 3.0


class Policy(Strict):
    """When a person has to look at the field. A department signs it for its task."""

    route: Literal["auto", "check", "blind"] = "auto"
    error_cost: Annotated[float, Spec(gt=0)] = 1.0
    """With ``auto``: what a wrong value costs here, in wrong values of an ordinary field. The department's
    wanted share of wrong values among those accepted without a look is divided by it."""

    second_check: bool = False


class When(Strict):
    """A condition on another field: it holds when that field has one of the values."""

    field: str
    values: tuple[str, ...]


class Field(Strict):
    """One place on the sheet where a person writes, ticks, circles or stamps."""

    id: str
    kind: Kind
    label: str
    label_en: str = ""
    """For a desk that is shown in English; empty: the Japanese label."""

    box: Box
    page: int = 1
    hint: str = ""
    section_en: str = ""
    section: str = ""
    """Heading under which the desk shows the field; empty: that of the field before. Rows get their own."""

    required: bool = False
    required_when: When | None = None
    multiple: bool = False
    """``ticks`` only: more than one may be ticked; values are then joined by ``,`` in option order."""

    options: tuple[Option, ...] = ()
    """What may be ticked or circled; for a ``date`` the eras. A date with a single era has it printed: a year
    of one or two digits then belongs to that era, circled or not."""

    parts: Mapping[str, Box] = {}
    """``date`` only: the boxes of ``year``, ``month`` and ``day``."""

    comb: Comb | None = None
    max_length: int | None = None
    rules: tuple[str, ...] = ()
    """Names of single-field rules in ``forms.rules`` (``not_future`` …)."""

    policy: Policy = Policy()
    target: str | None = None
    """The name under which target definitions know the field; None: it is not transferred."""

    office: bool = False
    """Filled in by the office (受付・入力・審査): read, never asked, never transferred."""

    table: str | None = None
    row: int | None = None
    column: str | None = None
    """Where the field stands when it comes from a table: ``persons``, 1, ``name``."""

    @cached_property
    def cell_boxes(self) -> tuple[Box, ...]:
        """The comb's cells from left to right; empty without a comb."""
        if self.comb is None:
            return ()
        gaps = sum(1 for cell in self.comb.gap_after if cell < self.comb.cells)
        width = (self.box.width_mm - gaps * self.comb.gap_mm) / self.comb.cells
        boxes, x = [], self.box.x_mm
        for number in range(1, self.comb.cells + 1):
            boxes.append(Box(x_mm=x, y_mm=self.box.y_mm, width_mm=width, height_mm=self.box.height_mm))
            x += width + (self.comb.gap_mm if number in self.comb.gap_after else 0)
        return tuple(boxes)

    def option(self, value: str) -> Option | None:
        return next((option for option in self.options if option.value == value), None)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in {Kind.TICKS, Kind.CIRCLE} and not self.options:
            raise ValueError(f"field {self.id}: a {self.kind} field needs options")
        if self.parts and set(self.parts) != {"year", "month", "day"}:
            raise ValueError(f"field {self.id}: the parts of a date are year, month and day")
        return self


class Marks(Strict):
    """Four black squares, one in each corner; the hollow one at the top left tells up from down."""

    inset_mm: float = 8.0
    """Distance of a mark's centre from the two page edges."""

    size_mm: float = 6.0


class Page(Strict):
    width_mm: float = 210.0
    height_mm: float = 297.0
    marks: Marks | None = Marks()
    qr: Box | None = None
    """Where the QR code with the form's name and version is printed."""

    def mark_centres_mm(self) -> tuple[tuple[float, float], ...]:
        """Top left, top right, bottom right, bottom left; empty when the page has no marks."""
        if self.marks is None:
            return ()
        near, right, bottom = self.marks.inset_mm, self.width_mm, self.height_mm
        far_x, far_y = right - near, bottom - near
        return ((near, near), (far_x, near), (far_x, far_y), (near, far_y))


class Text(Strict):
    """Printed words. ``align`` says which part of them stands at ``x``; ``y`` is the baseline."""

    text: str
    at: tuple[float, float]
    size_pt: float = 8.0
    align: Literal["left", "centre", "right"] = "left"
    bold: bool = False
    vertical: bool = False


class Label(Strict):
    """A shaded cell with centred words beside the writing area that it names; line breaks are kept.

    In a table's ``print`` the text ``{row}`` becomes the row's number.
    """

    text: str
    box: Box
    size_pt: float = 7.0
    vertical: bool = False


class Rule(Strict):
    """A cross-field rule of ``forms.rules`` by name, with its parameters (field ids, mostly)."""

    rule: str
    params: Mapping[str, str] = {}


class Print(Strict):
    """What the blank shows besides its fields: words, lines ``[x1, y1, x2, y2]``, frames and shaded areas."""

    texts: tuple[Text, ...] = ()
    lines: tuple[tuple[float, float, float, float], ...] = ()
    thin_lines: tuple[tuple[float, float, float, float], ...] = ()
    frames: tuple[Box, ...] = ()
    shades: tuple[Box, ...] = ()
    labels: tuple[Label, ...] = ()
    cells: tuple[Box, ...] = ()
    """Thinly ruled rectangles around writing areas."""

    def moved(self, dy_mm: float, row: str) -> Print:
        """The same, ``dy_mm`` further down, with the row's number in its words."""
        return Print(
            texts=tuple(
                t.model_copy(update={"at": (t.at[0], t.at[1] + dy_mm), "text": t.text.replace("{row}", row)})
                for t in self.texts
            ),
            lines=tuple((x1, y1 + dy_mm, x2, y2 + dy_mm) for x1, y1, x2, y2 in self.lines),
            thin_lines=tuple((x1, y1 + dy_mm, x2, y2 + dy_mm) for x1, y1, x2, y2 in self.thin_lines),
            frames=tuple(box.moved(dy_mm=dy_mm) for box in self.frames),
            shades=tuple(box.moved(dy_mm=dy_mm) for box in self.shades),
            labels=tuple(
                label.model_copy(
                    update={"box": label.box.moved(dy_mm=dy_mm), "text": label.text.replace("{row}", row)}
                )
                for label in self.labels
            ),
            cells=tuple(box.moved(dy_mm=dy_mm) for box in self.cells),
        )


class Table(Strict):
    """Rows that repeat the same fields, such as five persons on one notice.

    ``fields`` describe the first row; row n lies ``(n − 1) × pitch_mm`` below it. Row n's ids become
    ``<table>.<n>.<id>``.
    """

    id: str
    label: str
    label_en: str = ""
    rows: Annotated[int, Spec(gt=0)]
    pitch_mm: Annotated[float, Spec(gt=0)]
    fields: tuple[Field, ...]
    print: Print = Print()
    """What the blank shows around the first row's fields; it is repeated with every row."""

    def row_print(self, row: int) -> Print:
        """What is printed around the fields of one row."""
        return self.print.moved((row - 1) * self.pitch_mm, str(row))

    def expanded(self) -> Iterator[Field]:
        for row in range(1, self.rows + 1):
            dy_mm = (row - 1) * self.pitch_mm
            for template in self.fields:
                yield template.model_copy(
                    update={
                        "id": f"{self.id}.{row}.{template.id}",
                        "label": f"{self.label}{row} {template.label}",
                        "label_en": f"{self.label_en or self.label} {row}: {template.label_en}"
                        if template.label_en
                        else "",
                        "box": template.box.moved(dy_mm=dy_mm),
                        "options": tuple(
                            option.model_copy(update={"box": option.box.moved(dy_mm=dy_mm)})
                            for option in template.options
                        ),
                        "parts": {name: box.moved(dy_mm=dy_mm) for name, box in template.parts.items()},
                        "table": self.id,
                        "row": row,
                        "column": template.id,
                    }
                )


class FormDefinition(Strict):
    """A form as a city hall defines it: the source of blank, template, desk screen and mapping."""

    form: str
    version: Annotated[int, Spec(gt=0)]
    title: str
    title_en: str
    about: str = ""
    by_machine: bool = False
    """Filled in by a machine: a second reader, made for print, must agree before a text counts as agreed."""

    page: Page = Page()
    single_fields: tuple[Field, ...] = Spec(default=(), alias="fields")
    tables: tuple[Table, ...] = ()
    rules: tuple[Rule, ...] = ()
    retention: Retention = Retention()
    print: Print = Print()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field, table rows expanded, in the order of the definition."""
        return (*self.single_fields, *(field for table in self.tables for field in table.expanded()))

    @cached_property
    def layers(self) -> tuple[Print, ...]:
        """What is printed besides the fields: around every table row, and on the page itself."""
        rows = (table.row_print(row) for table in self.tables for row in range(1, table.rows + 1))
        return (*rows, self.print)

    @cached_property
    def _by_id(self) -> dict[str, Field]:
        return {field.id: field for field in self.fields}

    def field(self, field_id: str) -> Field:
        """The field of that id. KeyError when the form has none."""
        return self._by_id[field_id]

    def row(self, table: str, row: int) -> dict[str, Field]:
        """The fields of one table row by column."""
        return {f.column or f.id: f for f in self.fields if f.table == table and f.row == row}

    @property
    def qr_payload(self) -> str:
        """What the QR on the blank says: ``TENKI:<form>:<version>``."""
        return f"TENKI:{self.form}:{self.version}"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for item in self.fields:
            if item.id in seen:
                raise ValueError(f"two fields are called {item.id}")
            seen.add(item.id)
            if item.required_when and item.required_when.field not in {f.id for f in self.fields}:
                raise ValueError(
                    f"field {item.id}: required_when names an unknown field {item.required_when.field}"
                )
        return self
