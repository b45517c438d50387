"""A form whose entries do not go together is refused when it is loaded, not when its first sheet is read."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from forms.consistency import mistakes
from forms.errors import DefinitionError
from forms.library import FormLibrary, load_form
from forms.rules import OPTIONAL_PARAMETERS, PARAMETERS, SHEET_RULES

FORM = """\
form: small
version: 1
title: 小さな様式
title_en: Small form
fields:
  - {id: born, kind: date, label: 生年月日, box: [20, 30, 60, 8]}
  - {id: count, kind: digits, label: 通数, box: [20, 40, 60, 8]}
  - id: who
    kind: circle
    label: 資格
    box: [20, 50, 60, 8]
    options:
      - {value: 本人, label: 本人, box: [20, 50, 12, 6]}
      - {value: 代理人, label: 代理人, box: [40, 50, 12, 6]}
rules:
  - {rule: agent_letter, params: {capacity: who}}
"""


def test_the_shipped_forms_have_no_mistakes(library: FormLibrary) -> None:
    assert [list(mistakes(form)) for form in library.newest()] == [[], []]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("form: small", "form: 小さな様式", "line 1, form: '小さな様式' cannot be the name of a form"),
        ("form: small", "form: a/b", "cannot be the name of a form"),
        ("id: count", "id: 通数", "line 7, field: '通数' cannot be the name of a field"),
        ("id: count", "id: " + "c" * 41, "cannot be the name of a field"),
        ("fields:", "retention: {values: 0}\nfields:", "line 5, retention.values: "),
        ("fields:", "retention: {crops: 30}\nfields:", "line 5, retention.crops: "),
        (
            "fields:",
            "retention: {page: 400, values: 300, readings: 300}\nfields:",
            "line 5, retention: the page would outlive the values of the case. Keep it for 300 days at most",
        ),
        (
            "fields:",
            "retention: {original: 100}\nfields:\n"
            "  - {id: number, kind: my_number, label: 個人番号, box: [20, 70, 60, 8]}",
            "line 5, retention: the scan shows My Numbers and would stay for 100 days, they themselves "
            "for 90. Keep the original for 90 days at most.",
        ),
        ("capacity: who", "capasity: who", "lacks its parameter capacity. It takes: capacity"),
        ("capacity: who", "capacity: who, name: count", "has no parameter name"),
        ("capacity: who", "capacity: nobody", "line 16, rules: the rule agent_letter names nobody"),
        ("agent_letter", "agent_leter", "there is no rule 'agent_leter'. Known rules: agent_letter"),
        (
            "[20, 40, 60, 8]",
            "[20, 40, 60, 8], rules: [not_future]",
            "line 7, field count: not_future judges dates",
        ),
        ("[20, 40, 60, 8]", "[20, 40, 60, 8], rules: [agent_letter]", "Known rules: exact_length"),
        ("[20, 40, 60, 8]", "[20, 40, 60, 8], page: 2", "line 7, field count: a form has one page so far"),
        (
            "[20, 40, 60, 8]",
            "[20, 40, 60, 8], required_when: {field: who, values: [親]}",
            "who has no option 親. Use its values: 本人, 代理人.",
        ),
        ("value: 代理人", "value: 本人", "field who: two options are called 本人"),
        ("value: 代理人", "value: '代理人,他'", "holds a comma"),
        (
            "[20, 30, 60, 8]",
            "[20, 30, 60, 8], options: [{value: 昭和, label: 昭, box: [20, 30, 7, 7]}]",
            "field born: a date with eras needs its parts",
        ),
        (
            "[20, 30, 60, 8]",
            "[20, 30, 60, 8], options: [{value: 天保, label: 天, box: [20, 30, 7, 7]}]",
            "there is no era 天保",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(FORM, encoding="utf-8")
    assert load_form(path).form == "small"
    path.write_text(FORM.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError, match=re.escape(said)):
        load_form(path)


def test_a_form_without_fields_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(FORM.split("fields:")[0], encoding="utf-8")
    with pytest.raises(DefinitionError, match="the form has no fields"):
        load_form(path)


@pytest.mark.parametrize("name", sorted(SHEET_RULES))
def test_the_parameters_of_a_rule_are_those_that_it_uses(name: str) -> None:
    used = set(re.findall(r"params\[\"(\w+)\"\]", inspect.getsource(SHEET_RULES[name])))
    assert used == {*PARAMETERS[name], *OPTIONAL_PARAMETERS.get(name, ())}
