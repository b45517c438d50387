"""The council workbook: every figure a formula over the rows it comes from, with its result beside it.

``workbook_bytes`` is a pure function of the report; ``write`` puts it on disk in one move.
"""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import Workbook

from savings.groups import by_department
from savings.report import Report
from savings.workbook import citizens, definitions, departments, ledgers, months, planning, summary, tasks
from savings.workbook.cached import finished_bytes
from savings.workbook.grid import Grid, Rows
from savings.workbook.ledgers import Ledger
from savings.workbook.style import print_setup

FRONT = ("総括", "計画と実績", "推移", "業務別", "市民の時間")
BACK = ("月別明細", "件数", "計時", "過年度", "署名", "定義")
LEDGERS = frozenset({"月別明細", "件数", "計時", "過年度", "署名"})
"""Sheets whose heads repeat on every printed page."""

ONE_PAGE = frozenset({"総括", "推移"})
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_TITLE = 31
"""Excel's limit for the name of a sheet."""


def write(report: Report, path: Path) -> None:
    """Write the workbook. A reader of ``path`` sees the old file or the new one, never half of it."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(workbook_bytes(report))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def sheet_titles(report: Report) -> tuple[str, ...]:
    """The names of the sheets in their order."""
    groups = by_department(report.tasks, report.year)
    of_departments = [_title("課", number, group.title) for number, group in enumerate(groups, 1)]
    return (*FRONT, *of_departments, *_task_titles(report).values(), *BACK)


def workbook_bytes(report: Report) -> bytes:
    """The workbook's file; the same report gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    grids = {name: Grid(book.create_sheet(name)) for name in sheet_titles(report)}
    _fill(grids, report)
    title = f"業務時間削減 報告書　{report.year.label}"
    for name, grid in grids.items():
        one_page = name in ONE_PAGE or name in _task_titles(report).values()
        print_setup(grid.sheet, title, repeat_rows="4:4" if name in LEDGERS else None, one_page=one_page)
    book.properties.title, book.properties.creator = title, "Tenki"
    return finished_bytes(book, {name: grid.cached for name, grid in grids.items()}, report.made_at)


def _fill(grids: dict[str, Grid], report: Report) -> None:
    """The details first: everything else is a sum over their rows."""
    blocks = tasks.blocks_of("業務別", report)
    means = {
        task.name: f"'業務別'!$C${blocks.samples.first + number}"
        for number, task in enumerate(report.tasks)
        if task.baseline is not None
    }
    steps = ledgers.fill_steps(grids["月別明細"], report)
    volumes = ledgers.fill_volumes(grids["件数"], report, means)
    timed = ledgers.fill_timings(grids["計時"], report)
    earlier = ledgers.fill_earlier(grids["過年度"], report)
    ledgers.fill_signed(grids["署名"], report)
    titles = _task_titles(report)
    tasks.fill(grids["業務別"], report, tasks.Ledgers(steps, volumes, timed), titles)
    citizen_rows = citizens.fill(grids["市民の時間"], report, timed, volumes)
    summary.fill(grids["総括"], report, blocks, citizen_rows)
    planning.fill(grids["計画と実績"], report, blocks, earlier)
    months.fill_trend(grids["推移"], report, _whole("件数", volumes), _whole("月別明細", steps))
    details = departments.Details(volumes, steps, titles)
    for number, group in enumerate(by_department(report.tasks, report.year), 1):
        departments.fill(grids[_title("課", number, group.title)], report, group, details)
    for task in report.tasks:
        months.fill_task(grids[titles[task.name]], report, task, volumes[task.name], steps[task.name])
    definitions.fill(grids["定義"], report)


def _task_titles(report: Report) -> dict[str, str]:
    return {task.name: _title("業", number, task.title) for number, task in enumerate(report.tasks, 1)}


def _title(kind: str, number: int, words: str) -> str:
    """A sheet's name that Excel takes and that nothing else has: ``業03 税額通知の照合``."""
    return f"{kind}{number:02d} {FORBIDDEN.sub('', words)}"[:LONGEST_TITLE]


def _whole(sheet: str, ledger: Ledger) -> Rows:
    """All rows of a sheet of details."""
    rows = [part for part in ledger.values() if part]
    if not rows:
        return Rows(sheet, ledgers.FIRST_ROW, ledgers.FIRST_ROW - 1)
    return Rows(sheet, min(part.first for part in rows), max(part.last for part in rows))
