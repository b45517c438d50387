"""Forms that look like one of ours and are not: with a row less, and without corner marks and QR code.

Their names say from which form they are made; a story of that form is told for them (``stories.origin``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from forms.definition import Box, Field, FormDefinition, Page, Print, Strict, Table
from rehearsal.stories import VARIANT

NEAR_MM: Final = 0.05
"""Rulings that meet are written with one number; this much they may differ by rounding."""


def fewer_rows(form: FormDefinition, fewer: int = 1) -> FormDefinition:
    """The form with so many rows less in its first table, and all that is below moved up.

    ValueError for a form without a table, or without so many rows.
    """
    if not form.tables or form.tables[0].rows <= fewer:
        raise ValueError(f"form {form.form!r} has no table with more than {fewer} rows")
    table, *others = form.tables
    up = _upwards(_foot_mm(table), fewer * table.pitch_mm)
    return _anew(
        form,
        form=f"{form.form}{VARIANT}{table.rows - fewer}_rows",
        single_fields=tuple(_moved(field, up) for field in form.single_fields),
        tables=(_anew(table, rows=table.rows - fewer), *others),
        print=_print_moved(form.print, up),
    )


def without_marks(form: FormDefinition) -> FormDefinition:
    """The form as another office prints it: the same layout, no corner marks, no QR code."""
    page = Page(width_mm=form.page.width_mm, height_mm=form.page.height_mm, marks=None, qr=None)
    return _anew(form, form=f"{form.form}{VARIANT}unmarked", page=page)


Model = TypeVar("Model", bound=Strict)


def _anew(model: Model, **changes: Any) -> Model:
    """A changed model made from its parts: a copy would keep what the old one had worked out before."""
    return type(model)(**{name: getattr(model, name) for name in type(model).model_fields} | changes)


def _foot_mm(table: Table) -> float:
    first_top = min(box.y_mm for box in (*table.print.cells, *(label.box for label in table.print.labels)))
    return first_top + table.rows * table.pitch_mm


Up = Callable[[float], float]


def _upwards(foot_mm: float, by_mm: float) -> Up:
    """Moves up whatever lies at the table's foot or below; what reaches over the foot becomes shorter."""
    return lambda y_mm: y_mm - by_mm if y_mm >= foot_mm - NEAR_MM else y_mm


def _box_moved(box: Box, up: Up) -> Box:
    top_mm = up(box.y_mm)
    return Box(x_mm=box.x_mm, y_mm=top_mm, width_mm=box.width_mm, height_mm=up(box.bottom_mm) - top_mm)


def _moved(field: Field, up: Up) -> Field:
    return _anew(
        field,
        box=_box_moved(field.box, up),
        options=tuple(_anew(option, box=_box_moved(option.box, up)) for option in field.options),
        parts={name: _box_moved(box, up) for name, box in field.parts.items()},
    )


def _print_moved(layer: Print, up: Up) -> Print:
    def lined(lines: tuple[tuple[float, float, float, float], ...]) -> tuple[Any, ...]:
        return tuple((x1, up(y1), x2, up(y2)) for x1, y1, x2, y2 in lines)

    return Print(
        texts=tuple(_anew(text, at=(text.at[0], up(text.at[1]))) for text in layer.texts),
        lines=lined(layer.lines),
        thin_lines=lined(layer.thin_lines),
        frames=tuple(_box_moved(box, up) for box in layer.frames),
        shades=tuple(_box_moved(box, up) for box in layer.shades),
        labels=tuple(_anew(label, box=_box_moved(label.box, up)) for label in layer.labels),
        cells=tuple(_box_moved(box, up) for box in layer.cells),
    )
