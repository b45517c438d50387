"""A time study from Excel: rows of timings, and every conflict with its row, before anything is stored.

The first sheet has a head row. Needed: 業務, 計時日, 計時者, 方法, and 分 or 開始 with 終了. Optional: 件数
(1 where it is empty), 対象 (職員 where it is empty), and a column 工程：… for each step of the old way. Dates
may be Excel's own, western or with an era.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cases.days import Work, problem
from cases.errors import AlreadyNoted
from forms.dates import era_named, possible, western
from forms.kinds.date import SHAPES

NEEDED = ("業務", "計時日", "計時者", "方法")
STEP_HEAD = "工程："
MINUTES_HEAD, SHEETS_HEAD, KIND_HEAD, STARTS_HEAD, ENDS_HEAD = "分", "件数", "対象", "開始", "終了"
MOST_ROWS = 5000
LARGEST_UNPACKED = 50_000_000
"""Bytes of all parts of the file together: more is no time study but a mistake or an attack."""

KINDS = {
    "": "staff_before",
    "職員": "staff_before",
    "市民（導入前）": "citizen_before",
    "市民（導入後）": "citizen_after",
}


class StudyUnreadable(ValueError):
    """The file is no Excel workbook, or its first sheet lacks a needed column; the message is Japanese."""


@dataclass(frozen=True)
class StudyRow:
    """One row that can be read; ``line`` is its row in Excel."""

    line: int
    task: str
    timed_on: date
    timed_by: str
    minutes: float
    method: str
    sheets: int
    kind: str
    starts: time | None
    ends: time | None
    steps: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Conflict:
    """What is wrong with a row, in words."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Study:
    rows: tuple[StudyRow, ...]
    conflicts: tuple[Conflict, ...]


Others = Callable[[str, date], Iterable[Work]]
"""What is noted already of a person on a day."""

Known = Callable[["StudyRow"], bool]
"""Whether the row was taken in before."""


def conflicts(
    study: Study, others: Others, known: Known, today: date, sentence_of: Callable[[str], str]
) -> tuple[Conflict, ...]:
    """All that is wrong with a study: rows that cannot be read, and rows that cannot have been worked.

    Each row is held against what is noted already and against the rows above it.
    """
    found, above = list(study.conflicts), list[Work]()
    for row in study.rows:
        work = work_of(row)
        refused = problem(work, [*others(work.person, work.day), *above], today)
        if refused is None and known(row):
            refused = AlreadyNoted(f"row {row.line} was taken in before")
        if refused is not None:
            found.append(Conflict(row.line, sentence_of(refused.code)))
        above.append(work)
    return tuple(sorted(found, key=lambda one: one.line))


def work_of(row: StudyRow) -> Work:
    return Work(row.timed_by, row.timed_on, row.minutes, row.starts, row.ends, row.sheets)


class _Wrong(ValueError):
    """A cell that cannot be read; the message is the conflict's sentence."""


def read(content: bytes, tasks: Mapping[str, str]) -> Study:
    """Every row of the first sheet. ``tasks`` are the names of tasks by title and by name.

    StudyUnreadable when it is no such sheet.
    """
    lines = _lines(content)
    if not lines:
        raise StudyUnreadable(_("1枚目のシートに行がありません。"))
    heads = [str(cell or "").strip() for cell in lines[0]]
    missing = [name for name in NEEDED if name not in heads]
    if MINUTES_HEAD not in heads and not {STARTS_HEAD, ENDS_HEAD} <= set(heads):
        missing.append(_("分（または開始と終了）"))
    if missing:
        said = _("1行目に次の見出しがありません：%(heads)s。ひな型を使ってください。")
        raise StudyUnreadable(said % {"heads": "、".join(missing)})
    rows, conflicts = [], []
    for line, cells in enumerate(lines[1:], 2):
        named = dict(zip(heads, cells, strict=False))
        if not any(cell not in (None, "") for cell in cells):
            continue
        try:
            rows.append(_row(line, named, tasks))
        except _Wrong as error:
            conflicts.append(Conflict(line, str(error)))
    return Study(tuple(rows), tuple(conflicts))


