"""``python -m benchmarks.reading.memory PAGES``: the memory that reading a PDF of so many pages takes.

A few sheets, repeated. Nothing else happens in this process, and the pages come from the file one by one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from benchmarks.results import PROJECT

DIFFERENT = 6
"""Different sheets in the PDF: both forms, grey and in colour."""

WARM_UP = 0.1
"""Share of the pages after which memory should not grow any more."""


def main(pages: int) -> None:
    from flows import environment, wiring
    from flows.reading import read_page
    from ocr.load import pages as pages_of

    environment.prepare()
    with tempfile.TemporaryDirectory(prefix="tenki-memory-") as folder:
        path = Path(folder) / "pages.pdf"
        # Sheets are made in another process, whose memory is not counted.
        subprocess.run([sys.executable, "-m", __spec__.name, str(pages), str(path)], cwd=PROJECT, check=True)
        room = wiring.reading_room(alone=False)
        began, resident_mb = time.perf_counter(), []
        for page in pages_of(path):
            if problem := read_page(page, room).problem:
                raise SystemExit(f"page {page.index + 1} could not be read: {problem}")
            resident_mb.append(_memory_mb("VmRSS"))
        seconds = time.perf_counter() - began
    print(json.dumps({"resident_mb": resident_mb, "peak_mb": _memory_mb("VmHWM"), "seconds": seconds}))


def slope_mb(resident_mb: list[float]) -> float:
    """Growth in MB per 100 pages, by least squares, after the warm-up."""
    after = resident_mb[int(WARM_UP * len(resident_mb)) :]
    return float(100 * np.polyfit(np.arange(len(after)), after, 1)[0])


def write_pdf(path: Path, pages: int) -> None:
    """The sheets' pictures lie in the file once and are shown again and again."""
    from benchmarks.reading.plan import FORMS, MEMORY_SEED
    from benchmarks.reading.sheets import library, test_sheet
    from rehearsal.scanners import Mode, Scan

    canvas = Canvas(str(path), pagesize=A4)
    pictures = []
    for number in range(DIFFERENT):
        how = Scan(dpi=300, mode=Mode.COLOUR if number % 3 == 2 else Mode.GREY, skew_deg=0.4)
        form = library().get(FORMS[number % 2])
        specimen = test_sheet(form, MEMORY_SEED + number, scan=how)
        pictures.append(path.with_name(f"{number}.jpg"))
        specimen.image.save(pictures[-1], quality=85)
    for number in range(pages):
        canvas.drawImage(str(pictures[number % DIFFERENT]), 0, 0, *A4)
        canvas.showPage()
    canvas.save()


def _memory_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        write_pdf(Path(sys.argv[2]), int(sys.argv[1]))
    else:
        main(int(sys.argv[1]))
