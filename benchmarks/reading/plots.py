"""Curves per field kind: how risk grows with what is accepted, and whether confidence means what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np

from benchmarks.reading.facts import OURS, FieldRead
from benchmarks.reading.figures import RESIDUAL, rate, right, risk_curve
from benchmarks.reading.peers import PEERS
from benchmarks.reading.rows import Results
from forms.definition import Kind

mpl.use("Agg")

from matplotlib import pyplot as plt  # after the choice of how to draw

COLUMNS: Final = 4
FEWEST: Final = 20
"""Fields below which a kind gets no curve."""

_LOWEST_RISK: Final = 2e-4
_EDGES: Final = np.array([0, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0001])
"""Classes of confidence, narrow where acceptance is decided."""

Outcomes = list[tuple[float, bool]]


def draw(results: Results, folder: Path) -> list[str]:
    """Writes the plots; their file names in the order of the report."""
    by_kind = {
        kind: _outcomes([field for field in results.filled if field.kind is kind], OURS) for kind in Kind
    }
    kept = {kind.value: found for kind, found in by_kind.items() if len(found) >= FEWEST}
    _beside_others(results, folder / "risk.png")
    _grid(kept, _risk_panel, folder / "risk-by-kind.png", "share accepted", "wrong among accepted")
    _grid(kept, _reliability_panel, folder / "reliability.png", "risk as predicted", "share wrong")
    return ["risk.png", "risk-by-kind.png", "reliability.png"]


def _outcomes(fields: Sequence[FieldRead], reader: str) -> Outcomes:
    return [(field.said[reader].score, right(field, reader)) for field in fields]


def _beside_others(results: Results, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for reader in (OURS, *PEERS):
        if results.shared:
            _risk_line(axes, _outcomes(results.shared, reader), label=reader)
    _finish_risk(axes, "text fields of the sheets that all read")
    axes.set_xlabel("share accepted")
    axes.set_ylabel("wrong among accepted")
    axes.legend(loc="lower right", fontsize=8)
    _save(figure, path)


def _risk_line(axes: Any, outcomes: Outcomes, label: str = "") -> None:
    curve = risk_curve(outcomes)
    share = [step.coverage.hits / step.coverage.of for step in curve]
    risk = [max(step.wrong.hits / step.wrong.of, _LOWEST_RISK) for step in curve]
    axes.step(share, risk, where="post", label=label, linewidth=1.4)


def _finish_risk(axes: Any, title: str) -> None:
    axes.axhline(RESIDUAL, color="grey", linestyle=":", linewidth=1)
    axes.set(yscale="log", ylim=(_LOWEST_RISK, 1), xlim=(0, 1))
    axes.set_title(title, fontsize=9)


def _risk_panel(axes: Any, name: str, outcomes: Outcomes) -> None:
    _risk_line(axes, outcomes)
    _finish_risk(axes, f"{name} ({len(outcomes)})")


def _reliability_panel(axes: Any, name: str, outcomes: Outcomes) -> None:
    """Each class of confidence: its mean risk as predicted against the share that was wrong."""
    axes.plot([_LOWEST_RISK, 1], [_LOWEST_RISK, 1], color="grey", linestyle=":", linewidth=1)
    for low, high in pairwise(_EDGES):
        inside = [(score, is_right) for score, is_right in outcomes if low <= score < high]
        if len(inside) < FEWEST:
            continue
        predicted = max(float(np.mean([1 - score for score, _ in inside])), _LOWEST_RISK)
        wrong = rate(not is_right for _, is_right in inside)
        bounds = [max(bound / 100, _LOWEST_RISK) for bound in wrong.interval]
        axes.plot([predicted] * 2, bounds, color="C0", linewidth=1)
        axes.plot([predicted], [max(wrong.percent / 100, _LOWEST_RISK)], "o", color="C0", markersize=3.5)
    axes.set(xscale="log", yscale="log", xlim=(_LOWEST_RISK, 1), ylim=(_LOWEST_RISK, 1))
    axes.set_title(f"{name} ({len(outcomes)})", fontsize=9)


def _grid(
    kept: dict[str, Outcomes], panel: Callable[[Any, str, Outcomes], None], path: Path, x: str, y: str
) -> None:
    lines = max(1, -(-len(kept) // COLUMNS))
    size = (2.6 * COLUMNS, 2.4 * lines)
    figure, grid = plt.subplots(lines, COLUMNS, figsize=size, layout="constrained", squeeze=False)
    for axes, (name, outcomes) in zip(grid.flat, kept.items(), strict=False):
        panel(axes, name, outcomes)
        axes.tick_params(labelsize=7)
    for axes in grid.flat[len(kept) :]:
        axes.axis("off")
    figure.supxlabel(x, fontsize=9)
    figure.supylabel(y, fontsize=9)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
