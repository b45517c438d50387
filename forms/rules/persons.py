"""Rules about the persons listed on one notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.dates import bounds
from forms.facts import Finding, Severity
from forms.folding import folded_name
from forms.kinds.relation import HEAD
from forms.rules.base import Row, Sheet
from forms.writing import is_latin

FOREIGN_COLUMNS = ("nationality", "residence_status", "residence_period", "residence_until", "residence_card")
WITHOUT_CARD = "特別永住者"
WITHOUT_END = ("永住者", WITHOUT_CARD, "無期限")


def persons_listed(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """At least one person moves."""
    if not any(sheet.rows(params["table"])):
        yield Finding("persons.none", sheet.form.row(params["table"], 1)[params["name"]].id)


def one_head(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """At most one row is the head, and then the one that is named; without one a head outside is named."""
    rows = list(sheet.rows(params["table"]))
    heads = [row for row in rows if row.value(params["relation"]) == HEAD]
    for row in heads[1:]:
        yield row.found(params["relation"], "head.more_than_one", first=str(heads[0].number))
    all_read = all(row.value(params["relation"]) for row in rows)
    if not heads and all_read and not sheet.written(params["head"]):
        yield Finding("head.unnamed", params["head"])
    elif len(heads) == 1 and _differ(sheet.value(params["head"]), heads[0].value(params["name"])):
        yield Finding("head.differs", params["head"], Severity.WARNING, {"row": str(heads[0].number)})


def _differ(name: str, other: str) -> bool:
    return bool(name and other) and folded_name(name) != folded_name(other)


def numbers_differ(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """No number stands in two rows. The number itself is not repeated in the finding."""
    seen: dict[str, int] = {}
    for row in sheet.rows(params["table"]):
        number = row.value(params["column"])
        if number and number in seen:
            yield row.found(params["column"], "number.twice", first=str(seen[number]))
        seen.setdefault(number, row.number)


def foreign_rows(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """What stands on a residence card is given for foreign residents, and for them only."""
    for row in sheet.rows(params["table"]):
        if is_foreign(row):
            yield from _foreign_row(sheet, row)
        else:
            yield from _domestic_row(row)


def is_foreign(row: Row) -> bool:
    return any(row.value(column) for column in FOREIGN_COLUMNS)


def _foreign_row(sheet: Sheet, row: Row) -> Iterator[Finding]:
    if row.value("nationality") in {"日本", "日本国"}:
        yield row.found("nationality", "foreign.japanese")
    wanted = ["nationality", "residence_status"]
    if row.value("residence_status") != WITHOUT_CARD:
        wanted.append("residence_card")
    for column in wanted:
        if not sheet.written(row.fields[column].id):
            yield row.found(column, "foreign.missing")
    yield from _period(sheet, row)


def _period(sheet: Sheet, row: Row) -> Iterator[Finding]:
    until = row.value("residence_until")
    endless = row.value("residence_status") in WITHOUT_END or row.value("residence_period") in WITHOUT_END
    if until and bounds(until)[1] < sheet.context.today:
        yield row.found("residence_until", "foreign.expired", Severity.WARNING)
    elif not endless and not sheet.written(row.fields["residence_until"].id):
        yield row.found("residence_until", "foreign.no_end", Severity.WARNING)


def _domestic_row(row: Row) -> Iterator[Finding]:
    if row.value("alias"):
        yield row.found("alias", "foreign.alias", Severity.WARNING)
    if is_latin(row.value("name")):
        yield row.found("name", "foreign.latin_name", Severity.WARNING)


def honseki_for_japanese(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """Japanese nationals who move in give honseki and its head. An incomplete pair is asked back."""
    given, head = sheet.written(params["honseki"]), sheet.written(params["head"])
    japanese = [row for row in sheet.rows(params["table"]) if not is_foreign(row)]
    wanted = bool(japanese) and sheet.value(params["type"]) == "転入"
    if not given and (wanted or head):
        yield Finding("honseki.missing", params["honseki"], Severity.WARNING)
    if not head and (wanted or given):
        yield Finding("honseki.missing", params["head"], Severity.WARNING)


def resident_code_on_tennyu(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """The resident code is asked for on 転入 only."""
    kind = sheet.value(params["type"])
    if not kind or kind == "転入":
        return
    for row in sheet.rows(params["table"]):
        if row.value(params["code"]):
            yield row.found(params["code"], "resident_code.not_needed", Severity.WARNING, type=kind)
