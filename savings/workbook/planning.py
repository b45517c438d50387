"""計画と実績: five years of targets and results, the policies, and each task's goals with what was signed."""

from __future__ import annotations

from dataclasses import replace

from savings import words
from savings.groups import by_policy
from savings.indicators import Average, TaskMinutes, indicators, introduced_in
from savings.periods import FiscalYear
from savings.report import Judgement, Report
from savings.workbook import charts, style
from savings.workbook.charts import Bars
from savings.workbook.grid import Content, Formula, Grid, Rows, lines_needed
from savings.workbook.style import CENTRED, HEAD, NOTE, NUMBER, SECTION, TITLE, WRAPPED, Look
from savings.workbook.tasks import AFTER, BEFORE, INTRODUCED, RATE, SAVED, Blocks

SMALL = replace(WRAPPED, size=9)
SHARE = replace(NUMBER, number_format=style.PERCENT)
WHOLE = replace(NUMBER, number_format=style.COUNT)
DASH: tuple[Content, Look] = (words.NO_FIGURE, CENTRED)
YEAR_HEADS = (
    "年度",
    "導入業務数\n目標",
    "導入業務数\n実績",
    "平均削減率\n目標",
    "平均削減率\n実績",
    "総時間による\n削減率",
    "削減時間\n目標",
    "削減時間\n実績",
)
EARLIER_YEAR, EARLIER_INTRODUCED = 1, 4
EARLIER_BEFORE, EARLIER_AFTER, EARLIER_SAVED, EARLIER_RATE = 6, 7, 8, 9
FIRST = 5


def fill(grid: Grid, report: Report, blocks: Blocks, earlier: Rows) -> None:
    grid.widths(30, 13, 13, 13, 13, 13, 13, 13, 16, 16)
    grid.put(1, 1, f"計画と実績　{report.plan.title}", replace(TITLE, size=14))
    years = [*sorted(report.earlier), report.year]
    _years(grid, report, blocks, earlier, years)
    row = _policies(grid, report, blocks, FIRST + len(years) + 2)
    row = _goals(grid, report, blocks, row)
    _chart(grid, report, years, row)


def _years(grid: Grid, report: Report, blocks: Blocks, earlier: Rows, years: list[FiscalYear]) -> None:
    grid.put(3, 1, "1　年度別の目標と実績", SECTION)
    about = "平均は、その年度に導入した業務の計画の指標です。過年度は「過年度」シートから計算します。"
    grid.put(3, 3, about, replace(NOTE, wrap=False, valign="center"))
    grid.heads(FIRST - 1, YEAR_HEADS, 32)
    for number, year in enumerate(years):
        row = FIRST + number
        targets = report.plan.targets(year)
        tasks = report.tasks if year == report.year else report.earlier[year]
        seen = (
            _this_year(report, blocks) if year == report.year else _earlier(report, earlier, year, tasks, row)
        )
        count, average, pooled, saved = seen
        cells: list[tuple[Content, Look]] = [
            (year.label, CENTRED),
            _known(targets.tasks_introduced, WHOLE),
            count,
            _known(targets.average_rate, SHARE),
            average,
            pooled,
            _known(targets.staff_hours, NUMBER),
            saved,
        ]
        grid.line(row, cells)


def _known(content: Content, look: Look) -> tuple[Content, Look]:
    return DASH if content is None else (content, look)


Seen = tuple[tuple[Content, Look], tuple[Content, Look], tuple[Content, Look], tuple[Content, Look]]


def _this_year(report: Report, blocks: Blocks) -> Seen:
    rows, which = blocks.rates, report.plan.average
    running = sum(task.running for task in report.tasks if introduced_in(report.year)(task))
    count: Content = Formula(f'=COUNTIFS({rows.column(INTRODUCED)},"○")', running) if rows else 0
    average, pooled = report.introduced.average(which), report.introduced.pooled
    chosen = f'{rows.column(INTRODUCED)},"○*"'
    mean = f"=AVERAGEIFS({rows.column(RATE)},{chosen})"
    whole = f"=1-SUMIFS({rows.column(AFTER)},{chosen})/SUMIFS({rows.column(BEFORE)},{chosen})"
    text = mean if which is Average.MEAN_OF_RATES else whole
    saved = Formula(f"=SUM({rows.column(SAVED)})", report.all.saved_minutes / 60)
    return (
        (count, WHOLE),
        DASH if average is None else (Formula(text, average), SHARE),
        DASH if pooled is None else (Formula(whole, pooled), SHARE),
        (saved, NUMBER) if report.all.counted else DASH,
    )


def _earlier(report: Report, rows: Rows, year: FiscalYear, tasks: tuple[TaskMinutes, ...], row: int) -> Seen:
    introduced = indicators(filter(introduced_in(year), tasks))
    every = indicators(tasks)
    in_year = f"{rows.column(EARLIER_YEAR)},$A{row}"
    chosen = f'{in_year},{rows.column(EARLIER_INTRODUCED)},"○"'
    count = len(introduced.counted) + len(introduced.omitted)
    mean = f"=AVERAGEIFS({rows.column(EARLIER_RATE)},{chosen})"
    sums = [f"SUMIFS({rows.column(column)},{chosen})" for column in (EARLIER_AFTER, EARLIER_BEFORE)]
    whole = f"=1-{sums[0]}/{sums[1]}"
    average = introduced.average(report.plan.average)
    text = mean if report.plan.average is Average.MEAN_OF_RATES else whole
    saved = Formula(f"=SUMIFS({rows.column(EARLIER_SAVED)},{in_year})", every.saved_minutes / 60)
    return (
        (Formula(f"=COUNTIFS({chosen})", count), WHOLE),
        DASH if average is None else (Formula(text, average), SHARE),
        DASH if introduced.pooled is None else (Formula(whole, introduced.pooled), SHARE),
        (saved, NUMBER) if every.counted else DASH,
    )


