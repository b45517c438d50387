"""How the reading benchmark counts."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks.reading.facts import OURS, FieldRead, Said
from benchmarks.reading.figures import Rate, best_threshold, distance, edits, right
from benchmarks.reading.plan import FULL, QUICK, REDUCED, chosen
from benchmarks.reading.sheets import library
from benchmarks.results import Row, write
from forms.definition import Kind

PEER = "RapidOCR, page"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("", "", 0), ("相模原", "", 3), ("相模原市", "相撲原", 2), ("ヤマダ", "ヤマタ", 1), ("12", "2", 1)],
)
def test_distance(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == distance(other, one) == expected


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 1000, 0.0, 0.38), (998, 1000, 99.27, 99.95), (5, 10, 23.66, 76.34)]
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    assert Rate(hits, of).interval == pytest.approx((low, high), abs=0.006)


def test_the_threshold_lets_one_in_a_thousand_through_and_no_more() -> None:
    sure = [(0.99, True)] * 999
    assert best_threshold([*sure, (0.95, False), (0.9, True)]).coverage == Rate(1001, 1001)
    assert best_threshold([*sure, (0.95, False), (0.9, False)]).coverage == Rate(1000, 1001)
    assert best_threshold([(1.0, False), *sure]).coverage == Rate(1000, 1000)
    assert best_threshold([(1.0, False), (0.9, True)]).coverage == Rate(0, 2)


def test_equal_scores_are_accepted_together() -> None:
    assert best_threshold([(0.9, True)] * 5 + [(0.9, False)]).coverage.hits == 0


def _read(value: str, raw: str, truth: str, kind: Kind = Kind.NAME) -> FieldRead:
    said = Said(raw, value, 0.9)
    return FieldRead("applicant_name", kind, truth, False, {OURS: said, PEER: said})


def test_a_missing_space_is_our_error_and_given_to_the_others() -> None:
    read = _read("山田花子", "山田花子", "山田\u3000花子")
    assert (right(read, OURS), right(read, PEER)) == (False, True)


def test_characters_are_counted_without_spaces_and_never_more_than_were_written() -> None:
    field = library().get("juminhyo_kofu").field("applicant_name")
    assert edits(field, _read("山田\u3000花予", "", "山田\u3000花子"), OURS) == (1, 4)
    assert edits(field, _read("", "何も似ていない長い読み", "山田\u3000花子"), OURS) == (4, 4)


def test_dates_are_compared_as_they_are_written() -> None:
    field = library().get("juminhyo_kofu").field("applied_on")
    assert edits(field, _read("2026-10-06", "", "2026-10-05", Kind.DATE), OURS) == (1, 9)


def test_a_full_run_reads_three_hundred_sheets_of_each_form_and_sixty_with_the_others() -> None:
    sheets = FULL.list_sheets()
    forms = [sheet.form for sheet in sheets]
    assert {form: forms.count(form) for form in set(forms)} == {"ido_todoke": 300, "juminhyo_kofu": 300}
    assert sum(sheet.peers for sheet in sheets) == 60
    assert min(sheet.seed for sheet in sheets) >= 40_000
    assert len({sheet.seed for sheet in sheets}) == 600


def test_which_run_is_meant() -> None:
    asked = ({}, {"REDUCED": "1"}, {"QUICK": "1"})
    assert [chosen(environment) for environment in asked] == [FULL, REDUCED, QUICK]
    assert "reduced" in REDUCED.title


def test_a_row_says_whether_it_holds() -> None:
    wanted = [("<= 0.4", 0.39), ("<= 0.4", 0.41), (">= 97", 97.0), ("", 1.0), (">= 1", math.nan)]
    assert [Row("x", value, "", said).holds for said, value in wanted] == [True, False, True, None, None]


def test_what_could_not_be_measured_is_null(tmp_path: Path) -> None:
    write("x", [Row("x", math.nan, "%", ">= 1", {"other": 2.0}, (math.nan, 3.0))], tmp_path)
    (row,) = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["rows"]
    assert (row["value"], row["holds"], row["interval"], row["peers"]) == (
        None,
        None,
        [None, 3.0],
        {"other": 2.0},
    )
