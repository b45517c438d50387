"""An import layout in plain Japanese, for people who know the target's manual only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import FormDefinition
from robots.definition import RECEPTION_NUMBER
from robots.fields import Charset
from robots.file_target import ROW_NUMBER, CellKind, Column, Encoding, FileFormat, FileTarget, LineEnds
from robots.plan import name_of
from robots.telling import CHARSET_WORDS, FORMAT_WORDS, MISSING_WORDS

ENCODINGS = {
    Encoding.CP932: "シフトJIS(CP932)",
    Encoding.UTF_8: "UTF-8(BOMなし)",
    Encoding.UTF_8_BOM: "UTF-8(BOM付き)",
}
CELLS = {CellKind.NUMBER: "数値", CellKind.DATE: "日付"}
SPECIAL = {RECEPTION_NUMBER: "受付番号", ROW_NUMBER: "何行目か"}


def file_told(target: FileTarget, forms: Mapping[str, FormDefinition]) -> str:
    """The whole layout as sentences."""
    return "\n".join(_lines(target, forms))


def _lines(target: FileTarget, forms: Mapping[str, FormDefinition]) -> Iterator[str]:
    yield f"{target.title} ({target.target} 第{target.version}版)  取込ファイル"
    yield ""
    if target.format is FileFormat.EXCEL:
        yield f"● Excelブック。シート「{target.sheet}」に書く。"
    else:
        ends = "CRLF" if target.line_ends is LineEnds.CRLF else "LF"
        encoding = ENCODINGS[target.encoding]
        yield f"● CSV。文字コードは{encoding}、改行は{ends}、区切りは「{target.delimiter}」。"
    yield "● 1行目は見出し。" if target.header else "● 見出しの行はない。"
    holds = target.holds
    if holds.set is not Charset.UNICODE:
        yield f"● 使える文字: {CHARSET_WORDS[holds.set]}。ない字は、{MISSING_WORDS[holds.missing]}。"
    yield f"● 1ファイルに{target.most_records}件まで。置き場の外で書き、読み戻して比べてから、置き場に移す。"
    if target.acknowledged:
        yield "● 業務システムで取り込んだ件数を担当者が入力し、件数が合えば入力済みにする。"
    for name, layout in target.forms.items():
        form = forms.get(name)
        yield ""
        yield f"■ {form.title if form else name}"
        if layout.rows_of:
            yield f"   表「{layout.rows_of}」の1行ごとに1行を書く。"
        labels = {name_of(one): one.label for one in form.fields} if form else {}
        labels |= {one.id: one.label for one in form.fields} if form else {}
        for number, column in enumerate(layout.columns, start=1):
            yield f"   {number}列目「{column.title}」 ← {_column(column, labels)}"


def _column(column: Column, labels: Mapping[str, str]) -> str:
    if column.field is None:
        return f"いつも「{column.constant}」"
    notes = [FORMAT_WORDS[column.as_]] if column.as_ in FORMAT_WORDS else []
    notes += [CELLS[column.cell]] if column.cell in CELLS else []
    notes += [f"{column.max_length}文字まで"] if column.max_length else []
    notes += [f"書き方 {column.written}"] if column.written else []
    notes += [f"{ours}は「{theirs}」" for ours, theirs in column.options.items()]
    where = SPECIAL.get(column.field) or labels.get(column.field, column.field)
    return where + (f"({'、'.join(notes)})" if notes else "")
