"""推移 and one sheet for each task: the year month by month, with half-years, as sums over the details."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from openpyxl.utils import get_column_letter

from savings import words
from savings.indicators import STAFF_STEPS, Step, TaskMinutes
from savings.report import Report
from savings.workbook import charts, style
from savings.workbook.charts import Bars
from savings.workbook.grid import Formula, Grid, Rows, lines_needed
from savings.workbook.ledgers import (
    COUNTED_WORD,
    ENTERED_COLUMN,
    MONTH,
    RECEIVED_COLUMN,
    STAFF_WORD,
    STEP_COLUMN,
    STEP_COUNTED_COLUMN,
    STEP_KIND_COLUMN,
    STEP_MINUTES_COLUMN,
    STEP_MONTH_COLUMN,
    VOLUME_BEFORE_COLUMN,
    VOLUME_COUNTED_COLUMN,
    VOLUME_MONTH_COLUMN,
    WHOLE,
)
from savings.workbook.style import BODY, CENTRED, HEAD, NOTE, NUMBER, SECTION, TITLE, WRAPPED, Look

TREND_FIRST_ROW = 5
FIRST_HALF_ROW = TREND_FIRST_ROW + 12
"""Where 推移 sums up the first half-year; the second stands below it."""

MONTH_LABEL, MONTH_DAY, RECEIVED, ENTERED, BEFORE = range(1, 6)
"""First columns of a table of months; the steps follow, then after, saved, rate and the robot."""

Also = Callable[[Rows, int], str]
SHARE = replace(NUMBER, number_format=style.PERCENT)
TOTAL = replace(NUMBER, bold=True, fill=style.PALE)
DASHED = words.NO_FIGURE


@dataclass(frozen=True)
class Table:
    """A table of months: where it stands, which steps it shows, and how its figures are found.

    ``volume`` gives formula and value of a volume column for one month, ``step`` those of minutes.
    """

    first: int
    steps: Sequence[Step]
    volume: Callable[[int, date, int], Formula]
    step: Callable[[Step | None, date, int], Formula]
    """``None``: all staff steps together."""

    rated: bool

    @property
    def after(self) -> int:
        """Column of the hours after."""
        return BEFORE + len(self.steps) + 1

    @property
    def widths(self) -> int:
        return self.after + 3


def fill_months(grid: Grid, row: int, report: Report, table: Table) -> None:
    """Twelve months, both half-years and the year."""
    names = ["月", "年月", "受付\n（枚）", "入力済\n（件）", "導入前\n（時間）"]
    names += [words.STEPS[step].replace("ロボット", "ロボット\n") for step in table.steps]
    names += ["導入後\n計（時間）", "削減\n（時間）", "削減率", "参考：\nロボット"]
    grid.heads(row, names, 32)
    months = list(report.year.months())
    for number, month in enumerate(months):
        _month(grid, table, table.first + number, month)
    halves = [report.year.halves()[0].months, report.year.halves()[1].months]
    for number, part in enumerate([*halves, tuple(months)]):
        start = table.first + (6 if number == 1 else 0)
        _sum(grid, table, table.first + 12 + number, start, part, ("上半期", "下半期", "年度計")[number])


def _month(grid: Grid, table: Table, row: int, month: date) -> None:
    grid.put(row, MONTH_LABEL, f"{month.month}月", CENTRED)
    grid.put(row, MONTH_DAY, month, MONTH)
    for column, look in ((RECEIVED, WHOLE), (ENTERED, WHOLE), (BEFORE, NUMBER)):
        grid.put(row, column, table.volume(column, month, row), look)
    hours = replace(NUMBER, number_format=style.HOURS_OR_DASH)
    for number, step in enumerate(table.steps, 1):
        grid.put(row, BEFORE + number, table.step(step, month, row), hours)
    grid.put(row, table.after, _after(table, month, row), NUMBER)
    _results(grid, table, row, _value(table.volume(BEFORE, month, row)), _after_value(table, [month], row))
    grid.put(row, table.after + 3, table.step(Step.ROBOT, month, row), hours)


def _after(table: Table, month: date, row: int) -> Formula:
    if not table.steps:
        return table.step(None, month, row)
    first, last = (get_column_letter(column) for column in (BEFORE + 1, table.after - 1))
    return Formula(f"=SUM({first}{row}:{last}{row})", _after_value(table, [month], row))


def _after_value(table: Table, months: Sequence[date], row: int) -> float:
    return math.fsum(_value(table.step(None, month, row)) for month in months)


def _value(formula: Formula) -> float:
    return float(formula.value)


def _sum(grid: Grid, table: Table, row: int, start: int, months: Sequence[date], label: str) -> None:
    bold = replace(CENTRED, bold=True, fill=style.PALE)
    grid.put(row, MONTH_LABEL, label, bold, across=2)
    end = start + len(months) - 1
    columns: list[tuple[int, float]] = [
        (column, math.fsum(_value(table.volume(column, month, row)) for month in months))
        for column in (RECEIVED, ENTERED, BEFORE)
    ]
    for number, step in enumerate(table.steps, 1):
        value = math.fsum(_value(table.step(step, month, row)) for month in months)
        columns.append((BEFORE + number, value))
    robot = math.fsum(_value(table.step(Step.ROBOT, month, row)) for month in months)
    columns += [(table.after, _after_value(table, months, row)), (table.after + 3, robot)]
    for column, value in columns:
        letter = get_column_letter(column)
        counts = column in (RECEIVED, ENTERED)
        look = replace(TOTAL, number_format=style.COUNT) if counts else TOTAL
        grid.put(row, column, Formula(f"=SUM({letter}{start}:{letter}{end})", value), look)
    before = columns[2][1]
    _results(grid, table, row, before, _after_value(table, months, row), bold=True)


def _results(grid: Grid, table: Table, row: int, before: float, after: float, *, bold: bool = False) -> None:
    """Saved hours, which add up, and the rate: a dash where nothing was before or nobody worked after."""
    b, a = f"E{row}", f"{get_column_letter(table.after)}{row}"
    fill = style.PALE if bold else None
    if not table.rated:
        for column in (table.after + 1, table.after + 2):
            grid.put(row, column, DASHED, replace(CENTRED, fill=fill))
        return
    saved, share = replace(NUMBER, bold=bold, fill=fill), replace(SHARE, bold=bold, fill=fill)
    grid.put(row, table.after + 1, Formula(f"={b}-{a}", before - after), saved)
    rate = (before - after) / before if before != 0 and after != 0 else DASHED
    text = f'=IF(OR({b}=0,{a}=0),"{DASHED}",({b}-{a})/{b})'
    grid.put(row, table.after + 2, Formula(text, rate), share)


def place_chart(grid: Grid, report: Report, table: Table, title: str, row: int) -> None:
    """Hours before and after by month."""
    block = Rows(grid.sheet.title, table.first, table.first + 11)
    months = list(report.year.months())
    before = [_value(table.volume(BEFORE, month, table.first)) for month in months]
    after = [_after_value(table, [month], table.first) for month in months]
    series = [
        Bars("導入前（時間）", block.column(BEFORE), before, charts.BEFORE_COLOUR),
        Bars("導入後（時間）", block.column(table.after), after, charts.AFTER_COLOUR),
    ]
    labels = [f"{month.month}月" for month in months]
    chart = charts.bars_chart(title, block.column(MONTH_LABEL), labels, series)
    charts.place(grid.sheet, chart, column=1, columns=min(12, table.widths), row=row)


def fill_trend(grid: Grid, report: Report, volumes: Rows, steps: Rows) -> None:
    """推移: all tasks that have a rate, month by month. ``volumes`` and ``steps`` are the whole details."""
    grid.widths(9, 15, 10, 10, 12, 13, 12, 11, 12)
    grid.put(1, 1, f"月別の推移　{report.year.label}", replace(TITLE, size=14))
    about = "削減率を出せる業務（集計＝○）の合計です。半年ごとの小計が、その半年に積み上がった分です。"
    grid.put(2, 1, about, replace(NOTE, wrap=False))
    table = _table(report.all.counted, volumes, steps, TREND_FIRST_ROW, (), _counted)
    fill_months(grid, 4, report, table)
    place_chart(grid, report, table, "月別の導入前・導入後の時間", 22)
    grid.sheet.freeze_panes = "A5"


Key = int | Step | None
"""A volume's column, a step, or None for all staff steps together."""


