"""What one run reads: which sheets, how many, and under which name the results go."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from rehearsal.scanners import Quality

FORMS: Final = ("ido_todoke", "juminhyo_kofu")
FIRST_SEED: Final = 60_000
"""Nothing was ever built or tuned on sheets from this seed onwards."""

SPEED_SEED: Final = 67_000
FOREIGN_SEED: Final = 68_000
MEMORY_SEED: Final = 69_000


@dataclass(frozen=True)
class Sheet:
    """One sheet to be made and read; ``peers``: whether the slow readers read it too."""

    form: str
    seed: int
    quality: Quality
    peers: bool = False

    @property
    def key(self) -> str:
        return f"{self.form}-{self.seed}"


@dataclass(frozen=True)
class Plan:
    """The size of a run. ``sheets`` counts per form and quality, ``peers`` over all, ``foreign`` per sort."""

    name: str
    title: str
    sheets: int
    peers: int
    foreign: int
    speed: int
    memory_pages: int
    report: str

    def list_sheets(self) -> tuple[Sheet, ...]:
        """Every form in every quality; which of them the peers read is drawn at random."""
        kinds = [(form, quality) for form, quality in product(FORMS, Quality) for _ in range(self.sheets)]
        drawn = set(random.Random(FIRST_SEED).sample(range(len(kinds)), min(self.peers, len(kinds))))
        return tuple(
            Sheet(form, FIRST_SEED + number, quality, number in drawn)
            for number, (form, quality) in enumerate(kinds)
        )


FULL: Final = Plan("reading", "Reading, measured", 75, 60, 12, 24, 1_000, "docs")
REDUCED: Final = Plan(
    "reading-reduced", "Reading, measured without pen strokes (reduced)", 75, 60, 12, 24, 1_000, "docs"
)
QUICK: Final = Plan("reading-quick", "Reading, a quick look (no figure to quote)", 1, 1, 1, 1, 6, "var/bench")


def chosen(environment: Mapping[str, str] = os.environ) -> Plan:
    """The plan that the caller asks for by QUICK=1 or REDUCED=1."""
    if environment.get("QUICK"):
        return QUICK
    return REDUCED if environment.get("REDUCED") else FULL
