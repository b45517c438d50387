"""The public one-page result: what citizens are told, as HTML and as PDF. Titles and hours, nobody's name."""

from __future__ import annotations

import html
import io
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from forms.pen import FONT, register_font
from savings import words
from savings.indicators import TaskMinutes
from savings.report import Report

MARGIN = 16 * mm
ROUNDING = 14
"""Points that a frame keeps for itself at its edges."""

INK, NAVY, RULE, PALE, RED = "#1a1a1a", "#1f3a5f", "#b8c2cc", "#e8eef5", "#b00020"


@dataclass(frozen=True)
class Line:
    """One figure of the page, in words."""

    name: str
    target: str
    seen: str
    mark: str
    note: str


@dataclass(frozen=True)
class TaskLine:
    title: str
    before: str
    after: str
    saved: str
    rate: str
    negative: bool
    note: str


@dataclass(frozen=True)
class Page:
    """All words of the public page."""

    title: str
    city: str
    period: str
    lead: str
    lines: tuple[Line, ...]
    tasks: tuple[TaskLine, ...]
    notes: tuple[str, ...]
    sample: bool


def page_of(report: Report, city: str) -> Page:
    """The report in the words of the public page. Persons who timed or signed are not named."""
    end = report.year.last_day if report.is_over else report.today
    return Page(
        title=f"AI-OCR・RPAによる業務時間の削減　{report.year.label}の結果",
        city=city,
        period=f"{words.era_day(report.year.first_day)}〜{words.era_day(end)}",
        lead=_lead(report),
        lines=tuple(
            Line(
                result.label,
                words.figure(result.unit, result.target),
                words.figure(result.unit, result.seen)
                + (f"（{words.SAMPLE_MARK}）" if result.sample else ""),
                result.mark.value,
                result.sentence,
            )
            for result in report.results
        ),
        tasks=tuple(_task_line(task) for task in report.tasks),
        notes=_notes(report),
        sample=report.rests_on_samples,
    )


def _lead(report: Report) -> str:
    figures = report.all
    if not figures.counted:
        return "削減率を出せる業務はまだありません。"
    verb = "減らしました" if figures.saved_minutes >= 0 else "増やしました"
    return (
        f"{len(figures.counted)}業務で、職員の作業時間を {words.hours(abs(figures.saved_minutes))}{verb}"
        f"（導入前 {words.hours(figures.before_minutes)} → 導入後 {words.hours(figures.after_minutes)}）。"
    )


def _task_line(task: TaskMinutes) -> TaskLine:
    if task.gap:
        note = words.GAPS[task.gap]
        dash = words.NO_FIGURE
        return TaskLine(task.title, dash, dash, dash, dash, negative=False, note=note)
    return TaskLine(
        task.title,
        words.hours(task.before_minutes),
        words.hours(task.after_minutes),
        words.hours(task.saved_minutes),
        words.percent(task.rate),
        negative=(task.saved_minutes or 0.0) < 0,
        note=f"{words.SAMPLE_MARK}を含む" if task.rests_on_samples else "",
    )


def _notes(report: Report) -> tuple[str, ...]:
    chosen = words.AVERAGES[report.plan.average]
    return (
        "導入前の時間は、導入前の方法を計った1件当たりの平均に、実際に入力した件数を掛けたものです。",
        "導入後の時間は、準備から最終確認、ロボットの保守まで、職員がかけた時間の合計です。"
        "ロボットが動いた時間は含めません。",
        f"平均削減率は「{chosen}」です。{words.AVERAGE_DEFINITIONS[report.plan.average]}",
        "時間が増えた業務は、負の値で示します。計時のない業務は平均に含めず、理由を示します。",
    )


