"""The quality of a layout: whatever makes a form hard to fill in, to print or to read is a complaint."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import Box, Field, FormDefinition, Kind, Print, Text
from forms.pen import missing_signs
from forms.printing import qr_modules

PRINTER_MARGIN_MM = 5.0
MIN_WRITING_HEIGHT_MM = 7.0
MIN_CELL_WIDTH_MM = 5.0
MIN_TICK_MM = 3.5
MIN_CIRCLE_MM = 5.0
MARK_CLEARANCE_MM = 1.0
RULING_CLEARANCE_MM = 0.3
TOLERANCE_MM = 0.01
SMALLEST_TYPE_PT = 5.5
MOST_ROOM_MM = 3.0
"""Between a comb and the cell around it; with more, the outer cells look wider than the others."""

MIN_MODULE_MM = 0.4
"""The smallest module of a QR code: three pixels at 200 dpi."""


@dataclass(frozen=True)
class Complaint:
    """One fault of a layout: a stable code, the field ("" for the page) and a Japanese sentence."""

    code: str
    field_id: str
    sentence: str


def lint(form: FormDefinition) -> tuple[Complaint, ...]:
    """Every complaint about a form's layout; empty for a good one."""
    return tuple(
        itertools.chain(
            *(_outside(form, field) for field in form.fields),
            *(_too_small(field) for field in form.fields),
            *(_open_comb(form, field) for field in form.fields),
            _overlapping(form),
            _near_rulings(form),
            _printed_over(form),
            _colliding_with_marks(form),
            _small_type(form),
            _unprintable(form),
            _hard_to_find(form),
        )
    )


def writing_areas(field: Field) -> tuple[Box, ...]:
    """Where a person's pen goes: the options, the parts of a date, the comb's cells, or the whole box."""
    options = tuple(option.box for option in field.options)
    parts = tuple(field.parts.values())
    return options + parts or field.cell_boxes or (field.box,)


def _outside(form: FormDefinition, field: Field) -> Iterator[Complaint]:
    page = Box(x_mm=0, y_mm=0, width_mm=form.page.width_mm, height_mm=form.page.height_mm)
    printable = _grown(page, -PRINTER_MARGIN_MM)
    if not all(_inside(box, printable) for box in (field.box, *writing_areas(field))):
        words = (
            f"{field.label}の欄が、用紙の端から{PRINTER_MARGIN_MM:g}mmの印刷できない範囲にかかっています。"
        )
        yield Complaint("box.outside", field.id, words)


def _too_small(field: Field) -> Iterator[Complaint]:
    if field.kind is Kind.STAMP:
        return
    if field.options:
        yield from _small_options(field)
    areas = tuple(field.parts.values()) or field.cell_boxes or (() if field.options else (field.box,))
    if any(box.height_mm < MIN_WRITING_HEIGHT_MM - TOLERANCE_MM for box in areas):
        words = f"{field.label}の欄の高さが{MIN_WRITING_HEIGHT_MM:g}mmに足りません。"
        yield Complaint("height.small", field.id, words)
    if any(cell.width_mm < MIN_CELL_WIDTH_MM - TOLERANCE_MM for cell in field.cell_boxes):
        words = f"{field.label}のマスの幅が{MIN_CELL_WIDTH_MM:g}mmに足りません。"
        yield Complaint("comb.narrow", field.id, words)


def _open_comb(form: FormDefinition, field: Field) -> Iterator[Complaint]:
    """Printing draws the dividers of a comb only; its outer edges are those of a cell."""
    cells = [cell for layer in form.layers for cell in layer.cells]
    near = _grown(field.box, MOST_ROOM_MM)
    if field.comb and not any(_inside(field.box, cell) and _inside(cell, near) for cell in cells):
        words = f"{field.label}のマス目を囲む枠（cells）がありません。"
        yield Complaint("comb.open", field.id, words)


def _small_options(field: Field) -> Iterator[Complaint]:
    least_mm = MIN_TICK_MM if field.kind is Kind.TICKS else MIN_CIRCLE_MM
    if any(min(option.box.width_mm, option.box.height_mm) < least_mm for option in field.options):
        words = f"{field.label}の選択肢が小さすぎます（{least_mm:g}mm以上）。"
        yield Complaint("option.small", field.id, words)


def _overlapping(form: FormDefinition) -> Iterator[Complaint]:
    areas = [(field, box) for field in form.fields for box in writing_areas(field)]
    for (field, box), (other, other_box) in itertools.combinations(areas, 2):
        if field.page == other.page and _overlap(box, other_box):
            yield Complaint("boxes.overlap", field.id, f"{field.label}と{other.label}の欄が重なっています。")


def _near_rulings(form: FormDefinition) -> Iterator[Complaint]:
    rulings = [line for layer in form.layers for line in _lines(layer)]
    for field in form.fields:
        boxes = [_grown(box, RULING_CLEARANCE_MM) for box in writing_areas(field)]
        if any(_overlap(box, line) for box in boxes for line in rulings):
            words = f"{field.label}の欄が罫線に近すぎます（{RULING_CLEARANCE_MM:g}mm以上離してください）。"
            yield Complaint("ruling.near", field.id, words)


