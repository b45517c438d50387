"""Whole sheets: shipped specimens and one made here, read and compared with their truth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forms.definition import FormDefinition
from forms.facts import Reading, Route, SheetReading
from forms.library import FormLibrary
from forms.routing import route
from ocr.errors import FileProblem, FileTruncated
from ocr.geometry import moved
from ocr.load import PageImage, pages
from ocr.reader import Reader, read_file
from rehearsal.damaged import DAMAGES, Damage
from rehearsal.scanners import Mode, Scan
from rehearsal.specimens import Specimen, make_sheet, write_specimen

SHEETS = Path(__file__).resolve().parents[2] / "rehearsal" / "sheets"
SHIPPED = (
    "ido_todoke-mistake.png",
    "ido_todoke-seal.jpg",
    "juminhyo_kofu-upside-down.jpg",
    "juminhyo_kofu-fax.tiff",
)
GOOD_SCAN = Scan(dpi=300, mode=Mode.COLOUR, skew_deg=1.2, upside_down=True, noise=3.0)


def truths(path: Path) -> list[dict[str, str]]:
    pages_of_file = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))["pages"]
    return [page["values"] for page in pages_of_file]


@pytest.fixture(scope="module")
def shipped(reader: Reader) -> list[tuple[SheetReading, dict[str, str]]]:
    return [
        pair
        for name in SHIPPED
        for pair in zip(read_file(SHEETS / name, reader), truths(SHEETS / name), strict=True)
    ]


def fields(
    sheets: list[tuple[SheetReading, dict[str, str]]], library: FormLibrary
) -> Iterator[tuple[Reading, str, Route]]:
    for sheet, truth in sheets:
        form = library.get(sheet.form)
        for reading in sheet.readings:
            field = form.field(reading.field_id)
            if not field.office:
                routed = route(field, reading.residual, reading.findings, reading.blank)
                yield reading, truth[reading.field_id], routed


def test_every_shipped_sheet_is_recognised(shipped: list[tuple[SheetReading, dict[str, str]]]) -> None:
    assert [sheet.problem for sheet, _ in shipped] == [""] * len(shipped)
    assert {sheet.form for sheet, _ in shipped} == {"ido_todoke", "juminhyo_kofu"}
    assert max(sheet.fit_mm for sheet, _ in shipped) < 0.2


def test_nothing_wrong_is_accepted_unseen(
    shipped: list[tuple[SheetReading, dict[str, str]]], library: FormLibrary
) -> None:
    wrong = [
        reading.field_id
        for reading, truth, routed in fields(shipped, library)
        if routed is Route.ACCEPT and reading.value != truth
    ]
    assert wrong == []


def test_most_fields_are_read_and_accepted(
    shipped: list[tuple[SheetReading, dict[str, str]]], library: FormLibrary
) -> None:
    counts: Counter[str] = Counter()
    for reading, truth, routed in fields(shipped, library):
        written = "written" if truth else "blank"
        counts[written] += 1
        counts[f"{written} right"] += reading.value == truth
        counts[f"{written} accepted"] += routed is Route.ACCEPT
    assert counts["blank right"] == counts["blank"], "what nobody wrote in yields no text"
    assert counts["written right"] >= 0.88 * counts["written"]
    assert counts["written accepted"] >= 0.45 * counts["written"]


def test_alternatives_and_boxes_are_kept(shipped: list[tuple[SheetReading, dict[str, str]]]) -> None:
    for sheet, _ in shipped:
        for reading in sheet.readings:
            assert 0 <= reading.confidence <= 1
            assert len(reading.box_px) == 4
            assert reading.blank == (reading.raw == "")
            assert all(0 <= alternative.probability <= 1 for alternative in reading.alternatives)


@pytest.fixture(scope="module")
def upside_down(notice: FormDefinition) -> Specimen:
    return make_sheet(notice, seed=4242, scan=GOOD_SCAN, mistake="")


def test_an_upside_down_sheet_with_a_wrong_resolution_tag(
    upside_down: Specimen, reader: Reader, tmp_path: Path
) -> None:
    lying = replace(upside_down, page=replace(upside_down.page, tagged_dpi=72))
    write_specimen(tmp_path / "sheet.png", [lying], seed=4242)
    (sheet,) = read_file(tmp_path / "sheet.png", reader)
    assert sheet.turned_degrees == 180
    assert sheet.dpi == pytest.approx(300, abs=4)
    right = [r.value == upside_down.truth.values[r.field_id] for r in sheet.readings]
    assert np.mean(right) > 0.95


def test_the_transform_turns_with_the_sheet(
    upside_down: Specimen, reader: Reader, notice: FormDefinition
) -> None:
    image = np.asarray(upside_down.image.convert("L"))
    sheet = reader.read_page(PageImage(0, image))
    first, *_, last = moved(np.array(sheet.transform), notice.page.mark_centres_mm()[:3])
    assert first[0] > last[0], "the form's top left corner lies at the right of the picture"


def test_reading_twice_gives_the_same(upside_down: Specimen, reader: Reader) -> None:
    page = PageImage(0, np.asarray(upside_down.image.convert("L"))[::2, ::2].copy())
    assert reader.read_page(page) == reader.read_page(page)


def test_a_page_that_could_not_be_decoded_says_so(reader: Reader) -> None:
    page = PageImage(3, np.zeros((0, 0), np.uint8), problem=FileTruncated("Page 4 breaks off."))
    assert reader.read_page(page) == SheetReading(3, problem="file.truncated")


@pytest.mark.parametrize("damage", [d for d in DAMAGES if d.file.endswith(".jpg")], ids=lambda d: d.name)
def test_bad_sheets_end_with_their_problem(
    damage: Damage, notice: FormDefinition, reader: Reader, tmp_path: Path
) -> None:
    path = tmp_path / damage.file
    damage.make(notice, path)
    assert outcomes(path, reader) == [damage.expect]


def outcomes(path: Path, reader: Reader) -> list[str]:
    try:
        return [sheet.problem or "read" for sheet in read_file(path, reader)]
    except FileProblem as problem:
        return [problem.code]


def test_pages_come_one_at_a_time() -> None:
    reading = pages(SHEETS / "ido_todoke-scanned.pdf")
    assert next(reading).index == 0
    assert next(reading).index == 1
    reading.close()  # type: ignore[attr-defined]  # a generator; closing it must close the document
