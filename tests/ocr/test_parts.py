"""The outer parts and their probes, and what confidence makes of signs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from forms.definition import Kind
from forms.facts import Finding, Severity
from forms.pen import FONT_FILE
from forms.routing import MAX_WRONG
from ocr.confidence import FEATURES, calibration, confidence, residual
from ocr.errors import ModelMissing
from ocr.evidence import Evidence, Remark, Signs, worst
from ocr.probe import probes
from ocr.recognise import Recogniser
from ocr.second import SecondReader


def test_every_outer_part_is_fit_here() -> None:
    found = {probe.name: probe for probe in probes()}
    assert set(found) == {"recognition model", "own model", "onnxruntime", "tesseract"}
    assert [probe.name for probe in found.values() if not probe.fit] == []
    assert "jpn" in found["tesseract"].seen


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_missing_or_broken_model_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelMissing, match="make setup"):
        Recogniser(path)


def test_the_model_knows_the_characters_of_forms() -> None:
    recogniser = Recogniser()
    assert recogniser.characters[0] == ""
    assert len(recogniser.characters) == 18_710
    assert {*"0123456789", *"昭和平成令相模原市アァ"} <= set(recogniser.columns)
    frames = recogniser.read(np.full((60, 200), 255, np.uint8))
    assert frames.sum(axis=1) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(
    ("said", "agrees"),
    [("相模原市中央区2-11-15", True), ("相模原市中央区２－１１－１５", True), ("相模原市南区2-11-15", False)],
)
def test_tesseract_reads_print_as_a_second_reader(said: str, agrees: bool) -> None:
    image = Image.new("L", (620, 70), 255)
    font = ImageFont.truetype(str(FONT_FILE), 44)
    ImageDraw.Draw(image).text((20, 10), "相模原市中央区2-11-15", font=font, fill=20)
    assert SecondReader().agrees(np.asarray(image), said) is agrees


def test_tesseract_is_given_up_in_time() -> None:
    assert SecondReader(timeout_s=0.01).text(np.full((60, 300), 255, np.uint8)) == ""


CLEAR = Signs(probability=0.9999, weakest=0.9999, weakest_free=0.9999, support=0.75, length=4)
WORSE = [
    {"probability": 0.6},
    {"weakest": 0.5},
    {"agreement": 0.0},
    {"spacing": 0.05},
    {"kept": 0.5},
    {"support": 0.0},
]


@pytest.mark.parametrize("kind", [Kind.NAME, Kind.ADDRESS, Kind.KANA, Kind.TEXT, Kind.POSTAL_CODE])
@pytest.mark.parametrize("worse", WORSE, ids=lambda change: next(iter(change)))
def test_a_worse_sign_never_raises_confidence(kind: Kind, worse: dict[str, float]) -> None:
    clear = confidence(kind, Evidence("x", False, "ppocr", CLEAR), ())
    doubtful = confidence(kind, Evidence("x", False, "ppocr", replace(CLEAR, **worse)), ())
    assert doubtful <= clear < 1


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        (Kind.TICKS, Evidence("a", False, "marks", Signs(weakest=0.05))),
        (Kind.NAME, Evidence("", True, "ppocr", Signs(kept=0.2))),
        (Kind.NAME, Evidence("x", False, "ppocr", replace(CLEAR, remarks=frozenset({Remark.OUTSIDE})))),
    ],
)
def test_what_is_doubtful_is_not_accepted_beside_much_that_is_sure(kind: Kind, evidence: Evidence) -> None:
    assert residual(kind, evidence, confidence(kind, evidence, ())) > MAX_WRONG


@pytest.mark.parametrize(
    ("signs", "findings"),
    [
        (replace(CLEAR, remarks=frozenset({Remark.STRUCK})), ()),
        (CLEAR, (Finding("digits.character", "x"),)),
        (CLEAR, (Finding("my_number.check_digit", "x", Severity.ERROR),)),
    ],
)
def test_what_was_struck_or_does_not_parse_is_for_a_person(
    signs: Signs, findings: tuple[Finding, ...]
) -> None:
    assert confidence(Kind.DIGITS, Evidence("x", False, "ppocr", signs), findings) <= 0.5


def test_no_group_claims_more_than_its_specimens_bear_out() -> None:
    assert {"name", "kana", "date", "digits", "address", "text", "relation", "marks", "blank"} == set(
        calibration().models
    )
    for model in calibration().models.values():
        assert len(model.weights) == len(FEATURES)
        assert 0.9 < model.cap < 1


def test_a_whole_is_as_weak_as_its_weakest_part() -> None:
    both = worst([CLEAR, replace(CLEAR, weakest=0.4, kept=0.3, remarks=frozenset({Remark.STRUCK}))])
    assert (both.weakest, both.kept, both.remarks) == (0.4, 0.3, {Remark.STRUCK})
    assert both.probability == pytest.approx(0.9999**2)
