"""Every finding has words: what was seen, and what to do."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import forms
from flows import tables
from forms.definition import FormDefinition
from forms.facts import Finding
from forms.findings import SENTENCES, merged, sentence
from forms.rules import Context, check

MAKERS = {"Finding", "found", "refused"}
FORMS = Path(forms.__file__).parent
FINDERS = (FORMS, FORMS.parent / "ocr")


def codes_in_the_rooms() -> Iterator[str]:
    """The codes given to whatever makes a finding: string literals with a dot among the arguments."""
    for path in (path for room in FINDERS for path in room.rglob("*.py")):
        if path.name == "errors.py":
            continue  # Codes of faults, not of findings.
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in MAKERS:
                yield from _codes(node)
            if isinstance(node, ast.Assign) and [_name(target) for target in node.targets] == ["code"]:
                yield from _codes(node.value)
            if isinstance(node, ast.ClassDef) and node.name == "Remark":
                yield from (
                    code for line in node.body if isinstance(line, ast.Assign) for code in _codes(line)
                )


def _codes(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and "." in inner.value:
            yield inner.value


def _name(node: ast.expr) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    of_tables = {tables.FORMULA, tables.ERROR_VALUE, tables.NUMBER}
    assert {*codes_in_the_rooms(), *of_tables} == set(SENTENCES)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_says_what_was_seen_and_what_to_do(code: str, ido: FormDefinition) -> None:
    seen, to_do = SENTENCES[code]
    names = {name for part in (seen, to_do) for _, name, _, _ in string.Formatter().parse(part) if name}
    words = sentence(Finding(code, "new_address", params=dict.fromkeys(names, "〇")), ido)
    assert words.startswith("新住所：")
    assert seen.endswith("。")
    assert to_do.endswith("ください。")


def test_findings_of_a_sheet_fill_their_sentences(ido: FormDefinition, context: Context) -> None:
    values = {
        "notice_type": "転入",
        "notified_on": "2027-01-01",
        "new_postal_code": "150-0001",
        "new_address": "相模原市緑区橋本6-2-1",
        "persons.1.name": "髙橋　健",
        "persons.1.relation": "友人",
    }
    words = [sentence(finding, ido) for finding in check(ido, values, context)]
    assert "届出年月日：令和9年1月1日は今日より後の日付です。日付を確認してください。" in words
    assert any("東京都渋谷区神宮前" in line for line in words)
    assert not any("{" in line for line in words)


def test_a_code_of_another_version_is_named(ido: FormDefinition) -> None:
    assert sentence(Finding("old.code", "gone"), ido) == "gone：内容を確認してください（old.code）。"


def test_merged_keeps_each_code_once_per_field() -> None:
    one, again, other = Finding("a.b", "x"), Finding("a.b", "x", params={"n": "1"}), Finding("a.b", "y")
    assert merged([one, again, other]) == (one, other)
