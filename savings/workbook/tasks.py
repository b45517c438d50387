"""業務別: one row per task with its rate, then the sample that it rests on, then the hours by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from savings import words
from savings.indicators import STAFF_STEPS, Step, TaskMinutes, introduced_in
from savings.report import Report
from savings.sampling import Baseline
from savings.workbook import style
from savings.workbook.grid import Content, Formula, Grid, Rows, lines_needed
from savings.workbook.ledgers import (
    DAY,
    ENTERED_COLUMN,
    MINUTE,
    STEP_COLUMN,
    STEP_MINUTES_COLUMN,
    TIMING_COLUMN,
    TIMING_SHEETS_COLUMN,
    VOLUME_BEFORE_COLUMN,
    WHOLE,
    Ledger,
    Timed,
)
from savings.workbook.style import BODY, CENTRED, NOTE, NUMBER, SAMPLE, SECTION, TITLE, WRAPPED, Look

RATE_HEADS = (
    "業務",
    "所管課",
    "導入日",
    "重点",
    "今年度\n導入",
    "入力済\n（件）",
    "1件平均\n（分）",
    "導入前\n（時間）",
    "導入後\n（時間）",
    "削減\n（時間）",
    "削減率",
    "目標",
    "95％区間\n下限",
    "95％区間\n上限",
    "根拠・備考",
    "番号",
)
INTRODUCED, ENTERED, MEAN, BEFORE, AFTER, SAVED, RATE, TARGET = range(5, 13)
REMARK = 15
"""Last column of the second table; in the first the task's number follows."""

NUMBER_COLUMN = 16

STAFF_TOTAL, ROBOT = 11, 12
"""Columns of the third table."""

SHARE = replace(NUMBER, number_format=style.PERCENT)
STEP_HOURS = replace(NUMBER, number_format=style.HOURS_OR_DASH)
SMALL = replace(WRAPPED, size=9)

Cells = list[tuple[Content, Look]]
DASH: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)


@dataclass(frozen=True)
class Ledgers:
    """Where each task's rows stand on the sheets of details."""

    steps: Ledger
    volumes: Ledger
    timings: Timed


@dataclass(frozen=True)
class Blocks:
    """Where the three tables stand; one row per task in the report's order."""

    rates: Rows
    samples: Rows
    steps: Rows


def fill(grid: Grid, report: Report, ledgers: Ledgers, sheets: Mapping[str, str]) -> None:
    """The three tables; each title leads to the task's own sheet (``sheets``)."""
    grid.widths(25, 17, 15, 10, 9, 9, 9, 10, 10, 10, 11.5, 9.5, 10, 10, 17, 8)
    grid.put(1, 1, f"業務別の結果　{report.year.label}", replace(TITLE, size=14))
    blocks = blocks_of(grid.sheet.title, report)
    _fill_rates(grid, report, ledgers, blocks)
    _fill_samples(grid, report, ledgers, blocks)
    _fill_steps(grid, report, ledgers, blocks)
    for number, task in enumerate(report.tasks):
        grid.link(blocks.rates.first + number, 1, sheets[task.name])
    grid.sheet.freeze_panes = "B3"


def blocks_of(sheet: str, report: Report) -> Blocks:
    """Where the tables will stand, known before they are filled: the details refer to them."""
    count = len(report.tasks)
    starts = [5 + number * (count + 4) for number in range(3)]
    return Blocks(*(Rows(sheet, start, start + count - 1) for start in starts))


def _head(grid: Grid, block: Rows, title: str, names: Sequence[str], about: str) -> None:
    grid.put(block.first - 2, 1, title, SECTION)
    grid.put(block.first - 2, 3, about, replace(NOTE, wrap=False, valign="center"))
    grid.height(block.first - 2, 22)
    grid.heads(block.first - 1, names, 32)


