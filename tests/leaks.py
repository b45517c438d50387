"""Looks for values that must not have left ``cases/``: in every file below a folder, in every form they may
take.

A test plants one first (``plant``) to prove that the search finds it, then searches for real.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

LARGEST_PART = 1 << 22


@dataclass(frozen=True)
class Leak:
    """A value found where it must not be. ``form`` says how it was written; the file's own name counts
    too.
    """

    path: Path
    form: str
    value: str


def spellings(value: str) -> dict[str, tuple[bytes, ...]]:
    """The value as UTF-8, ``\\u`` escapes (both cases), percent encoding, base64 (all three offsets), UTF-16,
    Shift JIS.
    """
    utf8 = value.encode()
    escaped = json.dumps(value)[1:-1].encode()
    forms = {
        "utf-8": (utf8,),
        "percent": (quote(value, safe="").encode(), quote(value, safe="").lower().encode()),
        "base64": tuple(_base64_cores(utf8)),
        "utf-16": (value.encode("utf-16-le"), value.encode("utf-16-be")),
        "shift_jis": (value.encode("shift_jisx0213", "ignore"),),
    }
    if escaped != utf8:
        forms["\\u"] = (escaped, escaped.upper().replace(b"\\U", b"\\u"))
    return {
        name: tuple(spelling for spelling in found if len(spelling) >= 4) for name, found in forms.items()
    }


def find(folder: Path, values: Iterable[str], *, apart_from: Iterable[Path] = ()) -> list[Leak]:
    """Every leak of these values below the folder, file names included. Values of one character are
    refused.
    """
    wanted = {value: spellings(value) for value in values}
    if short := [value for value in wanted if len(value) < 2]:
        raise ValueError(f"{len(short)} values are too short to be looked for")
    passed_over = set(apart_from)
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not passed_over & {path, *path.parents}
    ]
    return [leak for path in files for leak in _in_file(path, folder, wanted)]


def plant(folder: Path, value: str) -> list[Path]:
    """One file for each spelling of the value, for proving that ``find`` finds them; the caller removes
    them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    planted = []
    for form, found in spellings(value).items():
        for number, spelling in enumerate(found):
            path = folder / f"planted-{form.strip(chr(92))}-{number}"
            path.write_bytes(b"before " + spelling + b" after")
            planted.append(path)
    return planted


def _in_file(path: Path, folder: Path, wanted: dict[str, dict[str, tuple[bytes, ...]]]) -> Iterator[Leak]:
    texts = [str(path.relative_to(folder)).encode(), *_parts(path)]
    for value, forms in wanted.items():
        for form, found in forms.items():
            if any(spelling in text for spelling in found for text in texts):
                yield Leak(path, form, value)


def _parts(path: Path) -> Iterator[bytes]:
    """The content in overlapping parts, so that no value is cut in two; gzip is opened."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    for start in range(0, max(len(content), 1), LARGEST_PART):
        yield content[start : start + LARGEST_PART + 1024]


def _base64_cores(data: bytes) -> Iterator[bytes]:
    """What base64 makes of the bytes wherever they start: the characters that do not depend on the
    neighbours.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + data).rstrip(b"=")
        core = encoded[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
        yield core
        yield core.replace(b"+", b"-").replace(b"/", b"_")