def _printed_over(form: FormDefinition) -> Iterator[Complaint]:
    words = [(text.text, _extent(text)) for layer in form.layers for text in layer.texts]
    words += [(label.text, label.box) for layer in form.layers for label in layer.labels]
    for field in form.fields:
        areas = writing_areas(field)
        over = [text for text, box in words if any(_overlap(box, area) for area in areas)]
        if over:
            yield Complaint("text.over", field.id, f"{field.label}の欄に「{over[0]}」が重なっています。")


def _colliding_with_marks(form: FormDefinition) -> Iterator[Complaint]:
    half_mm = form.page.marks.size_mm / 2 + MARK_CLEARANCE_MM if form.page.marks else 0
    kept = [_around(x_mm, y_mm, half_mm) for x_mm, y_mm in form.page.mark_centres_mm()]
    kept += [_grown(form.page.qr, MARK_CLEARANCE_MM)] if form.page.qr else []
    printed = [box for layer in form.layers for box in _boxes(layer)]
    printed += [area for field in form.fields for area in writing_areas(field)]
    overlapping = itertools.chain(itertools.product(kept, printed), itertools.combinations(kept, 2))
    if any(_overlap(one, other) for one, other in overlapping):
        yield Complaint("mark.collision", "", "位置合わせの印またはQRコードに、文字・罫線・欄が近すぎます。")


def _hard_to_find(form: FormDefinition) -> Iterator[Complaint]:
    """A sheet is told and laid straight by its QR and its marks."""
    qr = form.page.qr
    if form.page.marks is None and qr is None:
        yield Complaint("page.anonymous", "", "位置合わせの印もQRコードもないため、様式を見分けられません。")
    if qr and min(qr.width_mm, qr.height_mm) / qr_modules(form) < MIN_MODULE_MM:
        least_mm = math.ceil(qr_modules(form) * MIN_MODULE_MM)
        words = f"QRコードが小さく、読み取れないおそれがあります（縦横とも{least_mm}mm以上）。"
        yield Complaint("qr.small", "", words)


def _unprintable(form: FormDefinition) -> Iterator[Complaint]:
    words = [text.text for layer in form.layers for text in layer.texts]
    words += [label.text for layer in form.layers for label in layer.labels]
    words += [option.label for field in form.fields for option in field.options]
    for sign in sorted(missing_signs("".join(words))):
        yield Complaint("type.no_glyph", "", f"「{sign}」は印刷用の書体にない文字です。")


def _small_type(form: FormDefinition) -> Iterator[Complaint]:
    for layer in form.layers:
        sizes = [(text.text, text.size_pt) for text in layer.texts]
        sizes += [(label.text, label.size_pt) for label in layer.labels]
        for words, size_pt in sizes:
            if size_pt < SMALLEST_TYPE_PT:
                yield Complaint("type.small", "", f"「{words}」の文字が小さすぎます。")


def _lines(layer: Print) -> Iterator[Box]:
    """Every ruling as a box without thickness, the edges of cells, labels and frames included."""
    for box in (*layer.cells, *layer.frames, *(label.box for label in layer.labels)):
        corners = box.corners_mm()
        for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
            yield _between(*start, *end)
    for line in (*layer.lines, *layer.thin_lines):
        yield _between(*line)


def _boxes(layer: Print) -> tuple[Box, ...]:
    labels = tuple(label.box for label in layer.labels)
    return (*layer.cells, *layer.frames, *layer.shades, *labels, *(_extent(text) for text in layer.texts))


def _extent(text: Text) -> Box:
    """Roughly the ink of printed words: Japanese signs are as wide as the type, Latin ones half as wide."""
    size_mm = text.size_pt * 25.4 / 72
    width_mm = max(sum(size_mm * (0.5 if sign.isascii() else 1) for sign in text.text), size_mm / 2)
    left_mm = text.at[0] - width_mm * {"left": 0.0, "centre": 0.5, "right": 1.0}[text.align]
    return Box(x_mm=left_mm, y_mm=text.at[1] - size_mm * 0.8, width_mm=width_mm, height_mm=size_mm * 0.8)


def _between(x1: float, y1: float, x2: float, y2: float) -> Box:
    hair_mm = 1e-6
    return Box(
        x_mm=min(x1, x2), y_mm=min(y1, y2), width_mm=abs(x2 - x1) + hair_mm, height_mm=abs(y2 - y1) + hair_mm
    )


def _around(x_mm: float, y_mm: float, half_mm: float) -> Box:
    return Box(x_mm=x_mm - half_mm, y_mm=y_mm - half_mm, width_mm=2 * half_mm, height_mm=2 * half_mm)


def _grown(box: Box, by_mm: float) -> Box:
    """The box with a margin around it."""
    return Box(
        x_mm=box.x_mm - by_mm,
        y_mm=box.y_mm - by_mm,
        width_mm=box.width_mm + 2 * by_mm,
        height_mm=box.height_mm + 2 * by_mm,
    )


def _inside(box: Box, outer: Box) -> bool:
    across = outer.x_mm <= box.x_mm and box.right_mm <= outer.right_mm
    return across and outer.y_mm <= box.y_mm and box.bottom_mm <= outer.bottom_mm


def _overlap(one: Box, other: Box) -> bool:
    across_mm = min(one.right_mm, other.right_mm) - max(one.x_mm, other.x_mm)
    down_mm = min(one.bottom_mm, other.bottom_mm) - max(one.y_mm, other.y_mm)
    return across_mm > 0 and down_mm > 0 and max(across_mm, down_mm) > TOLERANCE_MM
