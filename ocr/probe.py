"""Are the outer parts of reading there, and fit? ``tenki doctor`` prints this."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

import onnxruntime as ort
import pytesseract

from ocr.errors import ModelMissing
from ocr.own import OwnRecogniser, own_model_path
from ocr.recognise import MODEL_NAME, model_path

TESSERACT_OLDEST = (4, 1)
TESSERACT_LANGUAGE = "jpn"


@dataclass(frozen=True)
class Probe:
    """One outer part: whether it is fit for use, what was seen, and the command or step that mends it."""

    name: str
    fit: bool
    seen: str
    remedy: str = ""


def probes() -> tuple[Probe, ...]:
    """Every outer part that reading uses."""
    return (model(), own_model(), onnxruntime(), tesseract())


def model() -> Probe:
    """The recognition model inside the rapidocr package."""
    try:
        megabytes = model_path().stat().st_size / 1e6
    except ModelMissing as error:
        return Probe("recognition model", False, error.seen, "make setup")
    return Probe(
        "recognition model", True, f"{MODEL_NAME} ({megabytes:.0f} MB, rapidocr {version('rapidocr')})"
    )


def own_model() -> Probe:
    """Our own small model of digits, kana and capitals."""
    try:
        path = own_model_path()
        known = len(OwnRecogniser(path).columns)
    except ModelMissing as error:
        return Probe("own model", False, error.seen, "git checkout ocr/models")
    return Probe("own model", True, f"{path.name} ({path.stat().st_size / 1e6:.1f} MB, {known} characters)")


def onnxruntime() -> Probe:
    """The runtime of the model, with its processor back end."""
    fit = "CPUExecutionProvider" in ort.get_available_providers()
    return Probe("onnxruntime", fit, ort.__version__, "" if fit else "make setup")


def tesseract() -> Probe:
    """The second reader and its Japanese data."""
    remedy = "apt-get install tesseract-ocr tesseract-ocr-jpn"
    try:
        found = pytesseract.get_tesseract_version()
    except pytesseract.TesseractNotFoundError:
        return Probe("tesseract", False, "not found in PATH", remedy)
    if (found.major, found.minor) < TESSERACT_OLDEST:
        return Probe("tesseract", False, f"{found}, too old", remedy)
    languages = pytesseract.get_languages()
    if TESSERACT_LANGUAGE not in languages:
        return Probe("tesseract", False, f"{found} without {TESSERACT_LANGUAGE}", remedy)
    return Probe("tesseract", True, f"{found} with {', '.join(sorted(languages))}")
