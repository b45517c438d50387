"""Bars for the pages: places and sizes as plain numbers, drawn by the templates as SVG without styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 200
LEFT, BOTTOM, TOP = 48, 24, 12
"""Room in px for the figures at the left, the labels below and the air above."""

LOWEST_RATE = -1.0
"""A rate below −100 % is drawn to the edge; its figure says how far it goes."""


@dataclass(frozen=True)
class Bar:
    """An upright rectangle; ``kind`` is its CSS class, ``said`` what it shows."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    said: str


@dataclass(frozen=True)
class Tick:
    """A line across at ``y`` with its figure."""

    y: float
    said: str


@dataclass(frozen=True)
class Label:
    x: float
    said: str


@dataclass(frozen=True)
class Chart:
    """Groups of bars over labels."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True)
class Series:
    """Values of one kind, one for each label; ``name`` is said with each."""

    kind: str
    name: str
    values: Sequence[float]


def chart(labels: Sequence[str], series: Sequence[Series], unit: str) -> Chart | None:
    """Bars side by side for each label; None when there is nothing above zero to show."""
    top = max((value for one in series for value in one.values), default=0.0)
    if top <= 0:
        return None
    step = _round_step(top / 4)
    scale = (HEIGHT - BOTTOM - TOP) / (step * -(-top // step))
    slot = (WIDTH - LEFT) / len(labels)
    wide = slot * 0.8 / len(series)
    bars = tuple(
        Bar(
            LEFT + slot * (place + 0.1) + wide * number,
            HEIGHT - BOTTOM - max(0.0, value) * scale,
            wide * 0.92,
            max(0.0, value) * scale,
            one.kind,
            f"{labels[place]} {one.name} {value:,.1f} {unit}",
        )
        for number, one in enumerate(series)
        for place, value in enumerate(one.values)
    )
    count = int(-(-top // step))
    ticks = tuple(
        Tick(HEIGHT - BOTTOM - number * step * scale, f"{number * step:,g}") for number in range(count + 1)
    )
    middles = tuple(Label(LEFT + slot * (place + 0.5), label) for place, label in enumerate(labels))
    return Chart(bars, ticks, middles)


def _round_step(rough: float) -> float:
    """The next 1, 2 or 5 × a power of ten."""
    power = 10.0 ** (len(f"{int(rough)}") - 1) if rough >= 1 else 10.0 ** _exponent(rough)
    return next(power * step for step in (1, 2, 5, 10) if power * step >= rough)


def _exponent(rough: float) -> int:
    return int(f"{rough:e}".partition("e")[2])


@dataclass(frozen=True)
class RateBar:
    """One task's rate on a line from ``LOWEST_RATE`` or 0 to 1, in shares of the width (0…1)."""

    title: str
    rate: float
    start: float
    length: float
    below: bool
    """Whether the rate is negative."""


@dataclass(frozen=True)
class RateChart:
    rows: tuple[RateBar, ...]
    zero: float
    target: float | None


def rate_chart(rates: Sequence[tuple[str, float]], target: float | None) -> RateChart:
    """Rates as lying bars from zero; the scale reaches below zero only when one does."""
    lowest = max(LOWEST_RATE, min([0.0, *(rate for _, rate in rates)]))
    span = 1.0 - lowest

    def place(rate: float) -> float:
        return (min(1.0, max(lowest, rate)) - lowest) / span

    zero = place(0.0)
    rows = tuple(
        RateBar(title, rate, min(zero, place(rate)), abs(place(rate) - zero), rate < 0)
        for title, rate in rates
    )
    return RateChart(rows, zero, None if target is None else place(target))
