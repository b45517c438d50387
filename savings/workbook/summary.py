"""総括: the page a director reads. Indicators against the plan, hours, both averages, two charts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from savings import words
from savings.groups import added_minutes
from savings.indicators import Average, Indicators
from savings.intervals import average_interval
from savings.report import Mark, Report, Result
from savings.workbook import charts, citizens, months, style
from savings.workbook.grid import Content, Formula, Grid, Rows, lines_needed
from savings.workbook.style import BODY, CENTRED, HEAD, NOTE, NUMBER, SAMPLE, SECTION, TITLE, WRAPPED, Look
from savings.workbook.tasks import AFTER, BEFORE, INTRODUCED, RATE, ROBOT, SAVED, Blocks

COLUMNS = 12
MARK_COLOURS = {
    Mark.MET: style.GREEN,
    Mark.CLOSE: style.AMBER,
    Mark.MISSED: style.RED,
    Mark.OPEN: style.GREY,
}
UNIT_FORMATS = {"%": style.PERCENT, "時間": style.HOURS, "業務": style.COUNT}
ROBOT_HEAD = "参考：ロボット稼働（時間）"
INTRODUCED_WORD = '"○*"'
"""Matches ○ and ○停止: the averages keep a stopped task, the count of introduced tasks does not."""

SMALL = replace(WRAPPED, size=9)


@dataclass(frozen=True)
class Sources:
    """Where the figures of this page come from: 業務別 and 市民の時間."""

    blocks: Blocks
    citizens: Rows


def fill(grid: Grid, report: Report, blocks: Blocks, citizen_rows: Rows) -> None:
    grid.widths(*[11.5] * COLUMNS)
    row = _opening(grid, report)
    row = _results(grid, report, Sources(blocks, citizen_rows), row)
    row = _hours(grid, report, blocks, row)
    row = _halves(grid, report, row)
    row = _averages(grid, report, blocks.rates, row)
    row = _omitted(grid, report, row)
    _charts(grid, report, blocks.rates, row)


def _opening(grid: Grid, report: Report) -> int:
    end = report.year.last_day if report.is_over else report.today
    grid.put(1, 1, "業務時間削減 報告書", TITLE, across=8)
    grid.put(1, 9, f"作成日　{words.era_day(report.today)}", replace(NOTE, align="right"), across=4)
    period = f"{words.era_day(report.year.first_day)}〜{words.era_day(end)}"
    subtitle = f"{report.year.label}　AI-OCR・RPA による業務時間の削減（対象期間：{period}）"
    grid.put(2, 1, subtitle, replace(SECTION, bold=False), across=COLUMNS)
    grid.put(3, 1, f"計画：{report.plan.title}", NOTE, across=COLUMNS)
    for row, points in ((1, 34), (2, 22), (3, 18)):
        grid.height(row, points)
    if not report.rests_on_samples:
        return 5
    text = (
        f"この報告書の数値には{words.SAMPLE_MARK}（仮の値で、実測ではないもの）が含まれます。"
        f"{words.SAMPLE_MARK}と付した数値は試算です。実績として公表・報告に使わないでください。"
    )
    grid.put(4, 1, text, style.BANNER, across=COLUMNS)
    grid.height(4, 24)
    return 6


def _section(grid: Grid, row: int, title: str) -> None:
    grid.put(row, 1, title, SECTION, across=COLUMNS)
    grid.height(row, 22)


def _results(grid: Grid, report: Report, sources: Sources, row: int) -> int:
    _section(grid, row, "1　成果指標と目標")
    row += 1
    heads = (("指標", 1, 3), ("目標", 4, 1), ("実績", 5, 1), ("根拠", 6, 1), ("判定", 7, 1), ("説明", 8, 5))
    for name, column, across in heads:
        grid.put(row, column, name, HEAD, across=across)
    grid.height(row, 18)
    for result in report.results:
        row += 1
        _result(grid, report, sources, row, result)
    return row + 2


def _result(grid: Grid, report: Report, sources: Sources, row: int, result: Result) -> None:
    number = replace(NUMBER, number_format=UNIT_FORMATS[result.unit])
    grid.put(row, 1, result.label + ("" if result.unit == "%" else f"（{result.unit}）"), WRAPPED, across=3)
    grid.put(row, 4, *_figure(result.target, number))
    seen = None if result.seen is None else _seen(report, sources, result.key, result.seen)
    grid.put(row, 5, *_figure(seen, replace(number, bold=True)))
    grid.put(row, 6, *_sample_mark(result.sample))
    mark = replace(CENTRED, size=14, bold=True, colour=MARK_COLOURS[result.mark])
    grid.put(row, 7, result.mark.value, mark)
    grid.put(row, 8, result.sentence, SMALL, across=5)
    grid.height(row, 14 * max(1.7, lines_needed(result.sentence, 62)))


def _figure(content: Content, look: Look) -> tuple[Content, Look]:
    return (words.NO_FIGURE, CENTRED) if content is None else (content, look)


def _sample_mark(sample: bool) -> tuple[Content, Look]:
    return (words.SAMPLE_MARK, SAMPLE) if sample else ("", BODY)


def _seen(report: Report, sources: Sources, key: str, value: float) -> Content:
    """The result as a formula over the sheet that it comes from."""
    rows = sources.blocks.rates
    if key == "citizens":
        return Formula(f"=SUM({sources.citizens.column(citizens.SAVED)})", value)
    if key == "tasks":
        return Formula(f'=COUNTIFS({rows.column(INTRODUCED)},"○")', value) if rows else value
    if key == "average":
        return Formula(_average_formula(rows, report.plan.average, introduced=True), value)
    return Formula(f"=SUM({rows.column(SAVED)})", value)


def _average_formula(rows: Rows, which: Average, *, introduced: bool) -> str:
    chosen = f"{rows.column(INTRODUCED)},{INTRODUCED_WORD}"
    rates, before, after = rows.column(RATE), rows.column(BEFORE), rows.column(AFTER)
    if which is Average.MEAN_OF_RATES:
        return f"=AVERAGEIFS({rates},{chosen})" if introduced else f"=AVERAGE({rates})"
    if introduced:
        return f"=1-SUMIFS({after},{chosen})/SUMIFS({before},{chosen})"
    return f"=1-SUM({after})/SUM({before})"


def _hours(grid: Grid, report: Report, blocks: Blocks, row: int) -> int:
    _section(grid, row, "2　職員の時間（全業務・年度累計）")
    figures = (
        ("導入前（時間）", blocks.rates.column(BEFORE), report.all.before_minutes),
        ("導入後（時間）", blocks.rates.column(AFTER), report.all.after_minutes),
        ("削減（時間）", blocks.rates.column(SAVED), report.all.saved_minutes),
        (ROBOT_HEAD, blocks.steps.column(ROBOT), report.all.robot_minutes),
    )
    look = replace(NUMBER, size=14, bold=True, align="center", fill=style.PALE, colour=style.NAVY)
    for number, (name, column, minutes) in enumerate(figures):
        at = 1 + 3 * number
        grid.put(row + 1, at, name, HEAD, across=3)
        labelled = report.rests_on_samples and name != ROBOT_HEAD
        total = Formula(f"=SUM({column})", minutes / 60) if blocks.rates else 0.0
        grid.put(row + 2, at, total, look, across=2 if labelled else 3)
        if labelled:
            grid.put(row + 2, at + 2, words.SAMPLE_MARK, SAMPLE)
    grid.height(row + 1, 18)
    grid.height(row + 2, 24)
    return row + 4


def _halves(grid: Grid, report: Report, row: int) -> int:
    """What each half-year added, and what March will bring, in the trend's own cells."""
    _section(grid, row, "3　半年ごとの積み上げと3月末の見込み")
    looks = replace(NUMBER, bold=True, align="center")
    halves = report.year.halves()
    for number, half in enumerate(halves):
        content: Content = words.NO_FIGURE
        if report.all.counted and half.first_day <= report.today:
            saved = added_minutes(report.tasks, half)
            content = Formula(f"='推移'!G{months.FIRST_HALF_ROW + number}", saved / 60)
        grid.put(row + 1, 1 + 4 * number, f"{half.label}（時間）", HEAD, across=2)
        grid.put(row + 1, 3 + 4 * number, content, looks, across=2)
    grid.put(row + 1, 9, "3月末の見込み（時間）", HEAD, across=2)
    found = report.forecast
    minutes = found.minutes if found else None
    grid.put(row + 1, 11, words.NO_FIGURE if minutes is None else minutes / 60, looks, across=2)
    named = "、".join(report.forecast_methods) or words.NO_FIGURE
    text = f"見込みは予測で、実績ではありません。方法：{named}（「定義」シート）。"
    grid.put(row + 2, 1, text, NOTE, across=COLUMNS)
    grid.height(row + 1, 22)
    return row + 4