def _fill_rates(grid: Grid, report: Report, ledgers: Ledgers, blocks: Blocks) -> None:
    about = "削減率 ＝（導入前 − 導入後）÷ 導入前。職員の時間だけで計算します。"
    _head(grid, blocks.rates, "1　削減率", RATE_HEADS, about)
    for number, task in enumerate(report.tasks):
        row = blocks.rates.first + number
        volumes = ledgers.volumes[task.name]
        figures = _gap_cells(report) if task.gap else _rate_cells(report, task, row, number, blocks, volumes)
        cells = _task_cells(report, task, ledgers.volumes[task.name])
        grid.line(row, [*cells, *figures, _remark(task), (task_number(number), CENTRED)])
        grid.height(row, 15 * max(2, lines_needed(task.title, 22)))


def _task_cells(report: Report, task: TaskMinutes, volumes: Rows) -> Cells:
    entered = Formula(f"=SUM({volumes.column(ENTERED_COLUMN)})", task.entered) if volumes else 0
    return [
        (task.title, WRAPPED),
        (task.department, WRAPPED),
        (task.introduced_on, DAY),
        ("○" if task.key_task else "", CENTRED),
        (_introduced(report, task), CENTRED),
        (entered, WHOLE),
    ]


def _introduced(report: Report, task: TaskMinutes) -> str:
    if not introduced_in(report.year)(task):
        return "" if task.running else "停止"
    return "○" if task.running else "○停止"


def _gap_cells(report: Report) -> Cells:
    return [DASH, DASH, DASH, DASH, DASH, _target(report), DASH, DASH]


def _target(report: Report) -> tuple[Content, Look]:
    target = report.targets.average_rate
    return DASH if target is None else (target, SHARE)


def _rate_cells(
    report: Report, task: TaskMinutes, row: int, number: int, blocks: Blocks, volumes: Rows
) -> Cells:
    sample_row, step_row = blocks.samples.first + number, blocks.steps.first + number
    mean = task.baseline.mean_minutes if task.baseline else 0.0
    interval = task.rate_interval
    limits: Cells = [DASH, DASH]
    if interval is not None:
        limits = [
            (Formula(f"=1-I{row}/(H{row}*E{sample_row}/C{sample_row})", interval.low), SHARE),
            (Formula(f"=1-I{row}/(H{row}*F{sample_row}/C{sample_row})", interval.high), SHARE),
        ]
    before = f"=SUM({volumes.column(VOLUME_BEFORE_COLUMN)})/60"
    each: tuple[Content, Look] = (Formula(f"=C{sample_row}", mean), MINUTE) if task.baseline else DASH
    return [
        each,
        (Formula(before, (task.before_minutes or 0.0) / 60), NUMBER),
        (Formula(f"=K{step_row}", task.after_minutes / 60), NUMBER),
        (Formula(f"=H{row}-I{row}", (task.saved_minutes or 0.0) / 60), replace(NUMBER, bold=True)),
        (Formula(f"=J{row}/H{row}", task.rate or 0.0), replace(SHARE, bold=True)),
        _target(report),
        *limits,
    ]


def task_number(place: int) -> str:
    """業01 for the first task: the beginning of its sheet's name, and its label in a crowded chart."""
    return f"業{place + 1:02d}"


def _remark(task: TaskMinutes) -> tuple[Content, Look]:
    if task.gap:
        return words.GAPS[task.gap], SMALL
    return (f"{words.SAMPLE_MARK}を含む", SAMPLE) if task.rests_on_samples else ("実測", CENTRED)


def _fill_samples(grid: Grid, report: Report, ledgers: Ledgers, blocks: Blocks) -> None:
    names = ["業務", "件数 n", "平均（分）", "標準偏差", "95％区間\n下限", "95％区間\n上限"]
    names += ["計時日", "", "計時者", "", "方法", "", "", "", "根拠"]
    about = "1回ごとの計時は「計時」シート。平均＝時間の合計÷件数。95％区間は平均の信頼区間（t分布）です。"
    _head(grid, blocks.samples, "2　導入前の計時", names, about)
    head = blocks.samples.first - 1
    for first, last in ((7, 8), (9, 10), (11, 14)):
        grid.sheet.merge_cells(start_row=head, end_row=head, start_column=first, end_column=last)
    for number, task in enumerate(report.tasks):
        row = blocks.samples.first + number
        grid.put(row, 1, task.title, WRAPPED)
        if task.baseline is None:
            grid.put(row, 2, words.GAPS[task.gap] if task.gap else "", BODY, across=14)
            grid.height(row, 26)
        else:
            grid.line(row, sample_cells(task.baseline, ledgers.timings.staff[task.name], row), 2)
            _sample_words(grid, task.baseline, row)


