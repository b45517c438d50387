"""One line of digits, kana or capitals to character probabilities: our own small recogniser.

It knows fewer characters than PP-OCRv6 and was shown many more ways of writing each; ``ocr/models/README.md``
says what it learnt from and how well it reads. Decoded by ``ocr.decode`` like the other.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from ocr.errors import ModelMissing
from ocr.load import Pixels
from ocr.recognise import UNLOADABLE, Probabilities

OWN_MODEL: Final = Path(__file__).resolve().parent / "models" / "kana_digits.onnx"

_LINE_HEIGHT_PX, _WIDENED = 32, 1.5
_MIN_LINE_WIDTH_PX, _MAX_LINE_WIDTH_PX = 24, 2_400
_PAPER = 255


def own_model_path() -> Path:
    """Where our own model lies. Raises ``ModelMissing``."""
    if not OWN_MODEL.is_file():
        raise ModelMissing(f"{OWN_MODEL.name} was not found beside the package ocr.")
    return OWN_MODEL


class OwnRecogniser:
    """The model in one session of one thread. Share it between pages; it keeps no state between lines."""

    def __init__(self, path: Path | None = None) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = path or own_model_path()
        try:
            self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except UNLOADABLE as error:
            raise ModelMissing(f"{model.name} could not be loaded.") from error
        self._input = self._session.get_inputs()[0].name

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The character of each column; column 0 is CTC's blank and stands here as ""."""
        return ("", *self._session.get_modelmeta().custom_metadata_map["characters"].split("\n"))

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each character that the model knows."""
        return {character: column for column, character in enumerate(self.characters) if column}

    def read(self, line: Pixels) -> Probabilities:
        """Probabilities, frames × columns, of one grey line (H×W, dark ink on white)."""
        logs = self._session.run(None, {self._input: _tensor(line)})[0][0]
        return np.exp(np.asarray(logs, dtype=np.float32))


def _tensor(line: Pixels) -> npt.NDArray[np.float32]:
    """The line at the model's height and half as wide again as 1×1×32×W, from 0 (paper) to 1 (ink)."""
    height, width = line.shape
    wide = round(width * _WIDENED * _LINE_HEIGHT_PX / height)
    size = int(np.clip(wide, _MIN_LINE_WIDTH_PX, _MAX_LINE_WIDTH_PX)), _LINE_HEIGHT_PX
    way = cv2.INTER_AREA if height > _LINE_HEIGHT_PX else cv2.INTER_CUBIC
    scaled = cv2.resize(line, size, interpolation=way)
    return ((_PAPER - scaled.astype(np.float32)) / np.float32(_PAPER))[None, None]
