"""Tesseract as an independent second reader, for sheets that are filled in by machine.

On printed lines it agrees with the truth in nine of ten, on handwriting in one of six (measured on
specimens), so that there its disagreement says nothing. Its agreement is one more sign; its text never
replaces ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytesseract
from PIL import Image

from forms.folding import folded_address
from ocr.ink import PAPER
from ocr.load import Pixels
from ocr.probe import TESSERACT_LANGUAGE

_ONE_LINE = "--psm 7"
_MARGIN_PX = 20


@dataclass(frozen=True)
class SecondReader:
    """Reads a line with Tesseract. ``timeout_s``: a line that takes longer counts as not read."""

    timeout_s: float = 5.0

    def text(self, line: Pixels) -> str:
        """What Tesseract reads in a line (grey, H×W), without spaces; "" when it gives up."""
        framed = Image.fromarray(np.pad(line, _MARGIN_PX, constant_values=PAPER))
        try:
            read = pytesseract.image_to_string(
                framed, lang=TESSERACT_LANGUAGE, config=_ONE_LINE, timeout=self.timeout_s
            )
        except RuntimeError:
            # pytesseract's way of saying that the time is up.
            return ""
        return "".join(str(read).split())

    def agrees(self, line: Pixels, text: str) -> bool:
        """Whether it reads the same, widths and glyph variants aside."""
        return folded_address(self.text(line)) == folded_address(text)
