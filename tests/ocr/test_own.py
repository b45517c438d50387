"""Our own recogniser reads hands that it did not learn from: the font Kiloji was kept out of its training."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.decode import decode
from ocr.errors import ModelMissing
from ocr.load import Pixels
from ocr.own import OwnRecogniser
from ocr.view import Alphabet, View
from rehearsal.faces import MARGIN_EM, Face, Pen, Warp, font_faces

EM_PX = 40
STRAIGHT = Warp(np.eye(2, dtype=np.float32), np.zeros((4, 4, 2), np.float32))
KATAKANA = frozenset(map(chr, range(ord("ァ"), ord("ヺ")))) | {"ー"}


@pytest.fixture(scope="module")
def own() -> OwnRecogniser:
    return OwnRecogniser()


@pytest.fixture(scope="module")
def kiloji() -> Face:
    return next(face for face in font_faces() if face.name == "kiloji")


def written(text: str, face: Face) -> Pixels:
    """The text in one hand, grey on white, cut tight with white around."""
    rng = np.random.default_rng(len(text))
    canvas = np.zeros((2 * EM_PX, (len(text) + 2) * EM_PX), np.float32)
    x = EM_PX
    for char in text:
        ink = face.draw(char, EM_PX, STRAIGHT, Pen(3.0), rng)
        left = round(x - MARGIN_EM * EM_PX)
        part = canvas[: ink.shape[0], left : left + ink.shape[1]]
        np.maximum(part, ink, out=part)
        x += round((face.width_em(char) + 0.05) * EM_PX)
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    tight = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    pad = round(0.18 * tight.shape[0])
    dark = np.pad(tight, ((pad // 2, pad // 2), (pad, pad)))
    return cv2.GaussianBlur((255 * (1 - 0.9 * dark)).astype(np.uint8), (0, 0), 0.6).astype(np.uint8)


def said(own: OwnRecogniser, line: Pixels, characters: frozenset[str]) -> str:
    return decode(View(own.read(line), Alphabet(own.columns, characters, {}, {}))).best


@pytest.mark.parametrize("text", ["090-1234-5678", "0987654321", "2026", "7", "11"])
def test_digits_of_an_unknown_hand(text: str, own: OwnRecogniser, kiloji: Face) -> None:
    assert said(own, written(text, kiloji), frozenset("0123456789-")) == text


@pytest.mark.parametrize("text", ["ヤマダハナコ", "サトウケンジ", "スズキエミ", "ミナト", "ヨシカワ"])
def test_katakana_of_an_unknown_hand(text: str, own: OwnRecogniser, kiloji: Face) -> None:
    assert said(own, written(text, kiloji), KATAKANA) == text


def test_probabilities_of_a_frame_sum_to_one(own: OwnRecogniser, kiloji: Face) -> None:
    free = own.read(written("アイウ", kiloji))
    assert free.shape[1] == len(own.characters)
    assert free.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_white_paper_says_nothing(own: OwnRecogniser) -> None:
    assert said(own, np.full((40, 120), 255, np.uint8), KATAKANA) == ""


def test_a_line_of_one_pixel_is_read_without_a_crash(own: OwnRecogniser) -> None:
    assert own.read(np.zeros((1, 1), np.uint8)).shape[1] == len(own.characters)


@pytest.mark.parametrize("content", [None, b"", b"no model"], ids=["absent", "empty", "foreign"])
def test_what_is_no_model_is_said_to_be_missing(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "kana_digits.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelMissing, match="could not be loaded"):
        OwnRecogniser(path)