def template(titles: Iterable[str]) -> bytes:
    """An empty time study with its heads and one row that shows how it is meant."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "計時"
    heads = [*NEEDED[:3], SHEETS_HEAD, MINUTES_HEAD, STARTS_HEAD, ENDS_HEAD, NEEDED[3], KIND_HEAD]
    sheet.append([*heads, f"{STEP_HEAD}入力", f"{STEP_HEAD}読み合わせ"])
    title = next(iter(titles), "業務の名称")
    example = [title, date(2026, 2, 3), "区民課 入力担当A", 1, 9.5, time(9, 0), time(9, 10)]
    sheet.append([*example, "紙を見て入力し、読み合わせるまで", "職員", 7.0, 2.5])
    for column, width in zip("ABCDEFGHIJK", (30, 14, 22, 8, 8, 8, 8, 36, 18, 12, 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _lines(content: bytes) -> list[Sequence[object]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise StudyUnreadable(_("ファイルが大きすぎます。計時の表だけのブックにしてください。"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        if isinstance(error, StudyUnreadable):
            raise
        raise StudyUnreadable(_("Excelブック（.xlsx）として開けません。")) from error
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 1)
    return [row for row in rows if row]


def _row(line: int, cells: Mapping[str, object], tasks: Mapping[str, str]) -> StudyRow:
    title = _text(cells, "業務")
    if title not in tasks:
        raise _Wrong(_("業務「%(title)s」は登録されていません。") % {"title": title})
    starts, ends = (_clock(cells, head) for head in (STARTS_HEAD, ENDS_HEAD))
    kind = _text(cells, KIND_HEAD, needed=False)
    if kind not in KINDS:
        said = _(
            "対象「%(kind)s」は使えません。職員、市民（導入前）、市民（導入後）のいずれかにしてください。"
        )
        raise _Wrong(said % {"kind": kind})
    steps = tuple(
        (head.removeprefix(STEP_HEAD), _number(cells, head))
        for head in cells
        if head.startswith(STEP_HEAD) and cells[head] not in (None, "")
    )
    return StudyRow(
        line=line,
        task=tasks[title],
        timed_on=_day(cells, "計時日"),
        timed_by=_text(cells, "計時者"),
        minutes=_minutes(cells, starts, ends),
        method=_text(cells, "方法"),
        sheets=_whole(cells, SHEETS_HEAD, 1),
        kind=KINDS[kind],
        starts=starts,
        ends=ends,
        steps=steps,
    )


def _text(cells: Mapping[str, object], head: str, *, needed: bool = True) -> str:
    text = str(cells.get(head) or "").strip()
    if needed and not text:
        raise _Wrong(_("「%(head)s」が空です。") % {"head": head})
    return text


def _number(cells: Mapping[str, object], head: str) -> float:
    try:
        return float(str(cells[head]))
    except (KeyError, ValueError) as error:
        raise _Wrong(
            _("「%(head)s」が数字ではありません：%(cell)s。") % {"head": head, "cell": cells.get(head)}
        ) from error


def _whole(cells: Mapping[str, object], head: str, default: int) -> int:
    if cells.get(head) in (None, ""):
        return default
    number = _number(cells, head)
    if number != int(number):
        raise _Wrong(
            _("「%(head)s」は整数にしてください：%(cell)s。") % {"head": head, "cell": f"{number:g}"}
        )
    return int(number)


def _minutes(cells: Mapping[str, object], starts: time | None, ends: time | None) -> float:
    """The minutes as they stand, else those between the clock times."""
    if cells.get(MINUTES_HEAD) not in (None, ""):
        return _number(cells, MINUTES_HEAD)
    if starts is None or ends is None:
        raise _Wrong(_("「分」が空です。分か、開始と終了の両方を書いてください。"))
    return _past_midnight(ends) - _past_midnight(starts)


def _past_midnight(clock: time) -> float:
    return clock.hour * 60 + clock.minute + clock.second / 60


def _clock(cells: Mapping[str, object], head: str) -> time | None:
    cell = cells.get(head)
    if cell in (None, ""):
        return None
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    try:
        return time.fromisoformat(str(cell).strip().zfill(5))
    except ValueError as error:
        raise _Wrong(
            _("「%(head)s」は 9:05 のように書いてください：%(cell)s。") % {"head": head, "cell": cell}
        ) from error


def _day(cells: Mapping[str, object], head: str) -> date:
    cell = cells.get(head)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = "".join(str(cell or "").split())
    match = next((found for shape in SHAPES if (found := shape.fullmatch(text))), None)
    if match is None:
        raise _Wrong(_("「%(head)s」を日付として読めません：%(cell)s。") % {"head": head, "cell": cell})
    parts = match.groupdict()
    year = 1 if parts["year"] == "元" else int(parts["year"])
    era = era_named(parts.get("era") or "")
    year = western(era, year) if era else year
    month, day = int(parts["month"]), int(parts["day"])
    if not (month and day and year > 1900 and possible(year, month, day)):
        raise _Wrong(_("「%(head)s」は暦にない日付です：%(cell)s。") % {"head": head, "cell": cell})
    return date(year, month, day)
