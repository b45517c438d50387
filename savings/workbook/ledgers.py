"""The sheets that figures are traced to: 月別明細 (minutes), 件数 (volumes), 計時 (the old way timed)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from savings import words
from savings.indicators import Step, StepMinutes, TaskMinutes
from savings.report import Report
from savings.sampling import Source
from savings.workbook.grid import Content, Formula, Grid, Rows
from savings.workbook.style import (
    BODY,
    CENTRED,
    COUNT,
    ERA_DAY,
    ERA_MONTH,
    MINUTES,
    NOTE,
    NUMBER,
    SAMPLE,
    TITLE,
    Look,
)

FIRST_ROW = 5
HEAD_ROW = 4

STEP_COLUMN, STEP_MINUTES_COLUMN = 4, 7
RECEIVED_COLUMN, ENTERED_COLUMN = 4, 5
TIMING_COLUMN = 4

WHOLE = replace(NUMBER, number_format=COUNT)
MINUTE = replace(NUMBER, number_format=MINUTES)
MONTH = replace(CENTRED, number_format=ERA_MONTH)
DAY = replace(CENTRED, number_format=ERA_DAY)

Ledger = Mapping[str, Rows]
"""Where each task's rows stand, by task name; tasks without rows have an empty ``Rows``."""


def fill_steps(grid: Grid, report: Report) -> Ledger:
    """月別明細: task × month × step × source with n and minutes."""
    about = "職員とロボットの時間。画面の外の工程は、記録のない月を1枚当たりの分 × 受付枚数で補います。"
    _opening(grid, "月別明細（業務 × 月 × 工程）", about)
    grid.heads(
        HEAD_ROW,
        ("業務", "所管課", "年月", "工程", "n（回・枚）", "1回当たり（分）", "合計（分）", "区分", "根拠"),
    )
    grid.widths(32, 20, 16, 16, 12, 15, 14, 12, 12)
    found, row = {}, FIRST_ROW
    for task in report.tasks:
        first = row
        for step in sorted(task.steps, key=_step_order):
            grid.line(row, _step_cells(task, step, row))
            row += 1
        found[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 9)
    return found


def _step_order(step: StepMinutes) -> tuple[object, ...]:
    return step.month, list(Step).index(step.step), step.source


def _step_cells(task: TaskMinutes, step: StepMinutes, row: int) -> list[tuple[Content, Look]]:
    """Per-sheet samples give the sum by formula; recorded minutes give the mean by formula."""
    each: Content = step.per_sheet
    total: Content = Formula(f"=E{row}*F{row}", step.minutes)
    if step.per_sheet is None:
        each, total = Formula(f"=G{row}/E{row}", step.minutes / step.n), step.minutes
    return [
        (task.title, BODY),
        (task.department, BODY),
        (step.month, MONTH),
        (words.STEPS[step.step], BODY),
        (step.n, WHOLE),
        (each, MINUTE),
        (total, MINUTE),
        ("ロボット" if step.step is Step.ROBOT else "職員", CENTRED),
        _source_cell(step.source),
    ]


def fill_volumes(grid: Grid, report: Report) -> Ledger:
    """件数: sheets received and cases entered per task and month."""
    about = "受付は取り込んだ枚数、入力済は登録先で照合できた件数です。導入前の時間は入力済で計算します。"
    _opening(grid, "件数（業務 × 月）", about)
    grid.heads(HEAD_ROW, ("業務", "所管課", "年月", "受付（枚）", "入力済（件）"))
    grid.widths(36, 24, 18, 16, 16)
    found, row = {}, FIRST_ROW
    for task in report.tasks:
        first = row
        for volume in task.volumes:
            cells: list[tuple[Content, Look]] = [(task.title, BODY), (task.department, BODY)]
            cells += [(volume.month, MONTH), (volume.received, WHOLE), (volume.entered, WHOLE)]
            grid.line(row, cells)
            row += 1
        found[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 5)
    return found


def fill_timings(grid: Grid, report: Report) -> Ledger:
    """計時: every timing that a baseline rests on."""
    about = "導入前の方法を1件ずつ計った記録です。実測がある業務では見本値を使いません。"
    _opening(grid, "計時（導入前の方法）", about)
    grid.heads(HEAD_ROW, ("業務", "計時日", "計時者", "時間（分）", "方法", "根拠"))
    grid.widths(32, 20, 22, 12, 62, 12)
    found, row = {}, FIRST_ROW
    for task in report.tasks:
        first = row
        for timing in task.baseline.timings if task.baseline else ():
            cells: list[tuple[Content, Look]] = [(task.title, BODY), (timing.timed_on, DAY)]
            cells += [(timing.timed_by, BODY), (timing.minutes, MINUTE)]
            cells += [(timing.method, replace(BODY, wrap=True, size=9)), _source_cell(timing.source)]
            grid.line(row, cells)
            grid.height(row, 26)
            row += 1
        found[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 6)
    return found


def _source_cell(source: Source) -> tuple[Content, Look]:
    return words.SOURCES[source], SAMPLE if source is Source.SAMPLE else CENTRED


def _opening(grid: Grid, title: str, about: str) -> None:
    grid.put(1, 1, title, replace(TITLE, size=14))
    grid.put(2, 1, about, replace(NOTE, wrap=False))


def _closing(grid: Grid, row: int, columns: int) -> None:
    """Freeze the heads; say so when there are no rows; otherwise let the reader filter."""
    grid.sheet.freeze_panes = f"A{FIRST_ROW}"
    if row == FIRST_ROW:
        grid.put(FIRST_ROW, 1, "該当する記録はありません。", replace(NOTE, wrap=False))
    else:
        last = grid.sheet.cell(row - 1, columns).coordinate
        grid.sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}"
