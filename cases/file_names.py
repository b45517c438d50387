"""Names of files as their makers saw them, whatever bytes a share made of them."""

from __future__ import annotations

import os
import re
import unicodedata

LONGEST = 500

APART = re.compile(r".[\u3099\u309a\u0300-\u036f]+", re.DOTALL)
"""A character and its marks one by one, as a Mac stores か゛ for が."""


def readable(name: str) -> str:
    """UTF-8, or Windows' Japanese code page as old shares write it; other bytes as ``\\x81``.

    Marks that stand apart are joined to their characters, and nothing else: composing the whole name would
    exchange rare kanji for their usual twins.
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return APART.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)[:LONGEST]
    return raw.decode("ascii", "backslashreplace")[:LONGEST]
