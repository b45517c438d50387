"""One text line to character probabilities: PP-OCRv6 through onnxruntime, decoded by ``ocr.decode``.

The model comes inside the ``rapidocr`` wheel (Apache-2.0); nothing else of that package is loaded.
"""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state

from ocr.errors import ModelMissing
from ocr.load import Pixels

Probabilities = npt.NDArray[np.float32]

MODEL_NAME = "PP-OCRv6_rec_small.onnx"
THREADS = 1
"""Threads within one run: lines are read beside each other instead, which shares the work better."""

UNLOADABLE = (
    onnxruntime_pybind11_state.NoSuchFile,
    onnxruntime_pybind11_state.InvalidProtobuf,
    onnxruntime_pybind11_state.InvalidGraph,
    onnxruntime_pybind11_state.InvalidArgument,
    onnxruntime_pybind11_state.Fail,
)
"""What ONNX Runtime raises for a file that is no model."""

_LINE_HEIGHT_PX = 48
_MAX_LINE_WIDTH_PX = 2_400
_SMALLEST_PROBABILITY = np.float32(1e-9)
"""What the model holds for impossible is hardly less likely than that; the confidence was fitted with it."""


def model_path() -> Path:
    """Where the recognition model lies. Raises ``ModelMissing``."""
    spec = find_spec("rapidocr")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "models" / MODEL_NAME
        if path.is_file():
            return path
    raise ModelMissing(f"{MODEL_NAME} was not found in the installed package rapidocr.")


class Recogniser:
    """The model in one session of about 130 MB. Share it between pages and threads; it keeps no state."""

    def __init__(self, path: Path | None = None) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(
                str(path or model_path()), options, providers=["CPUExecutionProvider"]
            )
        except UNLOADABLE as error:
            raise ModelMissing(f"{MODEL_NAME} could not be loaded.") from error
        self._input = self._session.get_inputs()[0].name

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The character of each column; column 0 is CTC's blank and stands here as ""."""
        listed = self._session.get_modelmeta().custom_metadata_map["character"].split("\n")
        return ("", *listed, " ")

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each character that the model knows."""
        return {character: column for column, character in enumerate(self.characters) if column}

    def read(self, line: Pixels) -> Probabilities:
        """Probabilities, frames × columns, of one grey line (H×W, dark ink on white)."""
        output = np.asarray(self._session.run(None, {self._input: _tensor(line)})[0][0], dtype=np.float32)
        return np.maximum(output, _SMALLEST_PROBABILITY, out=output)


def _tensor(line: Pixels) -> npt.NDArray[np.float32]:
    """The line at the model's height as 1×3×48×W, from −1 (ink) to 1 (paper)."""
    height, width = line.shape
    wide = int(np.clip(round(width * _LINE_HEIGHT_PX / height), _LINE_HEIGHT_PX // 2, _MAX_LINE_WIDTH_PX))
    shrinking = height > _LINE_HEIGHT_PX
    scaled = cv2.resize(
        line, (wide, _LINE_HEIGHT_PX), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    )
    values = scaled.astype(np.float32) / np.float32(127.5) - np.float32(1)
    return np.broadcast_to(values, (1, 3, *values.shape)).copy()