def _sums(tasks: Iterable[TaskMinutes]) -> Mapping[tuple[date, Key], float]:
    """The tasks' volumes, hours before and hours by step, by month."""
    found: dict[tuple[date, Key], float] = defaultdict(float)
    for task in tasks:
        each = task.baseline.mean_minutes if task.baseline else 0.0
        for volume in task.volumes:
            mean = each if volume.each_minutes is None else volume.each_minutes
            found[volume.month, RECEIVED] += volume.received
            found[volume.month, ENTERED] += volume.entered
            found[volume.month, BEFORE] += volume.entered * mean / 60
        for row in task.steps:
            found[row.month, row.step] += row.minutes / 60
            if row.step is not Step.ROBOT:
                found[row.month, None] += row.minutes / 60
    return found


def _table(
    tasks: Iterable[TaskMinutes], volumes: Rows, steps: Rows, first: int, shown: Sequence[Step], also: Also
) -> Table:
    """A table over these rows of the details; ``also`` narrows them to the tasks that sums hold."""
    sums = _sums(tasks)
    names = {RECEIVED: RECEIVED_COLUMN, ENTERED: ENTERED_COLUMN, BEFORE: VOLUME_BEFORE_COLUMN}

    def volume(column: int, month: date, row: int) -> Formula:
        value = sums.get((month, column), 0.0)
        if not volumes:
            return Formula("=0", value)
        chosen = f"{volumes.column(VOLUME_MONTH_COLUMN)},$B{row}{also(volumes, VOLUME_COUNTED_COLUMN)}"
        hours = "/60" if column == BEFORE else ""
        return Formula(f"=SUMIFS({volumes.column(names[column])},{chosen}){hours}", value)

    def step(which: Step | None, month: date, row: int) -> Formula:
        value = sums.get((month, which), 0.0)
        if not steps:
            return Formula("=0", value)
        chosen = f"{steps.column(STEP_MONTH_COLUMN)},$B{row}{also(steps, STEP_COUNTED_COLUMN)}"
        text = f"=SUMIFS({steps.column(STEP_MINUTES_COLUMN)},{chosen},{_which(steps, which)})/60"
        return Formula(text, value)

    return Table(first, shown, volume, step, rated=any(task.gap is None for task in tasks))


