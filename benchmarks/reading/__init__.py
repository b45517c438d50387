"""Reading, measured: ours beside RapidOCR and Tesseract on the same sheets, written to a report.

``make bench NAME=reading`` makes docs/reading-report.md and ``benchmarks/results/reading.json``. It needs the
pen strokes that TENKI_STROKES names. ``REDUCED=1`` does without them and writes ``reading-reduced``;
``QUICK=1`` takes few sheets and writes ``reading-quick`` below ``var/bench``. An interrupted run goes on
where it stopped as long as no code has changed.
"""
