"""Scans look as they are told to, and every point of the paper can be found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rehearsal.paper import PX_PER_MM, Paper, empty_paper
from rehearsal.scanners import Mode, Scan, Scanned, ordinary_scan, placing, scan

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
