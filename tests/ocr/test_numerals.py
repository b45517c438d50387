"""Numbers within a line are looked at again by our own model; what is no number stays as it is."""

from dataclasses import replace

import pytest

from forms.definition import Kind
from forms.facts import Alternative
from ocr.alphabets import anything
from ocr.decode import Decoded
from ocr.looks import LineReader
from ocr.numerals import with_numbers
from rehearsal.faces import Face, font_faces
from tests.ocr.test_own import written


@pytest.fixture(scope="module")
def lines() -> LineReader:
    return LineReader.make()


@pytest.fixture(scope="module")
def kiloji() -> Face:
    return next(face for face in font_faces() if face.name == "kiloji")


def misread(decoded: Decoded, text: str) -> Decoded:
    """The same line, as if the large model had been half as sure of it and of another text."""
    return decoded.reordered((Alternative(text, 0.5), Alternative(decoded.best, 0.4)))


@pytest.mark.parametrize(
    ("true", "wrong"), [("清新4-1-14", "清新9-1-14"), ("本町1-4-16", "本町7-4-76"), ("橋本5-3", "橋本5-8")]
)
def test_both_models_decide_about_numbers(true: str, wrong: str, lines: LineReader, kiloji: Face) -> None:
    line = written(true, kiloji)
    wish = replace(lines.wish(anything(), Kind.TEXT), accept=bool)
    found = with_numbers(misread(lines.read(line, wish), wrong), line, lines)
    assert found.best == true
    assert sum(alternative.probability for alternative in found.alternatives) < 1.0001


@pytest.mark.parametrize("text", ["中央町", "本町"])
def test_a_line_without_numbers_is_left_alone(text: str, lines: LineReader, kiloji: Face) -> None:
    line = written(text, kiloji)
    seen = lines.read(line, replace(lines.wish(anything(), Kind.TEXT), accept=bool))
    assert with_numbers(seen, line, lines) is seen
