"""Scanners: how a sheet is scanned, as a value, and how offices scan, from clean to bad."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import numpy as np

from rehearsal.geometry import Curl, Edge


class Mode(enum.StrEnum):
    """What a scanner delivers."""

    COLOUR = "colour"
    GREY = "grey"
    FAX = "fax"
    """One bit a dot, by a threshold."""

    DITHER = "dither"
    """One bit a dot, greys scattered as by copiers set to "photo"."""


class Quality(enum.StrEnum):
    """How good a scan is, as an office would grade it."""

    CLEAN = "clean"
    """A well-kept flat scanner: grey, 300 dpi, straight."""

    OFFICE = "office"
    """A copier's feeder on an ordinary day: grey or colour, 200 to 400 dpi."""

    POOR = "poor"
    """200 dpi, fax or dither, askew, shadows, the back showing through, faint pen or print."""

    BAD = "bad"
    """One real trouble each: coarse fax, curl, shear, a phone's photo, dirt, cut edges; often upside down."""


@dataclass(frozen=True)
class Scan:
    """How a sheet is scanned. Angles in degrees, lengths in mm on paper, the rest shares."""

    dpi: int = 300
    mode: Mode = Mode.GREY
    skew_deg: float = 0.0
    upside_down: bool = False
    scale_x: float = 1.0
    scale_y: float = 1.0
    """Feed rollers stretch a sheet by a few thousandths, not alike in both directions."""

    shift_x_mm: float = 0.0
    shift_y_mm: float = 0.0
    blur_px: float = 0.5
    noise: float = 3.0
    """Standard deviation of the sensor's noise, grey levels of 255."""

    paper_white: int = 246
    black: int = 12
    specks: int = 20
    spine_shadow: float = 0.0
    """How dark the shadow along the left edge is, 0–1."""

    show_through: float = 0.0
    """How much of the back page's print comes through, 0–1."""

    jpeg_quality: int = 82
    tagged_dpi: int | None = None
    """The resolution that the file claims; None: the true one."""

    lid: int = 255
    """Grey of what lies around the sheet on the glass."""

    shear: float = 0.0
    """How far a level line's ends are pushed sideways, as a share of the height between two of them."""

    fax_lines_dpi: int | None = None
    """Lines an inch, where a fax has fewer than dots; None: as many."""

    line_repeat: int = 1
    """How often each line is delivered, as a fax program does that makes up for too few of them."""

    curl: Curl | None = None
    corners: tuple[float, ...] = ()
    """Of a photo: where the sheet's corners lie in it, from the top left clockwise; x, y as shares."""

    cut_mm: tuple[float, float, float, float] = (0, 0, 0, 0)
    """What is missing at the left, top, right and bottom."""

    uneven_light: float = 0.0
    """How much darker the darkest place is, 0–1."""

    smudges: int = 0
    streaks: int = 0
    quality: Quality | None = None
    """The grade that the scan was drawn for, if any."""

    trouble: str = ""
    """What is wrong with a bad one."""

    @property
    def lines_dpi(self) -> int:
        return self.fax_lines_dpi or self.dpi

    def facts(self) -> dict[str, Any]:
        """As plain values for a truth file; what only some scans have is named where it is."""
        plain = {f.name: (getattr(self, f.name), f.default) for f in fields(self)}
        seldom = list(plain)[list(plain).index("shear") :]
        kept = {name: value for name, (value, usual) in plain.items() if name not in seldom or value != usual}
        return {name: _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, Curl):
        return asdict(value)
    return list(value) if isinstance(value, tuple) else value


