"""Sheets for the desk: cases made through ``cases.intake`` from a form's own blank and invented readings."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from cases import intake
from cases.library import forms_library
from cases.models import Case, Task
from forms import kinds
from forms.definition import Box, Field, FormDefinition, Kind
from forms.facts import Alternative, Reading, Route, SheetReading
from forms.printing import blank_pdf

DEPARTMENT = "市民局 区民課"
PASSWORD = "sagami-gawa-2026"
PX_PER_MM = 4.0
TRANSFORM = ((PX_PER_MM, 0.0, 0.0), (0.0, PX_PER_MM, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True)
class WorkingPage:
    image_bytes: bytes
    width_px: int
    height_px: int
    transform: tuple[tuple[float, float, float], ...] = TRANSFORM


@cache
def _blank(form_name: str) -> Image.Image:
    """The form's own blank, 4 px to the mm."""
    page = pypdfium2.PdfDocument(blank_pdf(forms_library().get(form_name)))[0]
    return page.render(scale=PX_PER_MM * 25.4 / 72).to_pil().convert("L")


def picture(form: FormDefinition, black: bool) -> Image.Image:
    """A sheet on which nothing was written; ``black``: My Number blacked out, as on a working page."""
    image = _blank(form.form).copy()
    pen = ImageDraw.Draw(image)
    for field in form.fields:
        if black and field.kind is Kind.MY_NUMBER:
            pen.rectangle(_corners(field.box), fill=0)
    return image


def _corners(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = box.x_mm, box.y_mm, box.right_mm, box.bottom_mm
    return PX_PER_MM * left, PX_PER_MM * top, PX_PER_MM * right, PX_PER_MM * bottom


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def reading(
    field: Field, raw: str, route: Route = Route.ACCEPT, alternatives: tuple[str, ...] = ()
) -> Reading:
    parsed = kinds.parse(field, raw)
    return Reading(
        field_id=field.id,
        raw=raw,
        value=parsed.value,
        confidence=0.99 if route is Route.ACCEPT else 0.6,
        blank=not raw,
        box_px=tuple((PX_PER_MM * x, PX_PER_MM * y) for x, y in field.box.corners_mm()),
        alternatives=tuple(Alternative(text, 0.2) for text in alternatives),
        findings=parsed.findings,
        route=route,
        reader="ppocr",
    )


def make_case(
    tmp_path: Path,
    form_name: str,
    raws: Mapping[str, str],
    routes: Mapping[str, Route] | None = None,
    alternatives: Mapping[str, tuple[str, ...]] | None = None,
    task_name: str = "",
) -> Case:
    """A case in NEEDS_REVIEW on which ``raws`` were read, by field id; the other fields are blank."""
    form = forms_library().get(form_name)
    task = Task.objects.get(name=task_name or {"ido_todoke": "ido"}.get(form_name, "kofu"))
    path = tmp_path / f"scan-{Case.objects.count() + 1:04d}.png"
    original = picture(form, black=False)
    # A file of its own for every case: the same bytes twice would be one source.
    original.putpixel((0, 0), Case.objects.count() % 256)
    path.write_bytes(png(original))
    # A file that has lain there for a while; intake would wait for a fresh one to settle.
    os.utime(path, (0, 0))
    source = intake.receive(task, path, "intake").source
    case = intake.open_case(source, 0)
    sheet = SheetReading(
        page_index=0,
        form=form.form,
        version=form.version,
        transform=TRANSFORM,
        dpi=PX_PER_MM * 25.4,
        readings=tuple(
            reading(
                field,
                raws.get(field.id, ""),
                (routes or {}).get(field.id, Route.ACCEPT),
                (alternatives or {}).get(field.id, ()),
            )
            for field in form.fields
        ),
    )
    page = picture(form, black=True)
    intake.record_sheet(case, sheet, WorkingPage(png(page), page.width, page.height))
    case.refresh_from_db()
    return case


def make_task(name: str, title: str, forms: list[str]) -> Task:
    return Task.objects.create(
        name=name,
        title=title,
        department=DEPARTMENT,
        forms=forms,
        target="rehearsal",
        introduced_on=datetime(2026, 4, 1, tzinfo=UTC).date(),
        policy={"version": 1, "approve_unasked": False},
    )
