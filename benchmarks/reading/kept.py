"""Results of a run as they come, so that an interrupted one goes on; other code or data begin anew."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks.results import PROJECT
from rehearsal.sources import writers_folder
from rehearsal.specimens import strokes_folder

CODE: Final = ("ocr", "forms", "rehearsal", "config", "benchmarks", "flows/reading.py", "flows/wiring.py")
OUTSIDE: Final = ("rapidocr", "onnxruntime", "opencv-python", "numpy", "pillow", "pytesseract", "fonttools")
ENDINGS: Final = frozenset({".py", ".yaml", ".toml", ".onnx", ".npz", ".json", ".txt", ".gz"})


class Kept:
    """One file of lines below ``var/bench``: key and result."""

    def __init__(self, name: str) -> None:
        folder = Path(os.environ["TENKI_VAR"]) / "bench" / f"{name}-{fingerprint()}"
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._path = folder / "results.jsonl"
        self._results = dict(self._lines())

    def __contains__(self, key: str) -> bool:
        return key in self._results

    def __getitem__(self, key: str) -> Any:
        return self._results[key]

    def add(self, key: str, result: Any) -> None:
        """Kept at once: whatever ends the run now costs no more than what is under way."""
        self._results[key] = result
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, result], ensure_ascii=False) + "\n")

    def _lines(self) -> Iterator[tuple[str, Any]]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                key, result = json.loads(line)
            except ValueError:
                # The line that was being written when the run was ended.
                continue
            yield key, result


def fingerprint() -> str:
    """Of everything that a result depends on: code, forms, models, libraries, writers."""
    digest = hashlib.sha256()
    for package in OUTSIDE:
        digest.update(f"{package} {version(package)}\n".encode())
    for name in CODE:
        place = PROJECT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in ENDINGS and "results" not in path.parts:
                digest.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    for path in sorted(_outer_files()):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
    return digest.hexdigest()[:12]


def _outer_files() -> Iterator[Path]:
    """Strokes and installed handwriting, of which name and size are enough."""
    for folder in (strokes_folder(), writers_folder()):
        if folder:
            yield from (path for path in folder.rglob("*") if path.is_file())