def _averages(grid: Grid, report: Report, rows: Rows, row: int) -> int:
    _section(grid, row, "4　平均削減率の2つの読み方")
    heads = (
        ("平均", 1, 3),
        ("今年度導入\nの業務", 4, 1),
        ("全業務", 5, 1),
        ("根拠", 6, 1),
        ("95％区間\n（今年度導入）", 7, 2),
        ("定義", 9, 4),
    )
    for name, column, across in heads:
        grid.put(row + 1, column, name, HEAD, across=across)
    grid.height(row + 1, 28)
    for number, which in enumerate(Average, 2):
        chosen = which is report.plan.average
        label = words.AVERAGES[which] + ("　※計画の指標" if chosen else "")
        grid.put(row + number, 1, label, replace(BODY, bold=chosen), across=3)
        grid.put(row + number, 4, *_average(report.introduced, rows, which, introduced=True))
        grid.put(row + number, 5, *_average(report.all, rows, which, introduced=False))
        grid.put(row + number, 6, *_sample_mark(report.rests_on_samples))
        interval = average_interval(report.introduced, which)
        spread = (
            f"{words.percent(interval.low)}〜{words.percent(interval.high)}" if interval else words.NO_FIGURE
        )
        grid.put(row + number, 7, spread, CENTRED, across=2)
        grid.put(row + number, 9, words.AVERAGE_DEFINITIONS[which], SMALL, across=4)
        grid.height(row + number, 38)
    return row + 6