def ordinary_scan(rng: np.random.Generator) -> Scan:
    """A scan as office machines make them; one in eight comes by fax, one in twelve lay upside down."""
    mode = Mode(str(rng.choice(["grey", "colour", "fax", "dither"], p=[0.5, 0.34, 0.12, 0.04])))
    one_bit = mode in (Mode.FAX, Mode.DITHER)
    return Scan(
        dpi=int(rng.choice([200, 240, 300, 400], p=[0.25, 0.1, 0.55, 0.1]))
        if not one_bit
        else int(rng.choice([200, 300])),
        mode=mode,
        skew_deg=round(float(np.clip(rng.normal(0, 0.8), -3, 3)), 3),
        upside_down=bool(rng.random() < 0.08),
        scale_x=round(float(rng.normal(1, 0.003)), 5),
        scale_y=round(float(rng.normal(1, 0.004)), 5),
        shift_x_mm=round(float(rng.normal(0, 1.2)), 3),
        shift_y_mm=round(float(rng.normal(0, 1.5)), 3),
        blur_px=round(float(rng.uniform(0.3, 0.8)), 2),
        noise=round(float(rng.uniform(1, 5)), 2),
        paper_white=int(rng.integers(232, 253)),
        black=int(rng.integers(0, 40)),
        specks=int(rng.choice([0, 8, 25, 70], p=[0.3, 0.4, 0.2, 0.1])),
        spine_shadow=round(float(rng.choice([0, 0, 0, rng.uniform(0.2, 0.6)])), 3),
        show_through=round(float(rng.choice([0, 0, 0, rng.uniform(0.04, 0.12)])), 3),
        jpeg_quality=int(rng.choice([60, 75, 85, 92])),
        lid=int(rng.choice([255, 255, 250, 200])),
    )


# --- by grade ---


def graded_scan(quality: Quality, rng: np.random.Generator) -> Scan:
    """A scan of that grade."""
    ways = {Quality.CLEAN: _clean, Quality.OFFICE: _office, Quality.POOR: _poor, Quality.BAD: _bad}
    return replace(ways[quality](rng), quality=quality)


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return round(float(rng.uniform(low, high)), 3)


def _clean(rng: np.random.Generator) -> Scan:
    return Scan(
        skew_deg=round(float(np.clip(rng.normal(0, 0.25), -0.8, 0.8)), 3),
        scale_x=round(float(rng.normal(1, 0.001)), 5),
        scale_y=round(float(rng.normal(1, 0.001)), 5),
        shift_x_mm=_between(rng, -1, 1),
        shift_y_mm=_between(rng, -1, 1),
        blur_px=_between(rng, 0.3, 0.5),
        noise=_between(rng, 0.5, 2),
        paper_white=int(rng.integers(244, 254)),
        black=int(rng.integers(0, 25)),
        specks=int(rng.choice([0, 6])),
        jpeg_quality=92,
    )


def _office(rng: np.random.Generator) -> Scan:
    usual = ordinary_scan(rng)
    if usual.mode in (Mode.FAX, Mode.DITHER):
        usual = replace(usual, mode=Mode.GREY)
    return replace(
        usual,
        shift_x_mm=float(np.clip(usual.shift_x_mm, -2.5, 2.5)),
        shift_y_mm=float(np.clip(usual.shift_y_mm, -2.5, 2.5)),
        skew_deg=float(np.clip(usual.skew_deg, -2, 2)),
    )


def _poor(rng: np.random.Generator) -> Scan:
    mode = Mode(str(rng.choice(["grey", "fax", "dither"], p=[0.45, 0.38, 0.17])))
    return replace(
        _office(rng),
        dpi=200,
        mode=mode,
        skew_deg=_between(rng, -3, 3),
        shift_x_mm=_between(rng, -1.5, 1.5),
        shift_y_mm=_between(rng, -1.5, 1.5),
        blur_px=_between(rng, 0.4, 0.9),
        noise=_between(rng, 3, 8),
        black=int(rng.integers(10, 60)),
        specks=int(rng.integers(20, 120)),
        spine_shadow=_between(rng, 0.2, 0.6) if rng.random() < 0.4 else 0.0,
        show_through=_between(rng, 0.05, 0.14) if rng.random() < 0.4 else 0.0,
        jpeg_quality=50,
    )


def _bad(rng: np.random.Generator) -> Scan:
    trouble = str(rng.choice(list(TROUBLES), p=[0.2, 0.2, 0.14, 0.2, 0.13, 0.13]))
    usual = replace(_office(rng), upside_down=bool(rng.random() < 0.25), jpeg_quality=60, specks=25)
    return replace(TROUBLES[trouble](usual, rng), trouble=trouble)


