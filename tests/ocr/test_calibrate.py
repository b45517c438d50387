"""What is claimed is what was found: caps, curves and weights from readings of which the errors are known."""

import numpy as np
import pytest

from ocr.calibrate import Outcome, fitted
from ocr.confidence import Curve, Model
from ocr.evidence import Signs


def outcomes(count: int, wrong_at: float, seed: int = 1, group: str = "digits") -> list[Outcome]:
    """Readings of which half are wrong below a probability, and none above it."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        probability = float(rng.uniform(0.3, 0.9999))
        right = bool(probability > wrong_at or rng.random() < 0.5)
        signs = Signs(probability=probability, weakest=probability, weakest_free=probability)
        found.append(Outcome(group, signs, right, number // 10))
    return found


def model(results: list[Outcome], group: str = "digits") -> Model:
    own = fitted(results).groups[group]
    return Model(tuple(own["weights"]), own["cap"])  # type: ignore[arg-type]


def test_the_cap_is_what_so_many_right_readings_bear_out() -> None:
    few, many = model(outcomes(60, 0.6)), model(outcomes(1_200, 0.6))
    assert few.cap < 1 - 1 / 80
    assert few.cap < many.cap < 1 - 1 / 2_000


def test_a_surer_reading_leaves_no_more_wrong() -> None:
    results = outcomes(1_200, 0.6)
    own, curve = model(results), Curve(tuple(fitted(results).curves["filled"]))
    risks, residuals = zip(*curve.points, strict=True)
    assert list(risks) == sorted(risks)
    assert list(residuals) == sorted(residuals)
    assert curve.residual(own.cap) == residuals[0]
    assert curve.residual(0.0) == 1.0, "surer readings than any specimen are none"


@pytest.mark.parametrize("wrong_at", [0.45, 0.6])
def test_what_is_left_wrong_is_what_was_found_among_others(wrong_at: float) -> None:
    results, others = outcomes(2_000, wrong_at, seed=1), outcomes(2_000, wrong_at, seed=2)
    own, curve = model(results), Curve(tuple(fitted(results).curves["filled"]))
    accepted = [o for o in others if curve.residual(own.confidence(o.signs)) <= 0.02]
    assert len(accepted) > 150
    assert sum(not o.right for o in accepted) / len(accepted) < 0.03


def test_marks_and_blanks_are_borne_out_by_themselves() -> None:
    groups = fitted([*outcomes(400, 0.6), *outcomes(50, 0.0, seed=3, group="marks")]).groups
    assert groups["marks"]["cap"] == pytest.approx(51 / 52, abs=1e-4)