def _average(figures: Indicators, rows: Rows, which: Average, *, introduced: bool) -> tuple[Content, Look]:
    value, look = figures.average(which), replace(NUMBER, number_format=style.PERCENT)
    if value is None:
        return words.NO_FIGURE, CENTRED
    return Formula(_average_formula(rows, which, introduced=introduced), value), look


def _omitted(grid: Grid, report: Report, row: int) -> int:
    """Names the tasks that no average holds; nothing to write when there is none."""
    names = [f"{task.title}（{words.GAPS[task.gap]}）" for task in report.all.omitted if task.gap]
    if not names:
        return row - 1
    row -= 1
    text = f"平均と削減時間に含めていない業務：{'、'.join(names)}"
    grid.put(row - 1, 1, text, NOTE, across=COLUMNS)
    grid.height(row - 1, 14 * lines_needed(text, 140) + 4)
    return row + 1


def _charts(grid: Grid, report: Report, rows: Rows, row: int) -> None:
    if not report.all.counted:
        return
    mark = f"（{words.SAMPLE_MARK}を含む）" if report.rests_on_samples else ""
    numbered = "　番号は「業務別」" if len(report.tasks) > charts.MOST_TITLES else ""
    hours = charts.hours_chart(rows, report, f"導入前後の時間{mark}{numbered}")
    rates = charts.rate_chart(rows, report, f"業務別の削減率と目標{mark}{numbered}")
    charts.place(grid.sheet, hours, column=1, columns=6, row=row)
    charts.place(grid.sheet, rates, column=7, columns=6, row=row)
