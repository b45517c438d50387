"""Sheets that nobody should hand in and somebody does: never a crash, never an invented value.

Damaged files are in tests/flows/test_bad_input.py, foreign and cut sheets in test_reader.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from forms.definition import FormDefinition, Kind
from forms.facts import Reading, Route, SheetReading
from forms.library import FormLibrary
from forms.routing import route
from ocr.load import PageImage
from ocr.reader import Reader
from rehearsal.rare import RARE, make_rare
from rehearsal.specimens import Specimen, Truth

SEED = 71
FORM = "ido_todoke"

MARKS = frozenset({Kind.TICKS, Kind.CIRCLE, Kind.STAMP})


@dataclass(frozen=True)
class Case:
    """A rare sheet with what is on it, and how it was read."""

    form: FormDefinition
    truth: Truth
    sheet: SheetReading

    def accepted(self, reading: Reading) -> bool:
        field = self.form.field(reading.field_id)
        asked = route(field, reading.residual, reading.findings, reading.blank) is not Route.ACCEPT
        return not (asked or field.office)


@pytest.fixture(scope="module", params=RARE)
def case(request: pytest.FixtureRequest, library: FormLibrary, reader: Reader) -> Case:
    form = library.get(FORM)
    specimen = make_rare(form, request.param, SEED)
    return Case(form, specimen.truth, reader.read_page(PageImage(0, pixels(specimen))))


def pixels(specimen: Specimen) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.ascontiguousarray(np.asarray(specimen.image.convert("RGB"))[:, :, ::-1])


def test_it_ends_as_it_should(case: Case) -> None:
    assert case.sheet.problem == ("" if case.truth.expect == "read" else case.truth.expect)


def test_nothing_is_read_where_nothing_is_written(case: Case) -> None:
    invented = [
        reading.field_id
        for reading in case.sheet.readings
        if reading.raw
        and not case.truth.values.get(reading.field_id)
        and reading.field_id not in case.truth.asks
    ]
    assert invented == []


def right(reading: Reading, truth: Truth) -> bool:
    return reading.value == truth.values.get(reading.field_id, "")


def test_nothing_wrong_is_accepted_unseen(case: Case) -> None:
    wrong = [
        reading.field_id
        for reading in case.sheet.readings
        if case.accepted(reading) and reading.value != case.truth.values.get(reading.field_id, "")
    ]
    assert wrong == []


def test_doubtful_places_are_asked_about(case: Case) -> None:
    unasked = [
        reading.field_id
        for reading in case.sheet.readings
        if reading.field_id in case.truth.asks
        and case.accepted(reading)
        # A mark into which an entry runs is asked about only where it cannot be told from it.
        and not (case.form.field(reading.field_id).kind in MARKS and right(reading, case.truth))
    ]
    assert unasked == []
