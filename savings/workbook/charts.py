"""Native Excel charts. Their values are cached in the chart too, for viewers that do not read the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.worksheet.worksheet import Worksheet

from savings.report import Report
from savings.workbook.grid import Rows
from savings.workbook.style import FONT, GREY, INK
from savings.workbook.tasks import AFTER, BEFORE, NUMBER_COLUMN, RATE, TARGET, task_number

BEFORE_COLOUR, AFTER_COLOUR, TARGET_COLOUR, SAVED_COLOUR = "9AA9BA", "1F6FB2", "C4501B", "1B6E3C"
ROWS_HIGH = 14
MOST_LABELLED = 8
"""So many bars still have room for their figures; with more the figures would lie over one another."""

MOST_TITLES = 4
"""So many titles stand side by side below a chart of half a page; more would be turned and squeeze it."""


def task_labels(report: Report) -> list[str]:
    """The tasks' titles, or their numbers (業01 …) where titles would no longer stand side by side."""
    if len(report.tasks) <= MOST_TITLES:
        return [task.title for task in report.tasks]
    return [task_number(place) for place in range(len(report.tasks))]


def place(sheet: Worksheet, chart: BarChart, *, column: int, columns: int, row: int) -> None:
    """Span the chart over whole cells, so that it keeps its place whatever font the reader has."""
    start = AnchorMarker(col=column - 1, row=row - 1)
    end = AnchorMarker(col=column - 1 + columns, row=row - 1 + ROWS_HIGH)
    # The stubs know only cell names as anchors.
    chart.anchor = cast(Any, TwoCellAnchor(editAs="twoCell", _from=start, to=end))
    sheet.add_chart(chart)


def hours_chart(rows: Rows, report: Report, title: str) -> BarChart:
    """Hours before and after, side by side per task; ``rows`` are those of the first table of 業務別."""
    chart = _bars(title, "#,##0.0" if report.all.before_minutes < 600 else "#,##0")
    before = [None if task.gap else (task.before_minutes or 0.0) / 60 for task in report.tasks]
    after = [None if task.gap else task.after_minutes / 60 for task in report.tasks]
    chart.series = [
        _column(rows, report, BEFORE, "導入前（時間）", before, BEFORE_COLOUR, "#,##0.0"),
        _column(rows, report, AFTER, "導入後（時間）", after, AFTER_COLOUR, "#,##0.0"),
    ]
    chart.gapWidth, chart.overlap = 60, 0
    chart.y_axis.scaling.min = 0
    return chart


@dataclass(frozen=True)
class Bars:
    """A series of bars: its name, where its values stand, the values, its colour in hex."""

    name: str
    at: str
    values: Sequence[float | None]
    colour: str


def bars_chart(title: str, labels_at: str, labels: Sequence[str], series: Sequence[Bars]) -> BarChart:
    """Hours side by side for each label, with the labels and values cached."""
    chart = _bars(title, "#,##0")
    texts = [StrVal(idx=index, v=label) for index, label in enumerate(labels)]
    chart.series = [
        Series(
            tx=SeriesLabel(v=one.name),
            cat=AxDataSource(strRef=StrRef(f=labels_at, strCache=StrData(len(labels), texts))),
            val=NumDataSource(numRef=NumRef(f=one.at, numCache=_cache(one.values))),
            spPr=GraphicalProperties(solidFill=one.colour),
            invertIfNegative=False,
        )
        for one in series
    ]
    chart.gapWidth, chart.overlap = 60, 0
    return chart


def rate_chart(rows: Rows, report: Report, title: str) -> BarChart:
    """Reduction rate per task as bars, the plan's target as a line across."""
    chart = _bars(title, "0%")
    rates = [task.rate for task in report.tasks]
    bars = _column(rows, report, RATE, "削減率", rates, AFTER_COLOUR, "0.0%")
    # At the foot of its bar a figure never meets the line of the target.
    bars.dLbls = _labels("0.0%", "FFFFFF", position="inBase") if _has_room(report) else None
    chart.series = [bars]
    chart.gapWidth = 90
    # An axis that starts above zero would make a small difference look large.
    if all(rate is None or rate >= 0 for rate in rates):
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    if report.targets.average_rate is not None:
        chart += _target_line(rows, report, report.targets.average_rate)
    return chart


