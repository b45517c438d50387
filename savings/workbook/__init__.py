"""The council workbook: every figure a formula over the rows it comes from, with its result beside it.

``workbook_bytes`` is a pure function of the report; ``write`` puts it on disk in one move.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from savings.report import Report
from savings.workbook import definitions, ledgers, summary, tasks
from savings.workbook.cached import finished_bytes
from savings.workbook.grid import Grid
from savings.workbook.style import print_setup

SHEETS = ("総括", "業務別", "月別明細", "件数", "計時", "定義")


def write(report: Report, path: Path) -> None:
    """Write the workbook. A reader of ``path`` sees the old file or the new one, never half of it."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(workbook_bytes(report))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def workbook_bytes(report: Report) -> bytes:
    """The workbook's file; the same report gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    grids = {name: Grid(book.create_sheet(name)) for name in SHEETS}
    sources = tasks.Ledgers(
        steps=ledgers.fill_steps(grids["月別明細"], report),
        volumes=ledgers.fill_volumes(grids["件数"], report),
        timings=ledgers.fill_timings(grids["計時"], report),
    )
    blocks = tasks.fill(grids["業務別"], report, sources)
    summary.fill(grids["総括"], report, blocks)
    definitions.fill(grids["定義"], report)
    title = f"業務時間削減 報告書　{report.year.label}"
    for name, grid in grids.items():
        repeat_rows = "4:4" if name in {"月別明細", "件数", "計時"} else None
        print_setup(grid.sheet, title, repeat_rows=repeat_rows, one_page=name == "総括")
    book.properties.title, book.properties.creator = title, "Tenki"
    return finished_bytes(book, {name: grid.cached for name, grid in grids.items()}, report.made_at)
