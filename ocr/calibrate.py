"""Fits ``calibration.json`` to specimen sheets with truth files.

Run ``python -m ocr.calibrate FOLDER…`` on specimens of seeds and writers that no test and no benchmark uses.
Risks for the curve come from weights that were fitted without the sheet in question. What is fitted on
specimens is too sure of real hands: fit it again on sheets of the city once there are some.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forms.kinds import parse
from forms.library import FormLibrary
from forms.routing import asks
from ocr.confidence import BLANK, CALIBRATION, FEATURES, features, group
from ocr.errors import ReadingError
from ocr.evidence import Signs
from ocr.load import PageImage, pages
from ocr.reader import Reader

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FORMS = Path(__file__).resolve().parent.parent / "config" / "forms"
_RIDGE = 0.3
_STEPS = 60
_FOLDS = 5
_CURVE_POINTS = 160
_SHARE_OF_STEP = 0.5
_UNSEEN_HANDS = 1.5
"""Our own model has learnt from the specimens' hands; of hands that it had never seen so many times as many
accepted values were wrong (13 of 8,811 where 9 were claimed, ``docs/reading-report.md``)."""

_SIGNS_OF_WEIGHTS = np.array([0, 1, 1, 1, 1, 1, 1, 1, 1, -1])
"""More of a sign may only raise the confidence, a greater length only lower it; the constant is free."""

_USUALLY = (0.0, 0.4, 0.4, 0.0, 0.5, 0.2, 1.0, 1.0, 0.5, -0.3)
_EXPECTED = {
    "marks": (0.0, 0.0, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "blank": (4.5, 0.0, 0.5, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0),
}
"""The weights without specimens; they stand where specimens show no error from which to learn."""


@dataclass(frozen=True)
class Outcome:
    """One field of a specimen: how it was read, and whether it was read right."""

    group: str
    signs: Signs
    right: bool
    sheet: int


def outcomes(folders: Iterable[Path], reader: Reader) -> Iterator[Outcome]:
    """The fields of every specimen that can be read, but those of the office and those asked in any case."""
    truths = sorted(path for folder in folders for path in folder.glob("*.truth.json"))
    for number, truth_path in enumerate(truths):
        stem = truth_path.name.removesuffix(".truth.json")
        image_path = next(path for path in truth_path.parent.glob(f"{stem}.*") if path.suffix != ".json")
        written = json.loads(truth_path.read_text(encoding="utf-8"))["pages"]
        for page in pages(image_path):
            yield from _of_page(page, written[page.index]["values"], reader, number)


def _of_page(page: PageImage, truth: dict[str, str], reader: Reader, sheet: int) -> Iterator[Outcome]:
    try:
        sight = reader.look(page)
    except ReadingError:
        return
    for field_id, evidence in sight.evidence.items():
        field = sight.form.field(field_id)
        parsed = parse(field, evidence.raw)
        # What is asked whatever its confidence says nothing of what is accepted without a look.
        asked = any(map(asks, parsed.findings)) or evidence.signs.remarks or evidence.unknown
        always_asked = field.policy.route != "auto" and not evidence.blank
        if not (field.office or asked or always_asked):
            right = parsed.value == truth.get(field_id, "")
            yield Outcome(group(field.kind, evidence), evidence.signs, right, sheet)


@dataclass(frozen=True, eq=False)
class Unseen:
    """The readings of one group with the log odds of each, by weights that were fitted without its sheet."""

    x: Numbers
    right: Flags
    odds: Numbers
    expected: Numbers

    @staticmethod
    def of(name: str, results: Sequence[Outcome]) -> Unseen:
        x = np.array([features(outcome.signs) for outcome in results])
        right = np.array([outcome.right for outcome in results])
        expected = np.array(_EXPECTED.get(name, _USUALLY))
        folds = np.array([outcome.sheet % _FOLDS for outcome in results])
        return Unseen(x, right, _unseen_odds(x, right, expected, folds), expected)


@dataclass(frozen=True)
class Fitted:
    """Weights and cap of each group, with the readings and errors that they rest on, and the curves."""

    groups: dict[str, dict[str, object]]
    curves: dict[str, list[tuple[float, float]]]


def fitted(results: Sequence[Outcome]) -> Fitted:
    """What ``ocr.confidence`` needs. Raises ``ValueError`` without readings of text."""
    names = sorted({outcome.group for outcome in results})
    groups = {name: Unseen.of(name, [o for o in results if o.group == name]) for name in names}
    texts = [group for name, group in groups.items() if name not in _EXPECTED]
    # What is read as text bears out the surest claims together: a group alone has too few readings for it.
    least = _least_risk(np.concatenate([g.odds for g in texts]), np.concatenate([g.right for g in texts]))
    caps = {
        name: 1 - (_least_risk(group.odds, group.right) if name in _EXPECTED else least)
        for name, group in groups.items()
    }
    filled, blank = [name for name in names if name != BLANK], [name for name in names if name == BLANK]
    return Fitted(
        {name: _model(group, caps[name]) for name, group in groups.items()},
        {"filled": _joint_curve(groups, caps, filled), BLANK: _joint_curve(groups, caps, blank)},
    )


def _model(group: Unseen, cap: float) -> dict[str, object]:
    return {
        "weights": [round(float(weight), 4) for weight in _weights(group.x, group.right, group.expected)],
        "cap": round(cap, 6),
        "readings": len(group.right),
        "wrong": int((~group.right).sum()),
    }


def _joint_curve(
    groups: Mapping[str, Unseen], caps: Mapping[str, float], names: Sequence[str]
) -> list[tuple[float, float]]:
    """One curve of these groups, of which specimens hold as much as sheets do; empty without any."""
    if not names:
        return []
    risks = [1 - np.minimum(1 / (1 + np.exp(-groups[name].odds)), caps[name]) for name in names]
    return _curve(np.concatenate(risks), np.concatenate([groups[name].right for name in names]))


def _least_risk(odds: Numbers, right: Flags) -> float:
    """The least risk that the surest readings bear out, however many are taken (rule of succession)."""
    wrong = np.cumsum(~right[np.argsort(-odds, kind="stable")])
    return float(((wrong + 1) / (np.arange(1, len(wrong) + 1) + 2)).min())


def _unseen_odds(x: Numbers, right: Flags, expected: Numbers, folds: npt.NDArray[np.int_]) -> Numbers:
    """The log odds of each reading by weights that were fitted without its sheet."""
    odds = np.empty(len(x))
    for fold in range(_FOLDS):
        own = folds == fold
        odds[own] = x[own] @ _weights(x[~own], right[~own], expected)
    return np.clip(odds, -30, 30)


def _curve(risk: Numbers, right: Flags) -> list[tuple[float, float]]:
    """Risks in rising order with the residual up to each: what was wrong there, or claimed to be if more."""
    order = np.argsort(risk, kind="stable")
    count = np.arange(1, len(risk) + 1)
    claimed = np.cumsum(risk[order]) / count
    found = np.cumsum(~right[order]) / count
    # Equal risks are accepted together, so that only the last of them counts.
    last = np.flatnonzero(np.diff(risk[order], append=np.inf) > 0)
    left_wrong = np.minimum(_UNSEEN_HANDS * np.maximum(claimed, found)[last], 1)
    residual = np.minimum.accumulate(left_wrong[::-1])[::-1]
    chosen = np.unique(np.linspace(0, len(last) - 1, _CURVE_POINTS).round().astype(int))
    # A risk is rounded upwards, so that the readings it stands for stay below it.
    return [(float(np.ceil(risk[order][last[n]] * 1e6) / 1e6), round(float(residual[n]), 6)) for n in chosen]


def _weights(x: Numbers, right: Flags, expected: Numbers) -> Numbers:
    """Logistic regression drawn towards the expected weights, each of known sign, by projected Newton."""
    if right.all():
        return expected
    scale = np.maximum(np.abs(x).max(axis=0), 1e-9)
    z, weights, aim = x / scale, expected * scale, expected * scale
    for _ in range(_STEPS):
        claimed = 1 / (1 + np.exp(-np.clip(z @ weights, -30, 30)))
        slope = z.T @ (claimed - right) + _RIDGE * (weights - aim)
        held = (weights == 0) & (_SIGNS_OF_WEIGHTS * slope > 0)
        curvature = (z * (claimed * (1 - claimed))[:, None]).T @ z + _RIDGE * np.eye(len(aim))
        free = np.flatnonzero(~held)
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], slope[free])
        weights = weights - _SHARE_OF_STEP * step
        weights = np.where(_SIGNS_OF_WEIGHTS * weights < 0, 0.0, weights)
    return np.asarray(weights / scale)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders with specimens and truth files")
    parser.add_argument("--forms", type=Path, default=FORMS, help="folder of the form definitions")
    parser.add_argument("--out", type=Path, default=CALIBRATION, help="where to write")
    wanted = parser.parse_args()
    results = list(outcomes(wanted.folders, Reader(FormLibrary(wanted.forms))))
    found = fitted(results)
    text = json.dumps({"features": FEATURES, **asdict(found)}, ensure_ascii=False, indent=1)
    wanted.out.write_text(text + "\n", encoding="utf-8")
    for name, model in found.groups.items():
        print(f"{name:10s} {model['readings']:5d} readings, {model['wrong']:3d} wrong, cap {model['cap']}")


if __name__ == "__main__":
    main()