def html_text(page: Page, style: str) -> str:
    """One file that needs no other: its style sheet is in it, nothing is loaded from anywhere."""
    body = html_body(page)
    return (
        f'<!doctype html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(page.title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def html_body(page: Page) -> str:
    """The page's main part; every word is escaped."""
    lines = "".join(
        f'<tr><th scope="row">{_e(one.name)}</th><td class="n">{_e(one.target)}</td>'
        f'<td class="n">{_e(one.seen)}</td><td class="m">{_e(one.mark)}</td><td>{_e(one.note)}</td></tr>\n'
        for one in page.lines
    )
    tasks = "".join(
        f'<tr><th scope="row">{_e(one.title)}</th><td class="n">{_e(one.before)}</td>'
        f'<td class="n">{_e(one.after)}</td><td class="{_tone(one)}">{_e(one.saved)}</td>'
        f'<td class="{_tone(one)}">{_e(one.rate)}</td><td>{_e(one.note)}</td></tr>\n'
        for one in page.tasks
    )
    notes = "".join(f"<li>{_e(note)}</li>\n" for note in page.notes)
    sample = f'<p class="sample">{_e(_sample_words())}</p>\n' if page.sample else ""
    return (
        f'<main class="public">\n<p class="city">{_e(page.city)}</p>\n<h1>{_e(page.title)}</h1>\n'
        f'<p>対象期間：{_e(page.period)}</p>\n{sample}<p class="lead">{_e(page.lead)}</p>\n'
        f"<h2>目標と実績</h2>\n<table>\n<thead><tr><th>指標</th><th>目標</th><th>実績</th><th>判定</th>"
        f"<th>説明</th></tr></thead>\n<tbody>\n{lines}</tbody></table>\n"
        f"<h2>業務別の結果（職員の作業時間）</h2>\n<table>\n<thead><tr><th>業務</th><th>導入前</th>"
        f"<th>導入後</th><th>削減</th><th>削減率</th><th>備考</th></tr></thead>\n<tbody>\n{tasks}</tbody></table>\n"
        f"<h2>計り方</h2>\n<ul>\n{notes}</ul>\n</main>\n"
    )


def _tone(one: TaskLine) -> str:
    return "n minus" if one.negative else "n"


def _sample_words() -> str:
    return f"この結果には{words.SAMPLE_MARK}（仮の値で、実測ではないもの）が含まれます。公表には使えません。"


def _e(text: str) -> str:
    return html.escape(text)


def pdf_bytes(page: Page) -> bytes:
    """The same page on A4 with the font embedded. MissingFontError when it is not installed."""
    register_font()
    raw = io.BytesIO()
    document = SimpleDocTemplate(
        raw,
        pagesize=A4,
        title=page.title,
        author=page.city,
        invariant=1,
        lang="ja",
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
    )
    story = _story(page)
    # Many tasks still stand on one page, in smaller type.
    document.build([KeepInFrame(document.width - ROUNDING, document.height - ROUNDING, story, mode="shrink")])
    return raw.getvalue()


def _story(page: Page) -> list[Flowable]:
    body = ParagraphStyle(
        "body", fontName=FONT, fontSize=9, leading=14, textColor=HexColor(INK), wordWrap="CJK"
    )
    small = ParagraphStyle("small", parent=body, fontSize=7.5, leading=11)
    figure = ParagraphStyle("figure", parent=small, alignment=TA_RIGHT)
    heading = ParagraphStyle("heading", parent=body, fontSize=11, leading=18, textColor=HexColor(NAVY))
    title = ParagraphStyle("title", parent=heading, fontSize=15, leading=22)
    story: list[Flowable] = [Paragraph(_e(page.city), body), Paragraph(_e(page.title), title)]
    story.append(Paragraph(f"対象期間：{_e(page.period)}", body))
    if page.sample:
        warning = ParagraphStyle("sample", parent=body, textColor=HexColor("#8a5a00"))
        story.append(Paragraph(_e(_sample_words()), warning))
    story += [
        Paragraph(_e(page.lead), ParagraphStyle("lead", parent=body, fontSize=11, leading=18, spaceBefore=4))
    ]
    lines = [
        [
            Paragraph(_e(one.name), small),
            Paragraph(_e(one.target), figure),
            Paragraph(_e(one.seen), figure),
            Paragraph(_e(one.mark), small),
            Paragraph(_e(one.note), small),
        ]
        for one in page.lines
    ]
    heads = [Paragraph(head, small) for head in ("指標", "目標", "実績", "判定", "説明")]
    story += [Paragraph("目標と実績", heading), _table([heads, *lines], (38, 20, 30, 11, 79))]
    tasks = [
        [
            Paragraph(_e(one.title), small),
            *(
                Paragraph(_red(text, one.negative), figure)
                for text in (one.before, one.after, one.saved, one.rate)
            ),
            Paragraph(_e(one.note), small),
        ]
        for one in page.tasks
    ]
    heads = [Paragraph(head, small) for head in ("業務", "導入前", "導入後", "削減", "削減率", "備考")]
    story += [
        Paragraph("業務別の結果（職員の作業時間）", heading),
        _table([heads, *tasks], (62, 24, 24, 24, 18, 26)),
    ]
    story += [Spacer(1, 2 * mm), Paragraph("計り方", heading)]
    return [*story, *(Paragraph(f"・{_e(note)}", small) for note in page.notes)]


def _red(text: str, negative: bool) -> str:
    minus = negative and text.startswith("−")
    return f'<font color="{RED}">{_e(text)}</font>' if minus else _e(text)


def _table(rows: list[list[Paragraph]], widths_mm: tuple[int, ...]) -> Table:
    table = Table(rows, colWidths=[width * mm for width in widths_mm], repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, HexColor(RULE)),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor(PALE)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table