def _by_old_fax(usual: Scan, rng: np.random.Generator) -> Scan:
    """Group 3's standard resolution, 204 dots by 98 lines an inch (ITU-T T.4), doubled lines or not."""
    return replace(
        usual,
        dpi=204,
        fax_lines_dpi=98,
        line_repeat=int(rng.choice([1, 2])),
        mode=Mode.FAX,
        scale_x=round(float(rng.normal(1, 0.006)), 5),
        scale_y=round(float(rng.normal(1, 0.012)), 5),
        blur_px=_between(rng, 0.2, 0.35),
        noise=_between(rng, 2, 5),
    )


def _curled(usual: Scan, rng: np.random.Generator) -> Scan:
    edge: Edge = ("left", "right", "top", "bottom")[int(rng.integers(4))]
    curl = Curl(
        edge,
        depth_mm=_between(rng, 0.6, 1.5),
        reach_mm=_between(rng, 40, 80),
        bow_mm=_between(rng, -1.0, 1.0),
        wave_mm=_between(rng, 0, 0.35),
    )
    return replace(usual, curl=curl, spine_shadow=_between(rng, 0.2, 0.5) if edge == "left" else 0.0)


def _sheared(usual: Scan, rng: np.random.Generator) -> Scan:
    """Pulled in askew by a worn feeder, which also draws it out."""
    return replace(
        usual,
        shear=_between(rng, 0.006, 0.02) * float(rng.choice([-1, 1])),
        scale_x=round(float(rng.normal(1, 0.006)), 5),
        scale_y=round(float(rng.normal(1, 0.012)), 5),
        skew_deg=_between(rng, -1.2, 1.2),
    )


def _photo(usual: Scan, rng: np.random.Generator) -> Scan:
    """By phone, held at an angle over a desk: the far edge looks shorter."""
    margin, far = _between(rng, 0.025, 0.06), _between(rng, 0.01, 0.06)
    straight = np.array([[margin + far, margin], [1 - margin - far, margin], [1 - margin, 1 - margin]])
    corners = np.concatenate([straight, [[margin, 1 - margin]]]) + rng.uniform(-0.012, 0.012, (4, 2))
    return replace(
        usual,
        dpi=int(rng.choice([220, 260, 300])),
        mode=Mode.COLOUR,
        corners=tuple(round(float(share), 4) for share in corners.ravel()),
        uneven_light=_between(rng, 0.15, 0.45),
        blur_px=_between(rng, 0.8, 1.5),
        noise=_between(rng, 2, 5),
        lid=int(rng.integers(70, 150)),
        spine_shadow=0.0,
        tagged_dpi=72,
    )


def _dirty(usual: Scan, rng: np.random.Generator) -> Scan:
    return replace(
        usual,
        smudges=int(rng.integers(4, 14)),
        streaks=int(rng.integers(1, 5)),
        specks=int(rng.integers(100, 300)),
    )


def _cut(usual: Scan, rng: np.random.Generator) -> Scan:
    """The sheet lay badly, but straight: up to 4 mm are missing at one or two edges, no field with them."""
    edges = rng.choice(4, int(rng.integers(1, 3)), replace=False)
    cut_mm = [0.0] * 4
    for edge in edges:
        cut_mm[int(edge)] = _between(rng, 1.5, 4)
    return replace(
        usual,
        cut_mm=(cut_mm[0], cut_mm[1], cut_mm[2], cut_mm[3]),
        skew_deg=_between(rng, -0.5, 0.5),
        shift_x_mm=_between(rng, -0.8, 0.8),
        shift_y_mm=_between(rng, -0.8, 0.8),
    )


TROUBLES: Final[Mapping[str, Callable[[Scan, np.random.Generator], Scan]]] = {
    "old fax": _by_old_fax,
    "curl": _curled,
    "shear": _sheared,
    "photo": _photo,
    "dirt": _dirty,
    "cut": _cut,
}
"""What can be wrong with a bad scan, in the order of their shares in ``_bad``."""
