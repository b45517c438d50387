"""The report: the table first, then by quality, by hand and by kind, the curves, the worst readings."""

from __future__ import annotations

import math
import os
import platform
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.reading import plots, worst
from benchmarks.reading.facts import MARKS, OURS, FieldRead, SheetRead
from benchmarks.reading.figures import best_threshold, rate, right
from benchmarks.reading.peers import PEERS
from benchmarks.reading.plan import FIRST_SEED, Plan
from benchmarks.reading.rows import Results
from benchmarks.results import PROJECT, Row

TRIED = Path(__file__).with_name("tried.md")
"""What was tried where a figure is not reached, written by hand."""

WIDTH = 120
"""Characters in a line of the report's text."""

Table = Sequence[Sequence[str]]


def write(plan: Plan, results: Results, rows: Sequence[Row]) -> Path:
    """Writes ``<name>-report.md`` and its pictures; the report's path."""
    folder = PROJECT / plan.report
    pictures = folder / plan.name
    pictures.mkdir(parents=True, exist_ok=True)
    drawn = plots.draw(results, pictures)
    shown = worst.draw(results, pictures / "worst.png")
    path = folder / f"{plan.name}-report.md"
    sections = _sections(plan, results, rows, [f"{plan.name}/{name}" for name in drawn], shown)
    path.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    return path


def _sections(
    plan: Plan, results: Results, rows: Sequence[Row], drawn: Sequence[str], shown: int
) -> Iterator[str]:
    yield f"# {plan.title}"
    yield _how(results)
    yield _table(["", "measured (95 %)", "wanted", "", "others, on the sheets that all read"], _main(rows))
    yield _short(rows)
    for title, cells in _groups(results):
        yield f"## {title}"
        yield _table(_GROUP_HEAD, cells)
    yield "## Foreign pages"
    yield _table(["sort", "refused", "as"], list(_foreign(results)))
    yield "## Beside the others"
    yield _table(
        ["", "text fields right", "acceptable at 0.1 % wrong", "by a score of at least"],
        list(_others(results)),
    )
    yield "## Curves"
    yield _CURVES
    for name in drawn:
        yield f"![{Path(name).stem}]({name})"
    yield f"## The {shown} worst readings"
    yield _WORST
    yield f"![worst readings]({plan.name}/worst.png)"


_GROUP_HEAD = ("", "sheets read", "text fields right", "all filled right", "accepted", "wrong among accepted")

_CURVES = """Risk against coverage: the surest readings are accepted first. The dotted line is one wrong in a
thousand. Reliability: each dot is a class of confidence, across the risk that was predicted, upwards the
share that was wrong, with its 95 % interval; on the dotted line a predicted risk of 1 % is wrong once in a
hundred. Values below the frame stand on it."""

_WORST = """What was accepted without a look comes first (in red), then what we were surest of. 読 is what was
read, 真 what is written. All people are invented."""

_HOW = """
{sheets} sheets were made ({forms}; seeds from {seed}), with {fields:,} filled fields, in {hands} hands
that nothing was built or calibrated on, from clean to bad scans. A text field is right when its value
is right to the letter; what could not be read at all counts as wrong. {shared} sheets, drawn at random,
were also read by RapidOCR and Tesseract: the page turned upright, and crops cut at the true places of
the fields with print and ruling left in. They are told what they cannot see (the ringed era of a date),
their text is parsed as ours is, and a space between names is given to them. Marks are read by us only.
The times were taken alone, in turn, with both cores for each. All of it ran in one go on {cores} cores
({machine}, Python {python}, {versions}); intervals take fields for independent, which those of one
sheet are not quite. Made by `make bench NAME=reading`.
"""


def _how(results: Results) -> str:
    forms = Counter(sheet.form for sheet in results.sheets)
    outside = ("rapidocr", "onnxruntime", "pytesseract")
    told = _HOW.format(
        sheets=len(results.sheets),
        forms=" and ".join(f"{count} of `{form}`" for form, count in forms.items()),
        seed=FIRST_SEED,
        fields=len(results.filled),
        hands=len({sheet.hand for sheet in results.sheets}),
        shared=sum(any(len(field.said) > 1 for field in sheet.fields) for sheet in results.sheets),
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
        versions=", ".join(f"{name} {version(name)}" for name in outside),
    )
    return textwrap.fill(told, WIDTH)


def _main(rows: Sequence[Row]) -> Table:
    verdict = {True: "reached", False: "**falls short**", None: ""}
    return [
        [
            row.name,
            _value(row),
            f"{row.wanted} {row.unit}" if row.wanted else "",
            verdict[row.holds],
            _peers(row),
        ]
        for row in rows
    ]


def _value(row: Row) -> str:
    if math.isnan(row.value):
        return "–"
    around = f" ({row.interval[0]:.2f}–{row.interval[1]:.2f})" if row.interval else ""
    return f"{row.value:.2f} {row.unit}{around}"


def _peers(row: Row) -> str:
    return "; ".join(f"{name} {value:.2f}" for name, value in row.peers.items())


def _short(rows: Sequence[Row]) -> str:
    missed = [row.name for row in rows if row.holds is False]
    if not missed:
        return "Everything that was wanted is reached."
    tried = TRIED.read_text(encoding="utf-8").strip() if TRIED.exists() else ""
    return f"Not reached: {', '.join(missed)}.\n\n{tried}".strip()


def _groups(results: Results) -> Iterator[tuple[str, Table]]:
    yield "By quality of the scan", _grouped(results.sheets, lambda sheet: sheet.quality)
    yield "By form", _grouped(results.sheets, lambda sheet: sheet.form)
    yield "By hand", sorted(_grouped(results.sheets, lambda sheet: sheet.hand))
    yield (
        "By kind of field",
        [_kind_line(kind, results) for kind in sorted({f.kind.value for f in results.filled})],
    )


def _grouped(sheets: Sequence[SheetRead], name: Callable[[SheetRead], str]) -> list[list[str]]:
    groups: dict[str, list[SheetRead]] = {}
    for sheet in sheets:
        groups.setdefault(name(sheet), []).append(sheet)
    return [
        [group, f"{sum(not s.problem for s in of)} of {len(of)}", *_cells([f for s in of for f in s.fields])]
        for group, of in groups.items()
    ]


def _kind_line(kind: str, results: Results) -> list[str]:
    return [kind, "", *_cells([field for field in results.filled if field.kind.value == kind])]


def _cells(fields: Sequence[FieldRead]) -> list[str]:
    filled = [field for field in fields if field.truth]
    accepted = [field for field in filled if field.said[OURS].accepted]
    return [
        str(rate(right(field, OURS) for field in filled if field.kind not in MARKS)),
        str(rate(right(field, OURS) for field in filled)),
        str(rate(field.said[OURS].accepted for field in filled)),
        str(rate(not right(field, OURS) for field in accepted)),
    ]


def _foreign(results: Results) -> Iterator[list[str]]:
    for sort, problems in results.foreign.items():
        codes = Counter(problem or "read" for problem in problems)
        yield [sort, str(rate(map(bool, problems))), ", ".join(f"{code} {n}" for code, n in codes.items())]


def _others(results: Results) -> Iterator[list[str]]:
    for reader in (OURS, *PEERS) if results.shared else ():
        outcomes = [(field.said[reader].score, right(field, reader)) for field in results.shared]
        best = best_threshold(outcomes)
        share = rate(is_right for _, is_right in outcomes)
        yield [reader, str(share), str(best.coverage), f"{best.threshold:.4f}"]


def _table(head: Sequence[str], cells: Table) -> str:
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
