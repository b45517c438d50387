"""Characters as they are kept: composed and of one width, never exchanged for a variant (design, law 4).

Width folding (full-width digits and Latin to half-width, half-width kana to full-width) loses nothing and is
done everywhere. What would change a character into another one is done nowhere but in ``forms.folding``.
"""

from __future__ import annotations

import re
import unicodedata

import jaconv

DIGITS = frozenset("0123456789")
LATIN_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
KATAKANA = frozenset(chr(code) for code in range(ord("ァ"), ord("ヶ") + 1)) | {"ー", "・"}
SPACE = "\u3000"

DASHES = "‐‑‒–—―−－﹣"
"""Signs that people and keyboards use for the hyphen."""

_COMPATIBILITY = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f])")
"""Compatibility ideographs: NFC would exchange U+FA19 for 神 (U+795E), another glyph of the same name."""


def composed(text: str) -> str:
    """NFC that leaves compatibility ideographs as they are."""
    pieces = _COMPATIBILITY.split(text)
    return "".join(
        piece if _COMPATIBILITY.fullmatch(piece) else unicodedata.normalize("NFC", piece) for piece in pieces
    )


def one_width(text: str) -> str:
    """Composed, digits and Latin half-width, kana full-width, hyphens one sign, spaces U+0020."""
    text = jaconv.z2h(composed(jaconv.h2z(text)), kana=False, ascii=True, digit=True)
    text = text.translate({ord(dash): "-" for dash in DASHES})
    return re.sub(r"\s+", " ", text).strip()


def without_spaces(text: str) -> str:
    return one_width(text).replace(" ", "")


def is_latin(text: str) -> bool:
    """Whether the text is written in Latin letters only (names as on a residence card)."""
    letters = [sign for sign in text if sign.isalpha()]
    return bool(letters) and all("LATIN" in unicodedata.name(sign, "") for sign in letters)
