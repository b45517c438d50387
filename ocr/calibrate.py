"""Fits ``calibration.json`` to specimen sheets with truth files.

Run ``python -m ocr.calibrate FOLDER…`` on specimens of seeds that no test and no benchmark uses. What is
fitted on specimens is too sure of real hands: fit it again on sheets of the city once there are some.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forms.kinds import parse
from forms.library import FormLibrary
from ocr.confidence import CALIBRATION, FEATURES, features, group
from ocr.errors import ReadingError
from ocr.evidence import Signs
from ocr.load import PageImage, pages
from ocr.reader import Reader

Numbers = npt.NDArray[np.float64]

FORMS = Path(__file__).resolve().parent.parent / "config" / "forms"
_RIDGE = 0.3
_STEPS = 20_000
_STEP = 2.0
_SIGNS_OF_WEIGHTS = np.array([0, 1, 1, 1, 1, 1, 1, 1, -1])
"""More of a sign may only raise the confidence, a greater length only lower it; the constant is free."""

_USUALLY = (0.0, 0.4, 0.4, 0.0, 0.5, 0.2, 1.0, 0.5, -0.3)
_EXPECTED = {
    "marks": (0.0, 0.0, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    "blank": (4.5, 0.0, 0.5, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0),
}
"""The weights without specimens; they stand where specimens show no error from which to learn."""


@dataclass(frozen=True)
class Outcome:
    """One field of a specimen: how it was read, and whether it was read right."""

    group: str
    signs: Signs
    right: bool


def outcomes(folders: Iterable[Path], reader: Reader) -> Iterator[Outcome]:
    """Every field of every specimen that can be read."""
    for folder in folders:
        for truth_path in sorted(folder.glob("*.truth.json")):
            stem = truth_path.name.removesuffix(".truth.json")
            image_path = next(path for path in folder.glob(f"{stem}.*") if path.suffix != ".json")
            truths = json.loads(truth_path.read_text(encoding="utf-8"))["pages"]
            for page in pages(image_path):
                yield from _of_page(page, truths[page.index]["values"], reader)


def _of_page(page: PageImage, truth: dict[str, str], reader: Reader) -> Iterator[Outcome]:
    try:
        sight = reader.look(page)
    except ReadingError:
        return
    for field_id, evidence in sight.evidence.items():
        field = sight.form.field(field_id)
        right = parse(field, evidence.raw).value == truth.get(field_id, "")
        yield Outcome(group(field.kind, evidence), evidence.signs, right)


def fitted(name: str, results: Sequence[Outcome]) -> dict[str, object]:
    """Weights and cap of one group, with the numbers of readings and errors that they rest on."""
    x = np.array([features(outcome.signs) for outcome in results])
    right = np.array([outcome.right for outcome in results])
    expected = np.array(_EXPECTED.get(name, _USUALLY))
    weights = expected if right.all() else _logistic(x, right.astype(np.float64), expected)
    scores = x @ weights
    highest_wrong = scores[~right].max(initial=-np.inf)
    surely_right = int((scores[right] > highest_wrong).sum())
    return {
        "weights": [round(float(weight), 4) for weight in weights],
        "cap": round((surely_right + 1) / (surely_right + 2), 5),
        "readings": len(results),
        "wrong": int((~right).sum()),
    }


def _logistic(x: Numbers, right: Numbers, expected: Numbers) -> Numbers:
    """Logistic regression drawn towards the expected weights, each of known sign, by projected gradient."""
    scale = np.maximum(np.abs(x).max(axis=0), 1e-9)
    weights = expected * scale
    for _ in range(_STEPS):
        claimed = 1 / (1 + np.exp(-np.clip((x / scale) @ weights, -30, 30)))
        pull = _RIDGE * (weights - expected * scale)
        weights = weights - _STEP * ((x / scale).T @ (claimed - right) + pull) / len(x)
        weights = np.where(_SIGNS_OF_WEIGHTS * weights < 0, 0.0, weights)
    return np.asarray(weights / scale)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ocr.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders with specimens and truth files")
    parser.add_argument("--forms", type=Path, default=FORMS, help="folder of the form definitions")
    parser.add_argument("--out", type=Path, default=CALIBRATION, help="where to write")
    wanted = parser.parse_args()
    results = list(outcomes(wanted.folders, Reader(FormLibrary(wanted.forms))))
    names = sorted({outcome.group for outcome in results})
    groups = {name: fitted(name, [outcome for outcome in results if outcome.group == name]) for name in names}
    text = json.dumps({"features": FEATURES, "groups": groups}, ensure_ascii=False, indent=1)
    wanted.out.write_text(text + "\n", encoding="utf-8")
    for name, model in groups.items():
        print(f"{name:10s} {model['readings']:5d} readings, {model['wrong']:3d} wrong, cap {model['cap']}")


if __name__ == "__main__":
    main()
