"""Crops: straightened from a skewed page by its transform; a My Number comes from the original and is
logged.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from PIL import Image, ImageDraw

from cases import files, intake, pages
from cases.errors import NoPicture, UnknownField
from cases.files import FileKind
from cases.models import AuditLine, Case, SourceFile, Task
from cases.values import form_of
from forms.facts import SheetReading
from tests.cases.conftest import NewCase, sheet

pytestmark = pytest.mark.django_db

SKEWED = ((7.8, -0.4, 120.0), (0.4, 7.9, -30.0), (0.00004, 0.00002, 1.0))
"""mm on the form → px of a page that lies askew and was seen a little from the side."""


@dataclass(frozen=True)
class WorkingPage:
    image_bytes: bytes
    width_px: int
    height_px: int
    transform: tuple[tuple[float, ...], ...]


def onto_page(x_mm: float, y_mm: float) -> tuple[float, float]:
    x, y, w = (row[0] * x_mm + row[1] * y_mm + row[2] for row in SKEWED)
    return x / w, y / w


FORM = Case(form="shiken", form_version=1)
BENT_PX = 40.0
"""So far below the place of the transform the fields of a bent page lie."""


def corners_px(field: str, share: float = 1.0, bent_px: float = 0.0) -> list[tuple[float, float]]:
    """The corners of the left part of a field's box on the skewed page, ``bent_px`` further down."""
    box = form_of(FORM).field(field).box
    left, top, right, bottom = box.x_mm, box.y_mm, box.x_mm + box.width_mm * share, box.bottom_mm
    on_page = [onto_page(*corner) for corner in [(left, top), (right, top), (right, bottom), (left, bottom)]]
    return [(x, y + bent_px) for x, y in on_page]


def painted(field: str, mode: str, ink: str, bent_px: float = 0.0) -> Image.Image:
    """A skewed page on which the left half of one field's box is filled with ink."""
    image = Image.new("RGB", (1800, 2400), "white")
    ImageDraw.Draw(image).polygon(corners_px(field, 0.5, bent_px), fill=ink)
    return image.convert(mode)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(params=[0.0, BENT_PX], ids=["flat", "bent"])
def case(request: pytest.FixtureRequest, task: Task) -> Case:
    """A sheet whose fields the reader found where the transform puts them, or further down."""
    bent_px: float = request.param
    source = SourceFile.objects.create(
        sha256=uuid.uuid4().hex,
        original_name="x",
        size_bytes=1,
        received_at=datetime.now(UTC),
        received_by="x",
        task=task,
    )
    files.write(FileKind.ORIGINAL, source.pk, [png(painted("my_number", "RGB", "blue", bent_px))])
    case = intake.open_case(source, 0)
    readings = tuple(
        replace(fact, box_px=tuple(corners_px(fact.field_id, bent_px=bent_px))) for fact in sheet().readings
    )
    half = painted("name", "L", "black", bent_px).resize((900, 1200), Image.Resampling.BOX)
    transform = tuple(
        tuple(value * factor for value in row) for row, factor in zip(SKEWED, (0.5, 0.5, 1), strict=True)
    )
    page = WorkingPage(png(half), 900, 1200, transform)
    intake.record_sheet(case, SheetReading(0, "shiken", 1, SKEWED, 0.2, 0, 200.0, readings), page)
    return case


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def at_mm(image: Image.Image, x_mm: float, y_mm: float) -> tuple[int, ...]:
    """The pixel that far from the crop's top left corner, at 300 dpi."""
    pixel = image.getpixel((round(x_mm / 25.4 * 300), round(y_mm / 25.4 * 300)))
    assert isinstance(pixel, tuple)
    return pixel


def test_a_crop_is_straight_true_to_scale_and_has_its_margin(case: Case) -> None:
    image = opened(pages.crop(case, "name", margin_mm=2))
    assert image.size == (round(84 / 25.4 * 300), round(14 / 25.4 * 300))
    dark, light = (60, 60, 60), (200, 200, 200)
    inside = [(2.5, 2.5), (41.5, 2.5), (41.5, 11.5), (2.5, 11.5)]
    outside = [(1.5, 7), (20, 1.5), (42.5, 7), (20, 12.5), (80, 7)]
    assert all(at_mm(image, *place) < dark for place in inside)
    assert all(at_mm(image, *place) > light for place in outside)


def test_a_margin_beyond_the_page_is_white(case: Case) -> None:
    image = opened(pages.crop(case, "received", margin_mm=90, dpi=72))
    assert image.getpixel((image.width - 1, image.height - 1)) == (255, 255, 255)


def test_a_huge_crop_is_kept_to_a_size_that_a_screen_can_use(case: Case) -> None:
    assert max(opened(pages.crop(case, "name", margin_mm=200, dpi=1200)).size) == pages.LARGEST_SIDE_PX


def loader(original: Path, page_index: int) -> Image.Image:
    assert page_index == 0
    image = Image.open(original)
    image.load()
    return image


def test_a_my_number_is_cut_from_the_original_and_every_showing_is_logged(case: Case, baba: User) -> None:
    for _ in range(2):
        image = opened(pages.my_number_crop(case, "my_number", baba, loader))
    red, _, blue = at_mm(image, 20, 7)
    assert blue > 200 > 60 > red
    lines = AuditLine.objects.filter(what="my_number.crop_shown")
    assert [(line.who, line.case_id, line.detail) for line in lines] == [
        ("baba", case.pk, {"field": "my_number"})
    ] * 2


def test_the_working_page_knows_nothing_of_it(case: Case) -> None:
    assert min(min(pixel) for pixel in opened(pages.crop(case, "my_number")).get_flattened_data()) > 200


def test_other_fields_are_not_cut_from_the_original(case: Case, baba: User) -> None:
    with pytest.raises(UnknownField, match="is no My Number"):
        pages.my_number_crop(case, "name", baba, loader)
    with pytest.raises(UnknownField, match="has no field"):
        pages.crop(case, "persons.9.name")
    assert not AuditLine.objects.filter(what="my_number.crop_shown").exists()


def test_a_case_without_a_scan_has_no_picture(new_case: NewCase) -> None:
    case = new_case()
    for look in (lambda: pages.page_image(case), lambda: pages.crop(case, "name")):
        with pytest.raises(NoPicture):
            look()


def test_a_working_page_that_is_gone_is_said_to_be(case: Case) -> None:
    files.delete(FileKind.PAGE, case.pk)
    for look in (lambda: pages.page_image(case), lambda: pages.crop(case, "name")):
        with pytest.raises(files.FileMissing):
            look()


def test_no_picture_lies_on_the_disk_in_clear(case: Case) -> None:
    for kind, name in [(FileKind.PAGE, case.pk), (FileKind.ORIGINAL, case.source_id)]:
        assert b"PNG" not in files.path_of(kind, name).read_bytes()
