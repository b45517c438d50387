"""Sheets of the test group, made when they are needed, with the exact place of every entry on the scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.reading.plan import Sheet
from benchmarks.results import PROJECT
from forms.definition import Box, Field, FormDefinition, Kind
from forms.library import FormLibrary
from ocr.load import PageImage, Pixels
from rehearsal.geometry import Curl
from rehearsal.hands import Writers
from rehearsal.paper import blank_paper
from rehearsal.scanners import Mode, Quality, Scan
from rehearsal.scanning import where
from rehearsal.specimens import Specimen, make_sheet

CROP_PX_PER_MM = 300 / 25.4
Quads = Mapping[tuple[str, str], npt.NDArray[np.float32]]
"""Field id and part ("" but for dates) → its corners on the scan in px, 4×2, from the top left clockwise."""


@dataclass(frozen=True, eq=False)
class Made:
    """A sheet as scanned, with its truth."""

    form: FormDefinition
    specimen: Specimen
    page: PageImage
    scan: Scan

    def quads(self) -> Quads:
        """Where the entries that text readers are asked for lie."""
        paper = blank_paper(self.form)
        return {
            (field.id, part): where(paper, self.scan, np.array(box.corners_mm())).astype(np.float32)
            for field in asked_fields(self.form)
            for part, box in cells(field)
        }


@cache
def library() -> FormLibrary:
    return FormLibrary(PROJECT / "config" / "forms")


def make(sheet: Sheet) -> Made:
    """The sheet of the plan. WritersMissing or NoFaceError when there is nothing to write it with."""
    form = library().get(sheet.form)
    return made(form, test_sheet(form, sheet.seed, quality=sheet.quality))


def test_sheet(
    form: FormDefinition, seed: int, quality: Quality | None = None, scan: Scan | None = None
) -> Specimen:
    """A sheet by the test group, of which nothing that we read with has ever seen a stroke."""
    return make_sheet(form, seed, quality=quality, scan=scan, writers=Writers.TEST)


def made(form: FormDefinition, specimen: Specimen) -> Made:
    return Made(form, specimen, PageImage(0, pixels(specimen)), _scan(specimen.truth.scan))


def pixels(specimen: Specimen) -> Pixels:
    """As ``ocr.load`` gives a page: grey, or BGR where the scan has colour."""
    image = specimen.image
    if image.mode == "RGB":
        return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    return np.asarray(image.convert("L"))


def asked_fields(form: FormDefinition) -> Iterator[Field]:
    """What a resident fills in; the office's own fields are asked of nobody."""
    return (field for field in form.fields if not field.office and field.kind is not Kind.STAMP)


def cells(field: Field) -> Iterator[tuple[str, Box]]:
    """The boxes of a field that hold text; none of a mark."""
    if field.kind is Kind.DATE:
        yield from ((part, field.parts[part]) for part in ("year", "month", "day"))
    elif field.kind not in {Kind.TICKS, Kind.CIRCLE}:
        yield "", field.box


def crop(page: Pixels, quad: npt.NDArray[np.float32], box: Box) -> Pixels:
    """A box cut out of a page and laid straight, at 300 dpi, print and ruling left in."""
    width, height = round(box.width_mm * CROP_PX_PER_MM), round(box.height_mm * CROP_PX_PER_MM)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    straight = cv2.getPerspectiveTransform(quad, corners)
    return cv2.warpPerspective(page, straight, (width, height)).astype(np.uint8, copy=False)


def _scan(facts: Mapping[str, Any]) -> Scan:
    """The scan that a truth tells of."""
    special: dict[str, Any] = {"mode": Mode(facts["mode"])}
    if facts.get("quality"):
        special["quality"] = Quality(facts["quality"])
    if facts.get("curl"):
        special["curl"] = Curl(**facts["curl"])
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    return Scan(**{**plain, **special})