def _target_line(rows: Rows, report: Report, target: float) -> LineChart:
    line = LineChart()
    series = _series(rows, report, TARGET, f"目標 {target:.0%}", [target] * len(report.tasks))
    stroke = LineProperties(solidFill=TARGET_COLOUR, w=28575, prstDash="dash")
    series.spPr = GraphicalProperties(ln=stroke)
    symbol: Literal["diamond", "none"] = "diamond" if _has_room(report) else "none"
    series.marker = Marker(symbol=symbol, size=7, spPr=GraphicalProperties(solidFill=TARGET_COLOUR))
    series.smooth = False
    line.series = [series]
    return line


def _bars(title: str, number_format: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.style = "col", 2
    chart.title = _title(title)
    chart.legend = Legend(legendPos="b", txPr=_text(900))
    # openpyxl hides both axes unless it is told not to.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.txPr, chart.y_axis.txPr = _text(900), _text(900)
    chart.x_axis.tickLblPos = "low"
    hairline = GraphicalProperties(ln=LineProperties(solidFill="DDE3E9", w=6350))
    chart.y_axis.number_format, chart.y_axis.majorGridlines = number_format, ChartLines(spPr=hairline)
    chart.layout = Layout(ManualLayout(x=0.09, y=0.16, w=0.88, h=0.60, layoutTarget="inner"))
    return chart


def _column(
    rows: Rows,
    report: Report,
    column: int,
    name: str,
    values: Sequence[float | None],
    colour: str,
    label_format: str,
) -> Series:
    """A series of labelled bars in one colour."""
    series = _series(rows, report, column, name, values)
    series.spPr = GraphicalProperties(solidFill=colour)
    series.invertIfNegative = False
    series.dLbls = _labels(label_format, INK) if _has_room(report) else None
    return series


def _has_room(report: Report) -> bool:
    return len(report.tasks) <= MOST_LABELLED


def _labels(number_format: str, colour: str, position: str | None = None) -> DataLabelList:
    """The value of each bar and nothing else; where Excel puts it unless ``position`` says otherwise."""
    return DataLabelList(
        numFmt=number_format,
        dLblPos=cast(Any, position),
        txPr=_text(900, colour),
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
    )


def _series(rows: Rows, report: Report, column: int, name: str, values: Sequence[float | None]) -> Series:
    """One series over the task rows, with its values and the task titles cached."""
    labels = task_labels(report)
    points = [StrVal(idx=index, v=label) for index, label in enumerate(labels)]
    at = rows.column(1 if len(labels) <= MOST_TITLES else NUMBER_COLUMN)
    return Series(
        tx=SeriesLabel(v=name),
        cat=AxDataSource(strRef=StrRef(f=at, strCache=StrData(len(labels), points))),
        val=NumDataSource(numRef=NumRef(f=rows.column(column), numCache=_cache(values))),
    )


def _cache(values: Sequence[float | None]) -> NumData:
    points = [NumVal(idx=index, v=repr(value)) for index, value in enumerate(values) if value is not None]
    return NumData(formatCode="General", ptCount=len(values), pt=points)


def _title(words: str) -> Title:
    look = _characters(1100, INK, bold=True)
    run = RegularTextRun(t=words, rPr=look)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), r=[run])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _text(size: int, colour: str = GREY) -> RichText:
    look = _characters(size, colour)
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=look), r=[], endParaRPr=look)])


def _characters(size: int, colour: str, *, bold: bool = False) -> CharacterProperties:
    """The workbook's font; ``size`` in hundredths of a point."""
    font = Font(typeface=FONT)
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=font, ea=font)
