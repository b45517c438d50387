"""The sheets that figures are traced to: 月別明細 (minutes), 件数 (volumes), 計時 (the old way timed)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from savings import words
from savings.groups import owner_in
from savings.indicators import MonthVolume, Step, StepMinutes, TaskMinutes
from savings.periods import FiscalYear
from savings.report import Report
from savings.sampling import Source, Timing
from savings.workbook.grid import Content, Formula, Grid, Rows, lines_needed
from savings.workbook.style import (
    BODY,
    CENTRED,
    COUNT,
    ERA_DAY,
    ERA_MONTH,
    MINUTES,
    NOTE,
    NUMBER,
    PERCENT,
    RED,
    SAMPLE,
    TITLE,
    Look,
)

FIRST_ROW = 5
HEAD_ROW = 4

STEP_COLUMN, STEP_MINUTES_COLUMN = 4, 7
STEP_MONTH_COLUMN = 3
VOLUME_DEPARTMENT_COLUMN, VOLUME_MONTH_COLUMN = 2, 3
RECEIVED_COLUMN, ENTERED_COLUMN, VOLUME_BEFORE_COLUMN = 4, 5, 7
TIMING_SHEETS_COLUMN, TIMING_COLUMN = 4, 5
STEP_DEPARTMENT_COLUMN, STEP_KIND_COLUMN, STEP_COUNTED_COLUMN, VOLUME_COUNTED_COLUMN = 2, 8, 10, 9
STAFF_WORD, COUNTED_WORD = "職員", "○"

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
        (
            "業務",
            "所管課",
            "年月",
            "工程",
            "n（回・枚）",
            "1回当たり（分）",
            "合計（分）",
            "区分",
            "根拠",
            "集計",
        ),
    )
    grid.widths(30, 20, 16, 15, 12, 15, 13, 11, 12, 8)
    found, row = {}, FIRST_ROW
    for task in report.tasks:
        first = row
        for step in sorted(task.steps, key=_step_order):
            grid.line(row, _step_cells(task, step, row))
            row += 1
        found[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 10)
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
        (owner_in(task, step.month), BODY),
        (step.month, MONTH),
        (words.STEPS[step.step], BODY),
        (step.n, WHOLE),
        (each, MINUTE),
        (total, MINUTE),
        ("ロボット" if step.step is Step.ROBOT else STAFF_WORD, CENTRED),
        _source_cell(step.source),
        (_counted(task), CENTRED),
    ]


def _counted(task: TaskMinutes) -> str:
    """Whether sums over all tasks hold this one: those without a rate are left out and named."""
    return "" if task.gap else COUNTED_WORD


def fill_volumes(grid: Grid, report: Report, means: Mapping[str, str]) -> Ledger:
    """件数: sheets received, cases entered and the time before, per task and month.

    ``means`` holds the address of each baseline's mean by task name. A closed month keeps the mean that was
    signed with it, as a figure.
    """
    about = "受付は取り込んだ枚数、入力済は登録先で照合できた件数です。導入前（分）＝ 入力済 × 1件平均。"
    _opening(grid, "件数（業務 × 月）", about)
    heads = ["業務", "所管課", "年月", "受付（枚）", "入力済（件）", "1件平均（分）"]
    grid.heads(HEAD_ROW, [*heads, "導入前（分）", "状態", "集計"])
    grid.widths(32, 20, 17, 12, 12, 14, 14, 11, 8)
    found, row = {}, FIRST_ROW
    for task in report.tasks:
        first = row
        for volume in task.volumes:
            grid.line(row, _volume_cells(task, volume, row, means.get(task.name)))
            row += 1
        found[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 9)
    return found


def _volume_cells(
    task: TaskMinutes, volume: MonthVolume, row: int, mean_at: str | None
) -> list[tuple[Content, Look]]:
    each: Content = volume.each_minutes
    value = volume.each_minutes
    if value is None and task.baseline is not None and mean_at is not None:
        value = task.baseline.mean_minutes
        each = Formula(f"={mean_at}", value)
    before: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)
    if value is not None:
        before = Formula(f"=E{row}*F{row}", volume.entered * value), MINUTE
    return [
        (task.title, BODY),
        (owner_in(task, volume.month), BODY),
        (volume.month, MONTH),
        (volume.received, WHOLE),
        (volume.entered, WHOLE),
        (each, MINUTE) if each is not None else (words.NO_FIGURE, CENTRED),
        before,
        ("締め済" if volume.each_minutes is not None else "集計中", CENTRED),
        (_counted(task), CENTRED),
    ]


@dataclass(frozen=True)
class Timed:
    """Where the timings of each task stand: the staff's old way, and residents before and after."""

    staff: Ledger
    citizen_before: Ledger
    citizen_after: Ledger


