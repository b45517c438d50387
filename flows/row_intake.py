"""Rows of an Excel or CSV file become cases, one row a case, judged by the same rules as a sheet."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flows import wiring
from flows.reading import Judge, judged
from flows.tables import NUMBER, Cell, TableRefused, TableRow, rows
from forms.definition import Field, FormDefinition, Kind
from forms.facts import Finding, Reading, Severity, SheetReading
from forms.kinds import parse

if TYPE_CHECKING:
    from cases.models import Case, SourceFile
    from cases.row_source import RowColumn, RowSource

logger = logging.getLogger("tenki.flows")

READER = "csv"
LEADING_ZEROS = frozenset(
    {Kind.PHONE, Kind.POSTAL_CODE, Kind.MY_NUMBER, Kind.DIGITS, Kind.MUNICIPALITY_CODE, Kind.TEXT}
)
"""Kinds in which a number of Excel's may have lost a zero at its front."""


def read_rows(source: SourceFile, how: RowSource, max_wrong: float, me: str) -> Iterator[Case]:
    """The cases of a kept file's rows. A bad row becomes a case that waits for a person and stops no other;
    a file that is no such table becomes one case that says why.
    """
    from cases import intake as cases_intake
    from cases import sources

    library = wiring.form_library()
    judge = Judge(library, wiring.rules_context(), max_wrong)
    known = 0
    with cases_intake.original(source) as path:
        try:
            titles, found = rows(path, how)
            for row in found:
                if not sources.renew(source, me):
                    logger.warning("source %s: another reader has taken it over", source.pk)
                    return
                case = _row(source, how, titles, row, library.get(how.form), judge)
                known += case is None
                if case is not None:
                    yield case
        except TableRefused as refusal:
            case = cases_intake.open_case(source, 0)
            cases_intake.record_problem(case, refusal.code, refusal.detail)
            yield case
    if known:
        logger.warning("source %s: %d rows were taken in before", source.pk, known)
    cases_intake.complete(source)


def _row(
    source: SourceFile,
    how: RowSource,
    titles: Sequence[str],
    row: TableRow,
    form: FormDefinition,
    judge: Judge,
) -> Case | None:
    """The case of a row; None when it is a case already."""
    from cases import intake as cases_intake
    from cases import seen_rows
    from cases.states import State

    index = row.number - 1
    cells = dict(zip(titles, row.cells, strict=False))
    key = cells[how.key].text.strip() if how.key in cells else ""
    if row.merged:
        return _problem(source, index, "rows.merged_cells")
    if len(row.cells) > len(titles) and any(cell.text.strip() for cell in row.cells[len(titles) :]):
        return _problem(source, index, "rows.too_long")
    if len(row.cells) < len(titles):
        return _problem(source, index, "rows.too_short")
    if not key:
        return _problem(source, index, "rows.no_key")
    case, problem = seen_rows.open_row(source, index, key, [cells[title].text for title in titles])
    if case is None or case.state != State.RECEIVED:
        return None if case is None else case
    if problem:
        cases_intake.record_problem(case, problem)
        return case
    sheet = judged(_sheet(index, form, how.mapped(), cells), judge)
    cases_intake.record_sheet(case, sheet, None)
    return case


def _problem(source: SourceFile, index: int, code: str) -> Case:
    from cases import intake as cases_intake

    case = cases_intake.open_case(source, index)
    cases_intake.record_problem(case, code)
    return case


def _sheet(
    index: int, form: FormDefinition, columns: Mapping[str, RowColumn], cells: Mapping[str, Cell]
) -> SheetReading:
    """The row as a reading of the form: fields without a column are blank."""
    by_field = {column.field: (column, cells[title]) for title, column in columns.items()}
    readings = tuple(_reading(form, one, *by_field.get(one.id, (None, Cell("")))) for one in form.fields)
    return SheetReading(page_index=index, form=form.form, version=form.version, readings=readings)


def _reading(form: FormDefinition, one: Field, column: RowColumn | None, cell: Cell) -> Reading:
    raw = cell.text.strip()
    meant = _meant(one, column, cell) if column else raw
    parsed = parse(one, meant)
    findings = parsed.findings
    if cell.problem and (cell.problem != NUMBER or one.kind in LEADING_ZEROS):
        severity = Severity.WARNING if cell.problem == NUMBER else Severity.ERROR
        findings = (*findings, Finding(cell.problem, one.id, severity))
    return Reading(
        field_id=one.id,
        raw=raw,
        value=parsed.value,
        confidence=1.0,
        blank=not raw,
        box_px=(),
        findings=findings,
        residual=0.0,
        reader=READER,
    )


def _meant(one: Field, column: RowColumn, cell: Cell) -> str:
    """The cell in the form's words: a day that Excel holds as a number, words that the task has mapped."""
    text = cell.text.strip()
    if one.kind is Kind.DATE and cell.day:
        return cell.day
    if one.options and one.kind in {Kind.TICKS, Kind.CIRCLE}:
        parts = [part.strip() for part in text.split(column.separator)] if one.multiple else [text]
        return ",".join(column.options.get(part, part) for part in parts if part)
    return column.options.get(text, text)
