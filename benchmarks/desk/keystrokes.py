"""The fewest keys with which a person who knows the truth corrects a field, and types a sheet from nothing.

A key is counted once, whatever is held down with it. Japanese is typed as people type it: romaji by its kana,
a key to convert and one to accept for every stretch of kanji. A conversion is taken to be right at once,
which favours typing from nothing. Choices, blank and Enter cost one key each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import jaconv

from benchmarks.results import Row
from desk.alternatives import doubtful
from forms.definition import Field, FormDefinition, Kind
from forms.writing import KATAKANA

CONFIRM, APPROVE = 1, 1
CONVERT_AND_ACCEPT = 2
KANA_OF_A_KANJI = 2
"""Kana of a kanji whose reading no field of the sheet tells: 神奈川 has 1.7, 橋本 2.0 (rounded up)."""

CHOSEN = frozenset({Kind.TICKS, Kind.CIRCLE, Kind.STAMP})
ERA_KEYS = len("s60.5.17")
KANJI = re.compile("[一-龯々〆髙﨑𠮷]+")
STRETCHES = re.compile("[一-龯々〆髙﨑𠮷]+|[ァ-ヶーぁ-ん]+|[^一-龯々〆髙﨑𠮷ァ-ヶーぁ-ん]+")
"""A value as it is typed: kanji converted together, kana, and everything else sign by sign."""


@dataclass(frozen=True)
class Asked:
    """A field as the desk asks it: what it shows, what it offers, what is true."""

    field: Field
    shown: str
    others: tuple[str, ...]
    truth: str


def correcting(asked: Asked) -> int:
    """Keys for one asked field, Enter included, by the shortest of the desk's ways."""
    if asked.shown == asked.truth:
        return CONFIRM
    ways = [typing(asked.field, asked.truth)]
    if asked.truth in asked.others[:9]:
        ways.append(1)
    if asked.field.kind in CHOSEN:
        ways.append(len(asked.truth.split(",")))
    if (one := _one_character(asked)) is not None:
        ways.append(one)
    return min(ways) + CONFIRM


def typing(field: Field, value: str) -> int:
    """Keys that write the value into an empty field, without Enter."""
    if not value:
        return 0
    if field.kind in CHOSEN:
        return len(value.split(","))
    if field.kind is Kind.DATE:
        return ERA_KEYS
    if field.kind in {Kind.POSTAL_CODE, Kind.PHONE, Kind.MY_NUMBER}:
        return len(re.sub(r"\D", "", value))
    return sum(_stretch(part) for part in STRETCHES.findall(value))


def from_nothing(form: FormDefinition, values: Mapping[str, str]) -> int:
    """Keys that type the whole sheet, with one to go on after every field that is filled."""
    filled = [field for field in form.fields if values.get(field.id)]
    return sum(typing(field, values[field.id]) + CONFIRM for field in filled) + APPROVE


def with_the_desk(asked: Sequence[Asked]) -> int:
    """Keys that correct and approve a sheet of which only these fields are asked."""
    return sum(correcting(one) for one in asked) + APPROVE


def _stretch(text: str) -> int:
    if all(sign in KATAKANA or sign == "ー" or "ぁ" <= sign <= "ん" for sign in text):
        return len(jaconv.kana2alphabet(jaconv.kata2hira(text))) + 1
    if KANJI.fullmatch(text):
        return len(text) * KANA_OF_A_KANJI * 2 + CONVERT_AND_ACCEPT
    return len(text)


def _one_character(asked: Asked) -> int | None:
    """Keys to reach the only wrong character by F4 and to type it; None where more is wrong."""
    if len(asked.shown) != len(asked.truth):
        return None
    pairs = zip(asked.shown, asked.truth, strict=True)
    wrong = [place for place, (seen, true) in enumerate(pairs) if seen != true]
    places = doubtful(asked.shown, asked.others)
    if len(wrong) != 1 or wrong[0] not in places:
        return None
    return places.index(wrong[0]) + 1 + typing(asked.field, asked.truth[wrong[0]])


TRUTH: Mapping[str, str] = {
    "notice_type": "転入",
    "moved_on": "令和8年11月2日",
    "notified_on": "令和8年11月10日",
    "new_postal_code": "252-0239",
    "new_address": "神奈川県相模原市中央区中央2-11-15",
    "new_head": "髙橋　健一",
    "old_postal_code": "150-0001",
    "old_address": "東京都渋谷区神宮前1-2-3",
    "old_head": "髙橋　健一",
    "honseki": "東京都渋谷区神宮前一丁目2番",
    "hittousha": "髙橋　健一",
    "notifier_name": "髙橋　健一",
    "notifier_capacity": "本人",
    "notifier_phone": "09012345678",
    "notifier_address": "神奈川県相模原市中央区中央2-11-15",
    "persons.1.kana": "タカハシ　ケンイチ",
    "persons.1.name": "髙橋　健一",
    "persons.1.birth_date": "昭和60年5月17日",
    "persons.1.sex": "男",
    "persons.1.relation": "世帯主",
}
"""A move notice of one person."""

READ: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "new_address": (
        "神奈川県相模原市中央区中央7-11-15",
        ("神奈川県相模原市中央区中央1-11-15",),
    ),
    "new_head": ("高橋　健一", ("髙橋　健一", "高橋　健二")),
    "notifier_phone": ("09012345678", ("09072345678",)),
    "persons.1.kana": ("タカハシ　ケンイチ", ("タカハン　ケンイチ",)),
    "persons.1.birth_date": ("昭和60年5月11日", ()),
}
"""The five fields that are asked, as the reader fails most: a digit of an address, a look-alike glyph and the
day of a date are wrong, two are right."""


def scene(form: FormDefinition) -> tuple[Asked, ...]:
    return tuple(
        Asked(form.field(name), shown, others, TRUTH[name]) for name, (shown, others) in READ.items()
    )


def rows(form: FormDefinition) -> Iterator[Row]:
    """``tests/desk/test_keystrokes.py`` presses these very keys in a real browser."""
    typed = {"typing the sheet": float(from_nothing(form, TRUTH))}
    yield Row("keys for five uncertain fields", with_the_desk(scene(form)), "keys", peers=typed)
