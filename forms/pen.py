"""Drawing on a PDF page in the form's own measures: millimetres from the top left corner, y downwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from forms.definition import Box
from forms.errors import MissingFontError

FONT = "IPAexGothic"
FONT_FILE = Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf")
"""From Debian's package fonts-ipaexfont; embedded into every blank (IPA Font License)."""

PT_IN_MM = 25.4 / 72
CAP_HEIGHT = 0.78
"""Height of a kanji's ink above the baseline, as a share of the type size."""

Align = Literal["left", "centre", "right"]


def register_font(path: Path = FONT_FILE) -> None:
    """Makes the font known to reportlab. MissingFontError names the package when it is not installed."""
    pdfmetrics.registerFont(_font(path))


def _font(path: Path) -> TTFont:
    try:
        return TTFont(FONT, path)
    except (TTFError, OSError) as error:
        raise MissingFontError(
            f"The font {path} is needed to print forms and cannot be read.",
            "Install it with `apt-get install fonts-ipaexfont`.",
        ) from error


def missing_signs(words: str) -> frozenset[str]:
    """The signs of these words that the font does not have. MissingFontError when it is not installed."""
    known = _font(FONT_FILE).face.charToGlyph
    return frozenset(sign for sign in words if not sign.isspace() and ord(sign) not in known)


class Pen:
    """Draws rulings and words; every length is in mm, type sizes are in pt."""

    def __init__(self, canvas: Canvas, page_height_mm: float) -> None:
        self._canvas = canvas
        self._height_mm = page_height_mm

    @contextmanager
    def _state(self) -> Iterator[Canvas]:
        self._canvas.saveState()
        yield self._canvas
        self._canvas.restoreState()

    def rectangle(self, box: Box, width_mm: float = 0, grey: float = 0, fill: float | None = None) -> None:
        """A rectangle ruled ``width_mm`` thick (0: none), filled with a grey (0 black … 1 white) if given."""
        with self._state() as canvas:
            canvas.setLineWidth(width_mm * mm)
            canvas.setStrokeGray(grey)
            if fill is not None:
                canvas.setFillGray(fill)
            y_mm = self._height_mm - box.bottom_mm
            canvas.rect(
                box.x_mm * mm,
                y_mm * mm,
                box.width_mm * mm,
                box.height_mm * mm,
                stroke=int(width_mm > 0),
                fill=int(fill is not None),
            )

    def line(self, line_mm: tuple[float, float, float, float], width_mm: float, grey: float = 0) -> None:
        x1, y1, x2, y2 = line_mm
        with self._state() as canvas:
            canvas.setLineWidth(width_mm * mm)
            canvas.setStrokeGray(grey)
            canvas.setLineCap(2)
            canvas.line(x1 * mm, (self._height_mm - y1) * mm, x2 * mm, (self._height_mm - y2) * mm)

    def text(
        self,
        words: str,
        x_mm: float,
        baseline_mm: float,
        size_pt: float,
        align: Align = "left",
        bold: bool = False,
        grey: float = 0,
    ) -> None:
        """One line of words. Bold is drawn with a thin outline, as the font has no bold cut."""
        x_mm -= {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * width_mm(words, size_pt)
        with self._state() as canvas:
            run = canvas.beginText(x_mm * mm, (self._height_mm - baseline_mm) * mm)
            run.setFont(FONT, size_pt)
            run.setFillGray(grey)
            if bold:
                canvas.setLineWidth(size_pt * 0.022)
                canvas.setStrokeGray(grey)
                run.setTextRenderMode(2)
            run.textOut(words)
            canvas.drawText(run)

    def centred(self, words: str, box: Box, size_pt: float, grey: float = 0) -> None:
        """Words in the middle of a box, line by line; the type shrinks until the widest line fits."""
        lines = words.split("\n")
        size_pt = min([size_pt, *(fitting_pt(line, box.width_mm - 0.6, size_pt) for line in lines)])
        size_mm = size_pt * PT_IN_MM
        pitch_mm = size_mm * 1.2
        ink_mm = (len(lines) - 1) * pitch_mm + size_mm * CAP_HEIGHT
        baseline_mm = box.y_mm + (box.height_mm - ink_mm) / 2 + size_mm * CAP_HEIGHT
        for number, line in enumerate(lines):
            middle_mm = box.x_mm + box.width_mm / 2
            self.text(line, middle_mm, baseline_mm + number * pitch_mm, size_pt, "centre", grey=grey)

    def upright(self, words: str, box: Box, size_pt: float) -> None:
        """Words from top to bottom in the middle of a box, one sign below the other."""
        pitch_mm = min(size_pt * PT_IN_MM * 1.25, box.height_mm / len(words))
        y_mm = box.y_mm + (box.height_mm - pitch_mm * len(words)) / 2
        for number, sign in enumerate(words):
            cell = Box(
                x_mm=box.x_mm, y_mm=y_mm + number * pitch_mm, width_mm=box.width_mm, height_mm=pitch_mm
            )
            self.centred(sign, cell, size_pt)


def width_mm(words: str, size_pt: float) -> float:
    return float(pdfmetrics.stringWidth(words, FONT, size_pt)) / mm


def fitting_pt(words: str, room_mm: float, size_pt: float) -> float:
    """The largest type size up to ``size_pt`` at which the words fit into ``room_mm``."""
    needed_mm = width_mm(words, size_pt)
    return size_pt if needed_mm <= room_mm else size_pt * room_mm / needed_mm
