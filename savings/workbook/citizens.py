"""市民の時間: procedures × mean minutes of one, before − after, for the tasks in which both were timed."""

from __future__ import annotations

from dataclasses import replace

from savings import words
from savings.indicators import TaskMinutes
from savings.report import Report
from savings.sampling import Baseline
from savings.workbook import style
from savings.workbook.grid import Content, Formula, Grid, Rows
from savings.workbook.ledgers import (
    ENTERED_COLUMN,
    MINUTE,
    TIMING_COLUMN,
    TIMING_SHEETS_COLUMN,
    WHOLE,
    Ledger,
    Timed,
)
from savings.workbook.style import CENTRED, NOTE, NUMBER, SAMPLE, TITLE, WRAPPED, Look

FIRST = 5
SAVED = 7
HEADS = (
    "業務",
    "導入前\n件数 n",
    "導入前\n1件（分）",
    "導入後\n件数 n",
    "導入後\n1件（分）",
    "入力済\n（件）",
    "市民の削減\n（時間）",
    "根拠",
)
DASH: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)


def fill(grid: Grid, report: Report, timed: Timed, volumes: Ledger) -> Rows:
    """One row per task; the column of hours is what 総括 sums up."""
    grid.widths(44, 12, 14, 12, 14, 14, 16, 22)
    grid.put(1, 1, f"市民の時間　{report.year.label}", replace(TITLE, size=14))
    about = (
        "市民の削減時間 ＝（導入前の1件平均 − 導入後の1件平均）× 入力済件数。計時は「計時」シートにあります。"
    )
    grid.put(2, 1, about, replace(NOTE, wrap=False))
    grid.heads(FIRST - 1, HEADS, 32)
    for number, task in enumerate(report.tasks):
        row = FIRST + number
        before = _mean(task.citizen_before, timed.citizen_before[task.name])
        after = _mean(task.citizen_after, timed.citizen_after[task.name])
        rows = volumes[task.name]
        entered: Content = Formula(f"=SUM({rows.column(ENTERED_COLUMN)})", task.entered) if rows else 0
        grid.line(
            row, [(task.title, WRAPPED), *before, *after, (entered, WHOLE), _saved(task, row), _remark(task)]
        )
        grid.height(row, 22)
    grid.sheet.freeze_panes = f"B{FIRST}"
    return Rows(grid.sheet.title, FIRST, FIRST + len(report.tasks) - 1)


def _mean(part: Baseline | None, rows: Rows) -> list[tuple[Content, Look]]:
    if part is None:
        return [DASH, DASH]
    sheets, minutes = rows.column(TIMING_SHEETS_COLUMN), rows.column(TIMING_COLUMN)
    return [
        (Formula(f"=SUM({sheets})", part.n), WHOLE),
        (Formula(f"=SUM({minutes})/SUM({sheets})", part.mean_minutes), MINUTE),
    ]


def _saved(task: TaskMinutes, row: int) -> tuple[Content, Look]:
    if task.citizen_minutes is None:
        return DASH
    bold = replace(NUMBER, bold=True, number_format=style.HOURS)
    return Formula(f"=(C{row}-E{row})*F{row}/60", task.citizen_minutes / 60), bold


def _remark(task: TaskMinutes) -> tuple[Content, Look]:
    parts = [part for part in (task.citizen_before, task.citizen_after) if part is not None]
    if len(parts) < 2:
        return "両方の計時がありません", replace(WRAPPED, size=9)
    sample = any(part.is_sample for part in parts)
    return (f"{words.SAMPLE_MARK}を含む", SAMPLE) if sample else ("実測", CENTRED)
