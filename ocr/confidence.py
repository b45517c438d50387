"""How likely it is that a reading is right, from the signs that its evidence gives.

A logistic model for each group of kinds, with weights in ``calibration.json`` that ``ocr.calibrate`` fitted
on specimen sheets. Its claim never exceeds what the specimens bear out: where w of the n surest were wrong,
the risk is at least (w + 1) / (n + 2) for the best n, Laplace's rule of succession.

Beside it stands the residual: the share of wrong ones among all readings at least as sure, whatever their
kind, which is what is left wrong when they are accepted without a look. Where to draw that line is the
department's to say. What is read as blank is counted apart.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

from forms.definition import Kind
from forms.facts import Finding, Severity
from ocr.evidence import Evidence, Signs

CALIBRATION = Path(__file__).with_name("calibration.json")

BLANK = "blank"

GROUPS: Mapping[Kind, str] = {
    Kind.NAME: "name",
    Kind.KANA: "kana",
    Kind.DATE: "date",
    Kind.ADDRESS: "address",
    Kind.TEXT: "text",
    Kind.RELATION: "relation",
    Kind.TICKS: "marks",
    Kind.CIRCLE: "marks",
    Kind.STAMP: "marks",
}
"""Kinds that are calibrated together; those not named are ``digits``, and what is blank is ``blank``."""

FEATURES = (
    "constant",
    "probability",
    "weakest",
    "weakest_free",
    "agreement",
    "spacing",
    "kept",
    "covered",
    "support",
    "length",
)

REMARKED_AT_MOST = 0.5
"""Nobody but a person decides what is left of an entry that was struck through, or written oddly."""

REFUSED_AT_MOST = 0.5
"""A reading that does not parse, or fails a check of its own, is as likely a misreading as a mistake."""

_TIMES_AS_RISKY = 10.0
_ODDS_RANGE = (-3.0, 9.0)


@dataclass(frozen=True)
class Model:
    """One group's weights, in the order of ``FEATURES``, and the largest confidence that it may claim."""

    weights: tuple[float, ...]
    cap: float

    def confidence(self, signs: Signs) -> float:
        """The probability (0..1) that a reading with these signs is right."""
        odds = sum(weight * value for weight, value in zip(self.weights, features(signs), strict=True))
        return min(1 / (1 + exp(-odds)), self.cap)


@dataclass(frozen=True)
class Curve:
    """Risks in rising order, each with the residual of all specimens of no greater risk."""

    points: tuple[tuple[float, float], ...]

    def residual(self, confidence: float) -> float:
        """The share (0..1) of wrong ones among readings that are at least as sure; 1 beyond all specimens."""
        place = bisect_left(self.points, (1 - confidence, 0.0))
        return self.points[place][1] if place < len(self.points) else 1.0


@dataclass(frozen=True)
class Calibration:
    """The model of each group, and the curves of what is filled and of what is blank."""

    models: Mapping[str, Model]
    filled: Curve
    blank: Curve


def confidence(kind: Kind, evidence: Evidence, findings: Iterable[Finding]) -> float:
    """The estimated probability (0..1) that the value is right; ``findings`` are those of parsing it."""
    estimate = calibration().models[group(kind, evidence)].confidence(evidence.signs)
    if evidence.signs.remarks:
        estimate = min(estimate, REMARKED_AT_MOST)
    if any(finding.severity is Severity.ERROR for finding in findings):
        estimate = min(estimate, REFUSED_AT_MOST)
    return estimate


def residual(kind: Kind, evidence: Evidence, confidence: float) -> float:
    """What is left wrong (0..1) among readings that are accepted from this confidence up.

    It is never less than a tenth of the reading's own risk, however many surer ones stand beside it: among
    ten thousand clear ticks a doubtful one would weigh nothing, and still be doubtful.
    """
    known = calibration()
    curve = known.blank if group(kind, evidence) == BLANK else known.filled
    return max(curve.residual(confidence), (1 - confidence) / _TIMES_AS_RISKY)


def group(kind: Kind, evidence: Evidence) -> str:
    """The group of readings with which this one was calibrated."""
    own = GROUPS.get(kind, "digits")
    return BLANK if evidence.blank and own != "marks" else own


def features(signs: Signs) -> tuple[float, ...]:
    """The numbers that the weights belong to: log odds for probabilities, the logarithm of the length."""
    return (
        1.0,
        _log_odds(signs.probability),
        _log_odds(signs.weakest),
        _log_odds(signs.weakest_free),
        2 * signs.agreement - 1,
        _log_odds(signs.spacing),
        4 * (signs.kept - 1),
        4 * (signs.covered - 1),
        2 * signs.support - 1,
        log(max(signs.length, 1)),
    )


@cache
def calibration() -> Calibration:
    """What ``ocr.calibrate`` fitted."""
    data = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    models = {name: Model(tuple(own["weights"]), own["cap"]) for name, own in data["groups"].items()}
    filled, blank = (Curve(tuple(map(tuple, data["curves"][name]))) for name in ("filled", BLANK))
    return Calibration(models, filled, blank)


def _log_odds(probability: float) -> float:
    low, high = _ODDS_RANGE
    if probability <= 0:
        return low
    if probability >= 1:
        return high
    return min(max(log(probability / (1 - probability)), low), high)
