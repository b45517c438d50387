"""What a benchmark leaves: rows of name, value, unit, what was wanted, whether it holds, peers' values."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "benchmarks" / "results"
COMPARE = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Row:
    """One figure. ``wanted`` is a comparison such as ``>= 97`` in the row's own unit, or empty.

    ``interval`` is where the true figure lies with 95 % probability, if that is known.
    """

    name: str
    value: float
    unit: str
    wanted: str = ""
    peers: Mapping[str, float] = field(default_factory=dict)
    interval: tuple[float, float] | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the value is as wanted; None where nothing is wanted, or nothing was there to measure."""
        if not self.wanted or math.isnan(self.value):
            return None
        sign, figure = self.wanted.split()
        return bool(COMPARE[sign](self.value, float(figure)))


def write(name: str, rows: Sequence[Row], folder: Path = RESULTS) -> str:
    """Write ``<name>.json`` into the folder; the same as a table to print."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"rows": [{**asdict(row), "holds": row.holds} for row in rows]}
    text = json.dumps(_without_nan(data), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return "\n".join(_line(row) for row in rows)


def _without_nan(data: Any) -> Any:
    """JSON has no word for "nothing to measure" but null."""
    if isinstance(data, Mapping):
        return {name: _without_nan(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_without_nan(value) for value in data]
    return None if isinstance(data, float) and math.isnan(data) else data


def _line(row: Row) -> str:
    verdict = {True: "holds", False: "FALLS SHORT", None: ""}[row.holds]
    peers = ", ".join(f"{name} {value:.2f}" for name, value in row.peers.items())
    return f"{row.name:<36}{row.value:>9.2f} {row.unit:<7}{row.wanted:<8} {verdict:<12}{peers}"