def fill_timings(grid: Grid, report: Report) -> Timed:
    """計時: every timing that a baseline rests on."""
    about = "1行がストップウォッチ1回です。実測がある業務では見本値を使いません。"
    _opening(grid, "計時（導入前の方法・市民の所要時間）", about)
    heads = ("業務", "計時日", "計時者", "件数 n", "時間（分）", "1件当たり（分）", "方法", "対象", "根拠")
    grid.heads(HEAD_ROW, heads)
    grid.widths(30, 18, 20, 9, 12, 14, 52, 16, 12)
    kinds = ("職員（導入前）", "市民（導入前）", "市民（導入後）")
    ledgers: list[dict[str, Rows]] = [{} for _ in kinds]
    row = FIRST_ROW
    for task in report.tasks:
        parts = (task.baseline, task.citizen_before, task.citizen_after)
        for kind, part, ledger in zip(kinds, parts, ledgers, strict=True):
            first = row
            for timing in part.timings if part else ():
                grid.line(row, _timing_cells(task, timing, kind, row))
                grid.height(row, 26)
                row += 1
            ledger[task.name] = Rows(grid.sheet.title, first, row - 1)
    _closing(grid, row, 9)
    return Timed(*ledgers)


def _timing_cells(task: TaskMinutes, timing: Timing, kind: str, row: int) -> list[tuple[Content, Look]]:
    return [
        (task.title, BODY),
        (timing.timed_on, DAY),
        (timing.timed_by, BODY),
        (timing.sheets, WHOLE),
        (timing.minutes, MINUTE),
        (Formula(f"=E{row}/D{row}", timing.minutes / timing.sheets), MINUTE),
        (_method(timing), replace(BODY, wrap=True, size=9)),
        (kind, CENTRED),
        _source_cell(timing.source),
    ]


def _method(timing: Timing) -> str:
    steps = "、".join(f"{name} {minutes:.2f}分" for name, minutes in timing.steps)
    return f"{timing.method}（内訳：{steps}）" if steps else timing.method


def fill_earlier(grid: Grid, report: Report) -> Rows:
    """過年度: one row per task of the earlier years; their months stand in those years' own workbooks."""
    about = "過年度の業務別の結果です。月別・工程別の明細は、その年度の報告書にあります。"
    _opening(grid, "過年度（年度 × 業務）", about)
    heads = ["年度", "業務", "所管課", "導入", "入力済（件）", "導入前（時間）", "導入後（時間）"]
    grid.heads(HEAD_ROW, [*heads, "削減（時間）", "削減率"])
    grid.widths(14, 34, 22, 8, 13, 15, 15, 15, 12)
    row = FIRST_ROW
    for year, tasks in sorted(report.earlier.items()):
        for task in tasks:
            grid.line(row, _earlier_cells(year, task, row))
            row += 1
    _closing(grid, row, 9)
    return Rows(grid.sheet.title, FIRST_ROW, row - 1)


def fill_signed(grid: Grid, report: Report) -> None:
    """署名: every judgement and every correction of a closed half-year, with who, when and why."""
    about = (
        "締めた半期の数値は、ここに署名された訂正だけで変わります。判定の報告・承認・指示・改善も示します。"
    )
    _opening(grid, "署名された判定と訂正", about)
    if report.forged:
        names = "、".join(report.title_of(name) for name in report.forged)
        look = replace(NOTE, bold=True, colour=RED, wrap=False)
        grid.put(3, 1, f"署名後に書き換えられた記録があります（数値を使わないでください）：{names}", look)
    grid.heads(HEAD_ROW, ("業務", "対象", "種別", "判定・増減", "説明・理由", "署名", "日付"))
    grid.widths(32, 20, 14, 22, 56, 18, 18)
    text = replace(BODY, wrap=True, size=9)
    rows: list[tuple[str, ...]] = [
        (one.task, one.period, one.kind, one.mark, one.sentence, one.signed_by, words.era_day(one.signed_on))
        for one in report.judgements
    ]
    rows += [
        (
            one.task,
            words.era_month(one.month),
            "締め後訂正",
            f"{one.what} {one.amount:+,g}{one.unit}",
            one.reason,
            one.signed_by,
            words.era_day(one.signed_on),
        )
        for one in report.changes
    ]
    for row, cells in enumerate(rows, FIRST_ROW):
        grid.line(row, [(cell, text) for cell in cells])
        grid.height(row, 14 * max(1.4, lines_needed(cells[4], 54)))
    _closing(grid, FIRST_ROW + len(rows), 7)


def _earlier_cells(year: FiscalYear, task: TaskMinutes, row: int) -> list[tuple[Content, Look]]:
    dash: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)
    cells: list[tuple[Content, Look]] = [
        (year.label, CENTRED),
        (task.title, BODY),
        (task.department, BODY),
        (COUNTED_WORD if task.introduced_on in year else "", CENTRED),
        (task.entered, WHOLE),
    ]
    if task.gap:
        return [*cells, dash, dash, dash, dash]
    before, after = (task.before_minutes or 0.0) / 60, task.after_minutes / 60
    saved, rate = before - after, (before - after) / before
    return [
        *cells,
        (before, NUMBER),
        (after, NUMBER),
        (Formula(f"=F{row}-G{row}", saved), NUMBER),
        (Formula(f"=H{row}/F{row}", rate), replace(NUMBER, number_format=PERCENT)),
    ]


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
