"""What hardly ever stands together: a sign of a misread or misplaced entry, never more than a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import jaconv

from forms.facts import Finding, Severity
from forms.rules.base import Sheet
from forms.writing import SPACE, is_latin

MEN = frozenset(
    ("夫", "父", "兄", "弟", "祖父", "曾祖父", "養父", "継父", "おじ", "伯父", "叔父", "おい", "甥")
)
WOMEN = frozenset(
    ("妻", "母", "姉", "妹", "祖母", "曾祖母", "養母", "継母", "おば", "伯母", "叔母", "めい", "姪")
)
KANA_PER_KANJI = 5
"""The longest readings of one kanji in names (志 こころざし)."""

_KANA_RUN = re.compile("[ぁ-ゔァ-ヴー]+")


def kana_fits(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """The reading holds the name's own kana and is neither shorter than the name nor much too long."""
    if "table" not in params:
        pairs = [(params["kana"], params["name"])]
    else:
        rows = sheet.rows(params["table"])
        pairs = [(row.fields[params["kana"]].id, row.fields[params["name"]].id) for row in rows]
    for kana_id, name_id in pairs:
        kana, name = (sheet.value(field_id).replace(SPACE, "") for field_id in (kana_id, name_id))
        if kana and name and not (is_latin(kana) or is_latin(name) or reads(kana, name)):
            yield Finding("kana.misfit", kana_id, Severity.WARNING, {"kana": kana, "name": name})


def reads(kana: str, name: str) -> bool:
    """Whether katakana may be the reading of a Japanese name; ヶ has a reading of its own, 々 need not."""
    own = _KANA_RUN.findall(name)
    kanji = len(name) - sum(len(run) for run in own)
    rest = len(kana) - sum(len(run) for run in own)
    has_own = all(jaconv.hira2kata(run) in kana for run in own)
    return has_own and kanji - name.count("々") <= rest <= KANA_PER_KANJI * kanji


def relation_fits_sex(sheet: Sheet, params: Mapping[str, str]) -> Iterator[Finding]:
    """A 妻 is circled 女, a 父 男; of a compound the last word counts."""
    for row in sheet.rows(params["table"]):
        relation, sex = row.value(params["relation"]), row.value(params["sex"])
        last = relation.split("の")[-1].removesuffix("(未届)")
        if (sex == "女" and last in MEN) or (sex == "男" and last in WOMEN):
            seen = {"relation": relation, "sex": sex}
            yield row.found(params["sex"], "sex.misfit", Severity.WARNING, **seen)