def _every(rows: Rows, column: int) -> str:
    return ""


def _counted(rows: Rows, column: int) -> str:
    return f',{rows.column(column)},"{COUNTED_WORD}"'


def _which(rows: Rows, step: Step | None) -> str:
    if step is None:
        return f'{rows.column(STEP_KIND_COLUMN)},"{STAFF_WORD}"'
    return f'{rows.column(STEP_COLUMN)},"{words.STEPS[step]}"'


def fill_task(grid: Grid, report: Report, task: TaskMinutes, volumes: Rows, steps: Rows) -> None:
    """A sheet of one task: the four questions an auditor asks, the months, the chart, what was signed."""
    grid.widths(9, 15, 8, 8, 10, *[9.5] * len(STAFF_STEPS), 11, 10, 9.5, 10)
    grid.put(1, 1, task.title, replace(TITLE, size=14))
    grid.put(2, 1, _about(report, task), replace(NOTE, wrap=False))
    row = 4
    for question, answer in words.answers(task):
        grid.put(row, 1, question, replace(HEAD, size=9), across=2)
        grid.put(row, 3, answer, replace(WRAPPED, size=9), across=16)
        grid.height(row, 14 * max(1.3, lines_needed(answer, 150)))
        row += 1
    row += 1
    table = _table((task,), volumes, steps, row + 2, STAFF_STEPS, _every)
    grid.put(row, 1, "月別・工程別の時間", SECTION)
    fill_months(grid, row + 1, report, table)
    after = table.first + 16
    place_chart(grid, report, table, "月別の導入前・導入後の時間", after)
    _signed(grid, report, task, after + charts.ROWS_HIGH + 2)


def _about(report: Report, task: TaskMinutes) -> str:
    closed = "、".join(half.label for half in sorted(task.closed))
    return (
        f"{report.year.label}　所管課：{task.department}　導入日：{words.era_day(task.introduced_on)}"
        f"{'　重点事業' if task.key_task else ''}{'' if task.running else '　停止'}"
        f"{f'　締め済：{closed}' if closed else ''}"
    )


def _signed(grid: Grid, report: Report, task: TaskMinutes, row: int) -> None:
    """The judgements and corrections that were signed, oldest first."""
    lines: list[tuple[str, ...]] = [
        (one.period, one.kind, one.mark, one.sentence, one.signed_by, words.era_day(one.signed_on))
        for one in report.judgements
        if one.task == task.title
    ]
    lines += [
        (
            words.era_month(one.month),
            "締め後訂正",
            "",
            f"{one.what} {one.amount:+g}{one.unit}：{one.reason}",
            one.signed_by,
            words.era_day(one.signed_on),
        )
        for one in report.changes
        if one.task == task.title
    ]
    if not lines:
        return
    grid.put(row, 1, "署名された判定と訂正", SECTION)
    spans = ((1, 2), (3, 2), (5, 1), (6, 8), (14, 2), (16, 3))
    for number, cells in enumerate([("期間", "種別", "判定", "説明", "署名", "日付"), *lines]):
        look: Look = HEAD if number == 0 else replace(BODY, size=9, wrap=True)
        for (column, across), text in zip(spans, cells, strict=True):
            grid.put(row + 1 + number, column, text, look, across=across)
        grid.height(row + 1 + number, 14 * max(1.3, lines_needed(cells[3], 70)))
