"""The printable blank of a form: A4 with corner marks and a QR code that names form and version.

The same definition always gives the same bytes: the PDF carries no time and no random identifier.
"""

from __future__ import annotations

import io
import itertools

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from forms.definition import Box, Field, FormDefinition, Kind, Option, Page, Print
from forms.pen import PT_IN_MM, Pen, fitting_pt, register_font

FRAME_MM = 0.6
LINE_MM = 0.35
CELL_MM = 0.18
COMB_MM = 0.15
TICK_MM = 0.25
COMB_GREY = 0.45
SHADE_GREY = 0.93
CIRCLE_WORD_PT = 9.0
TICK_WORD_PT = 8.0
UNIT_WORD_PT = 7.5
SMALLEST_GAP_MM = 0.05
QR_QUIET_MODULES = 2
"""White modules around the code within its box; beyond the box the layout keeps the page white."""

DATE_UNITS = {"year": "年", "month": "月", "day": "日"}


def blank_pdf(form: FormDefinition) -> bytes:
    """The blank of one form as a PDF with its font embedded. MissingFontError when it is not installed."""
    register_font()
    buffer = io.BytesIO()
    size_pt = (form.page.width_mm * mm, form.page.height_mm * mm)
    canvas = Canvas(buffer, pagesize=size_pt, invariant=1, pageCompression=1, lang="ja")
    canvas.setTitle(f"{form.title} (version {form.version})")
    canvas.setAuthor("")
    canvas.setSubject(form.qr_payload)
    _draw(Pen(canvas, form.page.height_mm), form)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, form: FormDefinition) -> None:
    for layer in form.layers:
        _shading(pen, layer)
    for field in form.fields:
        _field(pen, field)
    for layer in form.layers:
        _rulings(pen, layer)
    for layer in form.layers:
        _words(pen, layer)
    _marks(pen, form.page)
    _qr(pen, form)
    _version(pen, form)


def _shading(pen: Pen, layer: Print) -> None:
    for box in (*layer.shades, *(label.box for label in layer.labels)):
        pen.rectangle(box, fill=SHADE_GREY)


def _rulings(pen: Pen, layer: Print) -> None:
    for box in (*layer.cells, *(label.box for label in layer.labels)):
        pen.rectangle(box, CELL_MM)
    for line in layer.thin_lines:
        pen.line(line, CELL_MM)
    for line in layer.lines:
        pen.line(line, LINE_MM)
    for box in layer.frames:
        pen.rectangle(box, FRAME_MM)


def _words(pen: Pen, layer: Print) -> None:
    for label in layer.labels:
        draw = pen.upright if label.vertical else pen.centred
        draw(label.text, label.box, label.size_pt)
    for text in layer.texts:
        pen.text(text.text, *text.at, text.size_pt, text.align, text.bold)


def _field(pen: Pen, field: Field) -> None:
    if field.comb:
        _comb(pen, field)
    for name, box in field.parts.items():
        pen.text(DATE_UNITS[name], box.right_mm + 0.5, _baseline_mm(box, UNIT_WORD_PT), UNIT_WORD_PT)
    for option in field.options:
        draw = _tick if field.kind is Kind.TICKS else _circle_word
        draw(pen, option)


def _comb(pen: Pen, field: Field) -> None:
    """The dividers between the cells; gaps are shaded. The outer edges are the field's ruling."""
    cells = field.cell_boxes
    for left, right in itertools.pairwise(cells):
        gap_mm = right.x_mm - left.right_mm
        if gap_mm > SMALLEST_GAP_MM:
            gap = left.model_copy(update={"x_mm": left.right_mm, "width_mm": gap_mm})
            pen.rectangle(gap, fill=SHADE_GREY)
            if field.kind in {Kind.POSTAL_CODE, Kind.PHONE}:
                pen.centred("-", gap, CIRCLE_WORD_PT)
        for x_mm in sorted({round(left.right_mm, 3), round(right.x_mm, 3)}):
            pen.line((x_mm, left.y_mm, x_mm, left.bottom_mm), COMB_MM, COMB_GREY)


def _tick(pen: Pen, option: Option) -> None:
    pen.rectangle(option.box, TICK_MM, fill=1)
    pen.text(option.label, option.box.right_mm + 1.2, _baseline_mm(option.box, TICK_WORD_PT), TICK_WORD_PT)


def _circle_word(pen: Pen, option: Option) -> None:
    pen.centred(option.label, option.box, CIRCLE_WORD_PT)


def _baseline_mm(box: Box, size_pt: float) -> float:
    """The baseline of words that stand level with a box."""
    return box.y_mm + box.height_mm / 2 + size_pt * PT_IN_MM * 0.37


def _marks(pen: Pen, page: Page) -> None:
    """Black squares with their centres where the definition puts them; the one at the top left is hollow."""
    if page.marks is None:
        return
    size_mm = page.marks.size_mm
    for number, (x_mm, y_mm) in enumerate(page.mark_centres_mm()):
        outer = Box(x_mm=x_mm - size_mm / 2, y_mm=y_mm - size_mm / 2, width_mm=size_mm, height_mm=size_mm)
        pen.rectangle(outer, fill=0)
        if number == 0:
            pen.rectangle(_shrunk(outer, size_mm * 0.25), fill=1)


def _shrunk(box: Box, by_mm: float) -> Box:
    return Box(
        x_mm=box.x_mm + by_mm,
        y_mm=box.y_mm + by_mm,
        width_mm=box.width_mm - 2 * by_mm,
        height_mm=box.height_mm - 2 * by_mm,
    )


def qr_modules(form: FormDefinition) -> int:
    """How many modules lie along one side of the form's QR code, the quiet zone included."""
    width, _ = _code(form).symbol_size(border=QR_QUIET_MODULES)
    return int(width)


def _code(form: FormDefinition) -> segno.QRCode:
    return segno.make(form.qr_payload, error="m", micro=False)


def _qr(pen: Pen, form: FormDefinition) -> None:
    if form.page.qr is None:
        return
    rows = [bytearray(row) for row in _code(form).matrix_iter(border=QR_QUIET_MODULES)]
    module_mm = form.page.qr.width_mm / len(rows)
    for down, row in enumerate(rows):
        for start, stop in _runs(row):
            box = Box(
                x_mm=form.page.qr.x_mm + start * module_mm,
                y_mm=form.page.qr.y_mm + down * module_mm,
                width_mm=(stop - start) * module_mm,
                height_mm=module_mm,
            )
            pen.rectangle(box, fill=0)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Where the dark modules of a row begin and end, so that neighbours make one rectangle without seams."""
    edges = [
        at for at in range(len(row) + 1) if (row[at] if at < len(row) else 0) != (row[at - 1] if at else 0)
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _version(pen: Pen, form: FormDefinition) -> None:
    """Name and version in small type at the foot, for people who cannot read a QR code."""
    size_pt = fitting_pt(form.qr_payload, 60, 5.5)
    foot_mm = form.page.height_mm - 8
    pen.text(f"{form.form}  第{form.version}版", form.page.width_mm - 20, foot_mm, size_pt, "right", grey=0.3)