def _policies(grid: Grid, report: Report, blocks: Blocks, row: int) -> int:
    """The hours of each policy, as sums over its tasks' rows of 業務別."""
    grid.put(row, 1, "2　方針別の職員の時間", SECTION)
    grid.heads(
        row + 1, ("方針", "業務数", "導入前\n（時間）", "導入後\n（時間）", "削減\n（時間）", "削減率"), 32
    )
    row += 2
    places = {task.name: blocks.rates.first + number for number, task in enumerate(report.tasks)}
    for group in by_policy(report.tasks, report.plan):
        figures = group.figures
        lines = [places[task.name] for task in figures.counted]
        grid.put(row, 1, f"{group.key}　{group.title}".strip(), SMALL)
        grid.put(row, 2, len(group.tasks), WHOLE)
        grid.height(row, 15 * max(1.4, lines_needed(group.title, 28)))
        if lines:
            for column, place, minutes in (
                (3, BEFORE, figures.before_minutes),
                (4, AFTER, figures.after_minutes),
                (5, SAVED, figures.saved_minutes),
            ):
                grid.put(row, column, _sum_of(blocks, lines, place, minutes), NUMBER)
            grid.put(row, 6, Formula(f"=E{row}/C{row}", figures.pooled or 0.0), SHARE)
        else:
            for column in range(3, 7):
                grid.put(row, column, *DASH)
        row += 1
    return row + 1


def _sum_of(blocks: Blocks, lines: list[int], column: int, minutes: float) -> Formula:
    letter = "ABCDEFGHIJKLMNO"[column - 1]
    cells = "+".join(f"'{blocks.rates.sheet}'!{letter}{line}" for line in lines)
    return Formula(f"={cells}", minutes / 60)


def _goals(grid: Grid, report: Report, blocks: Blocks, row: int) -> int:
    """行動目標 and 成果指標 side by side with what was signed."""
    grid.put(row, 1, "3　業務別の行動目標・成果指標と判定", SECTION)
    about = "重点事業は半年ごと、その他は年1回、報告 → 承認 → 指示 → 改善の順に署名します。"
    grid.put(row, 3, about, replace(NOTE, wrap=False, valign="center"))
    heads = (("業務", 1, 1), ("行動目標", 2, 2), ("成果指標", 4, 2), ("削減率", 6, 1), ("判定と説明", 7, 2))
    row += 1
    for name, column, across in (*heads, ("署名", 9, 2)):
        grid.put(row, column, name, HEAD, across=across)
    for number, task in enumerate(report.tasks):
        row += 1
        _goal(grid, report, task, f"='{blocks.rates.sheet}'!K{blocks.rates.first + number}", row)
    return row + 2


def _goal(grid: Grid, report: Report, task: TaskMinutes, rate_at: str, row: int) -> None:
    goal = report.plan.goal(task.name, report.year)
    signed = [one for one in report.judgements if one.task == task.title]
    judged = "\n".join(f"{one.period} {one.mark} {one.sentence}" for one in signed if one.mark) or "未報告"
    names = "\n".join(_signature(one) for one in signed) or words.NO_FIGURE
    grid.put(row, 1, task.title, SMALL)
    grid.put(row, 2, goal.action if goal else "計画に記載がありません", SMALL, across=2)
    grid.put(row, 4, goal.result if goal else words.NO_FIGURE, SMALL, across=2)
    grid.put(row, 6, *(DASH if task.rate is None else (Formula(rate_at, task.rate), SHARE)))
    grid.put(row, 7, judged, SMALL, across=2)
    grid.put(row, 9, names, SMALL, across=2)
    lines = max(names.count("\n") + 1, sum(lines_needed(line, 24) for line in judged.split("\n")))
    texts = (goal.action, goal.result) if goal else ("", "")
    grid.height(row, 13 * max(2.2, lines, *(lines_needed(text, 24) for text in texts)))


def _signature(one: Judgement) -> str:
    return f"{one.kind} {one.signed_by}（{words.era_day(one.signed_on)}）"


def _chart(grid: Grid, report: Report, years: list[FiscalYear], row: int) -> None:
    block = Rows(grid.sheet.title, FIRST, FIRST + len(years) - 1)
    saved = [
        indicators(report.tasks if year == report.year else report.earlier[year]).saved_minutes / 60
        for year in years
    ]
    series = [Bars("削減時間（実績）", block.column(8), saved, charts.SAVED_COLOUR)]
    targets = [report.plan.targets(year).staff_hours for year in years]
    if any(targets):
        series.append(Bars("削減時間（目標）", block.column(7), targets, charts.BEFORE_COLOUR))
    labels = [year.label for year in years]
    chart = charts.bars_chart("年度別の削減時間", block.column(1), labels, series)
    charts.place(grid.sheet, chart, column=1, columns=8, row=row)
