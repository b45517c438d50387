"""Scans look as they are told to, and every point of the paper can be found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from forms.definition import FormDefinition
from rehearsal.geometry import Curl
from rehearsal.paper import PX_PER_MM, Paper, empty_paper
from rehearsal.scanners import TROUBLES, Mode, Quality, Scan, graded_scan, ordinary_scan
from rehearsal.scanning import Scanned, placed, placing, scan, where

CLEAN = Scan(noise=0, specks=0, blur_px=0, paper_white=255, black=0)


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def dotted(x_mm: float = 40, y_mm: float = 60) -> Paper:
    """A small sheet with one black square millimetre."""
    paper = empty_paper(100, 140)
    x, y = round(x_mm * PX_PER_MM), round(y_mm * PX_PER_MM)
    paper.pixels[y - 6 : y + 7, x - 6 : x + 7] = 0
    return paper


def grey(scanned: Scanned) -> NDArray[np.uint8]:
    return np.asarray(scanned.image.convert("L"))


@pytest.mark.parametrize(
    ("mode", "expected"), [(Mode.GREY, "L"), (Mode.COLOUR, "RGB"), (Mode.FAX, "1"), (Mode.DITHER, "1")]
)
@pytest.mark.parametrize("dpi", [200, 300, 400])
def test_mode_and_size_are_as_asked(mode: Mode, expected: str, dpi: int) -> None:
    scanned = scan(dotted(), replace(CLEAN, mode=mode, dpi=dpi), rng())
    assert scanned.image.mode == expected
    assert scanned.image.width == pytest.approx(100 / 25.4 * dpi, abs=1)
    assert scanned.tagged_dpi == dpi


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"skew_deg": 2.5},
        {"skew_deg": -1.5, "shift_x_mm": 3.0, "shift_y_mm": -2.0},
        {"upside_down": True},
        {"dpi": 200, "scale_x": 1.01, "scale_y": 0.99},
        {"dpi": 400, "upside_down": True, "skew_deg": 1.0},
    ],
)
def test_a_point_lies_where_the_placing_says(changes: dict[str, Any]) -> None:
    how = replace(CLEAN, **changes)
    picture = grey(scan(dotted(), how, rng()))
    rows, columns = np.nonzero(picture < 100)
    x, y = placing(dotted(), how) @ [40 * PX_PER_MM, 60 * PX_PER_MM, 1]
    assert columns.mean() == pytest.approx(x, abs=1)
    assert rows.mean() == pytest.approx(y, abs=1)


def test_a_wrong_tag_changes_the_claim_only() -> None:
    right, wrong = (scan(dotted(), replace(CLEAN, tagged_dpi=tag), rng()) for tag in (None, 72))
    assert (right.tagged_dpi, wrong.tagged_dpi) == (300, 72)
    assert np.array_equal(grey(right), grey(wrong))


def test_the_spine_is_dark_and_the_other_edge_is_not() -> None:
    picture = grey(scan(empty_paper(100, 140), replace(CLEAN, spine_shadow=0.5), rng()))
    assert picture[:, 2].mean() < 150 < 250 < picture[:, -20].mean()


def test_the_back_page_shows_through_mirrored_and_faint() -> None:
    back = dotted(x_mm=30)
    picture = grey(scan(empty_paper(100, 140), replace(CLEAN, show_through=0.2), rng(), back))
    _, columns = np.nonzero(picture < 250)
    assert columns.mean() / PX_PER_MM == pytest.approx(70, abs=0.5)
    assert 190 < picture.min() < 240


@pytest.mark.parametrize(("specks", "least", "most"), [(0, 0, 0), (40, 30, 4000)])
def test_specks_are_counted(specks: int, least: int, most: int) -> None:
    picture = grey(scan(empty_paper(100, 140), replace(CLEAN, specks=specks), rng()))
    assert least <= np.count_nonzero(picture < 200) <= most


def test_noise_has_the_asked_strength() -> None:
    picture = grey(scan(empty_paper(100, 140), replace(CLEAN, noise=4, paper_white=200), rng()))
    assert picture.std() == pytest.approx(4, rel=0.1)


def test_the_same_scan_of_the_same_paper_is_the_same_picture() -> None:
    how = ordinary_scan(rng(9))
    first, second = (grey(scan(dotted(), how, rng(9))) for _ in range(2))
    assert np.array_equal(first, second)
    assert how == ordinary_scan(rng(9))


def test_ordinary_scans_cover_what_offices_have() -> None:
    scans = [ordinary_scan(rng(seed)) for seed in range(300)]
    assert {how.mode for how in scans} == set(Mode)
    assert {how.dpi for how in scans} == {200, 240, 300, 400}
    assert 5 < sum(how.upside_down for how in scans) < 60
    assert all(abs(how.skew_deg) <= 3 for how in scans)


CURL = Curl("left", depth_mm=1.5, reach_mm=60, bow_mm=0.8, wave_mm=0.3)
CORNERS = (0.06, 0.04, 0.93, 0.05, 0.97, 0.96, 0.03, 0.97)


@pytest.mark.parametrize(
    "changes",
    [
        {"skew_deg": 2.5, "shear": 0.02},
        {"cut_mm": (3, 2, 0, 4), "skew_deg": -1.0},
        {"dpi": 204, "fax_lines_dpi": 98},
        {"dpi": 204, "fax_lines_dpi": 98, "line_repeat": 2, "upside_down": True},
        {"curl": CURL},
        {"curl": replace(CURL, edge="bottom"), "skew_deg": 1.5, "dpi": 200},
        {"curl": replace(CURL, edge="right"), "upside_down": True},
        {"corners": CORNERS, "lid": 255},
        {"corners": CORNERS, "lid": 255, "curl": replace(CURL, edge="top"), "upside_down": True},
    ],
)
@pytest.mark.parametrize("spot_mm", [(12, 9), (40, 60), (88, 131)])
def test_a_point_lies_where_the_scan_says(changes: dict[str, Any], spot_mm: tuple[float, float]) -> None:
    how = replace(CLEAN, **changes)
    picture = grey(scan(dotted(*spot_mm), how, rng()))
    rows, columns = np.nonzero(picture < 160)
    ((x, y),) = where(dotted(), how, np.array([spot_mm], float))
    assert columns.mean() == pytest.approx(x, abs=1)
    assert rows.mean() == pytest.approx(y, abs=1)


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
def test_a_curl_draws_the_print_in_at_its_edge_only(edge: Any) -> None:
    how = replace(CLEAN, curl=Curl(edge, depth_mm=1.2, reach_mm=40))
    spots = np.array([[1, 70], [99, 70], [50, 1], [50, 139]], float)
    moved_mm = (where(dotted(), how, spots) - where(dotted(), CLEAN, spots)) / PX_PER_MM
    inwards = dict(zip(("left", "right", "top", "bottom"), moved_mm @ [[1, 0], [0, 1]], strict=True))
    assert 0.9 < np.abs(inwards.pop(edge)).max() < 1.2
    assert np.abs(np.array(list(inwards.values()))).max() < 0.05


def test_the_way_back_is_the_way_there() -> None:
    place = placed(dotted(), replace(CLEAN, curl=CURL, corners=CORNERS, skew_deg=2))
    spots = np.array([[1, 1], [30, 99], [97, 138]], float)
    assert place.paper_px(place.scan_px(spots)) / PX_PER_MM == pytest.approx(spots, abs=1e-6)


def test_a_fax_of_few_lines_claims_what_it_has() -> None:
    fax = replace(CLEAN, dpi=204, fax_lines_dpi=98, mode=Mode.FAX)
    once, twice = (scan(dotted(), replace(fax, line_repeat=times), rng()) for times in (1, 2))
    assert twice.image.height == 2 * once.image.height
    assert (once.tagged_dpi, once.tagged_dpi_y, twice.tagged_dpi_y) == (204, 98, 196)


@pytest.mark.parametrize("trait", ["uneven_light", "smudges", "streaks"])
def test_what_soils_a_picture_darkens_it(trait: str) -> None:
    plain, soiled = (
        grey(scan(empty_paper(100, 140), replace(CLEAN, **{trait: much}), rng())).astype(int)
        for much in (0, 1 if trait != "uneven_light" else 0.4)
    )
    assert plain.min() == 255
    assert 1 < np.abs(soiled - plain).max() < 200


def test_a_scan_says_what_is_particular_about_it_and_no_more() -> None:
    assert "curl" not in Scan().facts()
    facts = Scan(curl=CURL, quality=Quality.BAD, trouble="curl", cut_mm=(1, 0, 0, 0)).facts()
    assert facts["curl"]["depth_mm"] == 1.5
    assert (facts["quality"], facts["trouble"], facts["cut_mm"]) == ("bad", "curl", [1, 0, 0, 0])


def test_grades_go_from_clean_to_bad() -> None:
    scans = {quality: [graded_scan(quality, rng(seed)) for seed in range(150)] for quality in Quality}
    assert all(how.quality is quality for quality, some in scans.items() for how in some)
    assert {how.mode for how in scans[Quality.CLEAN]} == {Mode.GREY}
    assert {how.mode for how in scans[Quality.POOR]} == {Mode.GREY, Mode.FAX, Mode.DITHER}
    assert {how.trouble for how in scans[Quality.BAD]} == set(TROUBLES)
    assert not any(how.upside_down for how in scans[Quality.CLEAN])
    assert sum(how.upside_down for how in scans[Quality.BAD]) > 20


@pytest.mark.parametrize("quality", list(Quality))
def test_no_field_is_cut(moving: FormDefinition, copy: FormDefinition, quality: Quality) -> None:
    for form in (moving, copy):
        paper = empty_paper()
        corners = np.array([corner for field in form.fields for corner in field.box.corners_mm()])
        for seed in range(60):
            how = graded_scan(quality, rng(seed))
            width, height = placed(paper, how).size_px
            spots = where(paper, how, corners) / (width, height * how.line_repeat)
            assert ((spots >= 0) & (spots <= 1)).all(), (seed, how)
