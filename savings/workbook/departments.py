"""One sheet for each department: the months of its tasks that belong to it, summed over the details."""

from __future__ import annotations

from dataclasses import dataclass, replace

from savings import words
from savings.groups import Group
from savings.indicators import TaskMinutes
from savings.report import Report
from savings.workbook import style
from savings.workbook.grid import Content, Formula, Grid, Rows, lines_needed
from savings.workbook.ledgers import (
    ENTERED_COLUMN,
    STAFF_WORD,
    STEP_DEPARTMENT_COLUMN,
    STEP_KIND_COLUMN,
    STEP_MINUTES_COLUMN,
    VOLUME_BEFORE_COLUMN,
    VOLUME_DEPARTMENT_COLUMN,
    WHOLE,
    Ledger,
)
from savings.workbook.style import BODY, CENTRED, NOTE, NUMBER, SAMPLE, SECTION, TITLE, WRAPPED, Look

NAME_CELL = "$B$2"
"""Where the department's name stands: the sums choose their rows by it."""

FIRST = 5
HEADS = (
    "業務",
    "重点",
    "入力済\n（件）",
    "導入前\n（時間）",
    "導入後\n（時間）",
    "削減\n（時間）",
    "削減率",
    "根拠・備考",
)
SHARE = replace(NUMBER, number_format=style.PERCENT)
TOTAL = replace(NUMBER, bold=True, fill=style.PALE)
DASH: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)


@dataclass(frozen=True)
class Details:
    """Where each task's months and steps stand, and the sheet of each task."""

    volumes: Ledger
    steps: Ledger
    sheets: dict[str, str]


def fill(grid: Grid, report: Report, group: Group, details: Details) -> None:
    grid.widths(44, 10, 14, 15, 15, 15, 13, 32)
    grid.put(1, 1, f"所管課別の結果　{report.year.label}", replace(TITLE, size=14))
    grid.put(2, 1, "所管課", SECTION)
    grid.put(2, 2, group.title, replace(SECTION, bold=True), across=7)
    about = "年度の途中で移った業務は、移った月からの分だけを、その月からの所管課に数えます。"
    grid.put(3, 1, about, replace(NOTE, wrap=False))
    grid.heads(FIRST - 1, HEADS, 32)
    for number, task in enumerate(group.tasks):
        grid.line(FIRST + number, _cells(task, details, FIRST + number))
        grid.link(FIRST + number, 1, details.sheets[task.name])
        grid.height(FIRST + number, 15 * max(1.4, lines_needed(task.title, 42)))
    _totals(grid, group, Rows(grid.sheet.title, FIRST, FIRST + len(group.tasks) - 1))
    grid.sheet.freeze_panes = f"B{FIRST}"


def _cells(task: TaskMinutes, details: Details, row: int) -> list[tuple[Content, Look]]:
    volumes, steps = details.volumes[task.name], details.steps[task.name]
    entered: Content = 0
    if volumes:
        chosen = f"{volumes.column(VOLUME_DEPARTMENT_COLUMN)},{NAME_CELL}"
        entered = Formula(f"=SUMIFS({volumes.column(ENTERED_COLUMN)},{chosen})", task.entered)
    cells: list[tuple[Content, Look]] = [
        (task.title, WRAPPED),
        ("○" if task.key_task else "", CENTRED),
        (entered, WHOLE),
    ]
    if task.gap:
        return [*cells, DASH, DASH, DASH, DASH, (words.GAPS[task.gap], replace(WRAPPED, size=9))]
    staff = (
        f'{steps.column(STEP_DEPARTMENT_COLUMN)},{NAME_CELL},{steps.column(STEP_KIND_COLUMN)},"{STAFF_WORD}"'
    )
    before = f"=SUMIFS({volumes.column(VOLUME_BEFORE_COLUMN)},{chosen})/60"
    after = f"=SUMIFS({steps.column(STEP_MINUTES_COLUMN)},{staff})/60"
    return [
        *cells,
        (Formula(before, (task.before_minutes or 0.0) / 60), NUMBER),
        (Formula(after, task.after_minutes / 60), NUMBER),
        (Formula(f"=D{row}-E{row}", (task.saved_minutes or 0.0) / 60), replace(NUMBER, bold=True)),
        (Formula(f"=F{row}/D{row}", task.rate or 0.0), replace(SHARE, bold=True)),
        (f"{words.SAMPLE_MARK}を含む", SAMPLE) if task.rests_on_samples else ("実測", CENTRED),
    ]


def _totals(grid: Grid, group: Group, rows: Rows) -> None:
    """The department's hours, and both averages over its tasks."""
    figures, row = group.figures, rows.last + 1
    first, last = rows.first, rows.last
    grid.put(row, 1, "合計と総時間による削減率", replace(BODY, bold=True, fill=style.PALE), across=2)
    entered = sum(task.entered for task in group.tasks)
    grid.put(row, 3, Formula(f"=SUM(C{first}:C{last})", entered), replace(TOTAL, number_format=style.COUNT))
    for column, minutes in zip(
        "DEF", (figures.before_minutes, figures.after_minutes, figures.saved_minutes), strict=True
    ):
        total = Formula(f"=SUM({column}{first}:{column}{last})", minutes / 60)
        grid.put(row, "ABCDEF".index(column) + 1, total, TOTAL)
    dash = replace(CENTRED, fill=style.PALE)
    pale = replace(SHARE, bold=True, fill=style.PALE)
    if figures.pooled is None or figures.mean_rate is None:
        grid.put(row, 7, words.NO_FIGURE, dash)
        return
    grid.put(row, 7, Formula(f"=F{row}/D{row}", figures.pooled), pale)
    grid.put(row + 1, 1, "削減率の単純平均", replace(BODY, bold=True, fill=style.PALE), across=6)
    grid.put(row + 1, 7, Formula(f"=AVERAGE(G{first}:G{last})", figures.mean_rate), pale)
