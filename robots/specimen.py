"""A record of nobody: every field of a form filled, no two of them alike, for dry runs and the recorder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from forms.definition import Field, FormDefinition, Kind
from forms.facts import Approval, Record

ROWS = 2
"""How many rows of a table are filled: from two the recorder sees what counts up."""

KANJI = "山川田中村木林森石原井野上下松竹梅花月星海島谷岡橋池沢水火金土日東西南北"
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨ"
MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
MUNICIPALITIES = ("141500", "131016", "011002", "271004", "401307")


def specimen(form: FormDefinition, reception_number: str, by: str) -> Record:
    """The record, approved by the person who asks for it. Values are canonical and invented."""
    values = {}
    wanted = [one for one in form.fields if one.target and not one.office and (one.row or 1) <= ROWS]
    for number, one in enumerate(wanted, start=1):
        values[one.id] = WAYS.get(one.kind, _text)(one, number)
    approval = Approval("person", by, datetime.now(UTC))
    return Record("specimen", reception_number, form.form, form.version, values, approval)


def _name(_field: Field, number: int) -> str:
    return f"見本{_pick(KANJI, number)}　{_pick(KANJI, number + 7)}{_pick(KANJI, number + 3)}"


def _kana(_field: Field, number: int) -> str:
    return f"ミホン{_pick(KANA, number)}　{_pick(KANA, number + 5)}{_pick(KANA, number + 11)}"


def _date(field: Field, number: int) -> str:
    """A day of the past, in an era that the field offers, with day and month that tell it from others."""
    return (date(2024, 1, 3) - timedelta(days=37 * number)).isoformat()


def _text(_field: Field, number: int) -> str:
    # With digits, so that the width which the target wants can be told from what was typed.
    return f"見本{_pick(KANJI, number)}{_pick(KANJI, number + 9)}{number}"


def _address(_field: Field, number: int) -> str:
    return f"相模原市中央区相模原{number}-2-{number + 10}"


def _digits(field: Field, number: int) -> str:
    length = field.comb.cells if field.comb else field.max_length or 2
    return str(10 ** (length - 1) + number)[-length:] if length > 2 else str(number % 9 + 1)


def _my_number(_field: Field, number: int) -> str:
    head = f"{98320567000 + number:011d}"
    rest = sum(w * int(d) for w, d in zip(MY_NUMBER_WEIGHTS, head, strict=True)) % 11
    return f"{head}{0 if rest <= 1 else 11 - rest}"


def _choice(field: Field, number: int) -> str:
    options = field.options
    return options[number % len(options)].value


def _ticks(field: Field, number: int) -> str:
    return ",".join(option.value for option in field.options) if field.multiple else _choice(field, number)


WAYS: dict[Kind, Callable[[Field, int], str]] = {
    Kind.NAME: _name,
    Kind.KANA: _kana,
    Kind.DATE: _date,
    Kind.POSTAL_CODE: lambda _field, number: f"252-{200 + number:04d}",
    Kind.ADDRESS: _address,
    Kind.PHONE: lambda _field, number: f"04275411{number:02d}",
    Kind.DIGITS: _digits,
    Kind.AMOUNT: lambda _field, number: str(1000 + number),
    Kind.MY_NUMBER: _my_number,
    Kind.RESIDENCE_CARD: lambda _field, number: f"AB{12345600 + number}CD",
    Kind.MUNICIPALITY_CODE: lambda _field, number: MUNICIPALITIES[number % len(MUNICIPALITIES)],
    Kind.TICKS: _ticks,
    Kind.CIRCLE: _choice,
    Kind.RELATION: lambda field, _number: "世帯主" if (field.row or 1) == 1 else "妻",
}


def _pick(letters: str, number: int) -> str:
    return letters[number % len(letters)]