def sample_cells(baseline: Baseline, timings: Rows, row: int) -> Cells:
    """n, mean, deviation and both ends of its interval, in the columns B to F of a row."""
    minutes, sheets = timings.column(TIMING_COLUMN), timings.column(TIMING_SHEETS_COLUMN)
    cells: Cells = [
        (Formula(f"=SUM({sheets})", baseline.n), WHOLE),
        (Formula(f"=SUM({minutes})/B{row}", baseline.mean_minutes), MINUTE),
    ]
    deviation, interval = baseline.deviation_minutes, baseline.interval_minutes
    if deviation is None or interval is None:
        return [*cells, DASH, DASH, DASH]
    squares = f"SUMPRODUCT({sheets},({minutes}/{sheets}-C{row})^2)"
    half = f"TINV(0.05,COUNT({minutes})-1)*D{row}/SQRT(B{row})"
    return [
        *cells,
        (Formula(f"=SQRT({squares}/(COUNT({minutes})-1))", deviation), MINUTE),
        (Formula(f"=C{row}-{half}", interval.low), MINUTE),
        (Formula(f"=C{row}+{half}", interval.high), MINUTE),
    ]


def _sample_words(grid: Grid, baseline: Baseline, row: int) -> None:
    """Days, persons, method and source, in merged cells."""
    first, last = words.era_day(baseline.first_day), words.era_day(baseline.last_day)
    persons, methods = "、".join(baseline.persons), "／".join(baseline.methods)
    grid.put(row, 7, first if first == last else f"{first}〜\n{last}", SMALL, across=2)
    grid.put(row, 9, persons, SMALL, across=2)
    grid.put(row, 11, methods, SMALL, across=4)
    grid.put(row, REMARK, *((words.SAMPLE_MARK, SAMPLE) if baseline.is_sample else ("実測", CENTRED)))
    grid.height(row, 13 * max(2.2, lines_needed(persons, 20), lines_needed(methods, 42)))


def _fill_steps(grid: Grid, report: Report, ledgers: Ledgers, blocks: Blocks) -> None:
    names = ["業務", *(words.STEPS[step].replace("ロボット", "ロボット\n") for step in STAFF_STEPS)]
    names += ["職員 計", "参考：\nロボット"]
    about = "単位：時間。月ごとの内訳は「月別明細」シート。ロボットの稼働時間は職員の時間に含めません。"
    _head(grid, blocks.steps, "3　導入後の工程別時間", names, about)
    for number, task in enumerate(report.tasks):
        row, rows = blocks.steps.first + number, ledgers.steps[task.name]
        grid.put(row, 1, task.title, WRAPPED)
        grid.line(row, ((_step_sum(task, step, rows), STEP_HOURS) for step in STAFF_STEPS), 2)
        total = Formula(f"=SUM(B{row}:J{row})", task.after_minutes / 60)
        grid.put(row, STAFF_TOTAL, total, replace(NUMBER, bold=True))
        grid.put(row, ROBOT, _step_sum(task, Step.ROBOT, rows), STEP_HOURS)
        grid.height(row, 15 * max(1.5, lines_needed(task.title, 22)))


def _step_sum(task: TaskMinutes, step: Step, rows: Rows) -> Content:
    if not rows:
        return 0.0
    steps, minutes = rows.column(STEP_COLUMN), rows.column(STEP_MINUTES_COLUMN)
    text = f'=SUMIFS({minutes},{steps},"{words.STEPS[step]}")/60'
    return Formula(text, task.step_minutes(step) / 60)
